//! The front page of each role.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::imports_view;
use ledger_app::outstanding;
use ledger_app::policy::Action;
use ledger_app::proposals_waiting;

use crate::answer::Answer;
use crate::assets;
use crate::bank_desk;
use crate::layout::Role;
use crate::layout::Task;
use crate::pages::home::Home;
use crate::pages::home::NoticeLine;
use crate::papers_desk;
use crate::session::Signed;
use crate::supplier;
use crate::words::totals;

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/", web::get().to(home))
        .route("/assets/{name}", web::get().to(asset))
        .route("/mailbox", web::get().to(mailbox));
}

async fn asset(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    assets::serve(&name, request.query_string())
}

async fn home(who: Signed) -> HttpResponse {
    who.answer(|who| match who.role() {
        Role::TreasuryMaker | Role::TreasuryChecker => who.page(&treasury(who)?),
        Role::Supplier => supplier::front_page(who),
        Role::Bank => who.page(&bank_desk::view(who)?),
        Role::Auditor => Ok(Answer::see_other("/audit")),
        Role::Operator => Ok(Answer::see_other("/operator/day")),
    })
    .await
}

fn treasury(who: &Signed) -> Result<Home, AppError> {
    let app = &who.portal.app;
    let found = outstanding::position(app, &who.principal)?;
    let lists = imports_view::latest(app, &who.principal, 5)?;
    Ok(Home {
        shell: who.shell()?,
        tasks: tasks(who)?,
        figures: papers_desk::figures(&found, who.lang),
        chart: papers_desk::home_chart(&found, who.lang),
        notices: lists
            .into_iter()
            .map(|list| NoticeLine {
                when: who.lang.text(&format!("import-{}", list.state.word())),
                text: list.file_name,
                href: format!("/treasury/imports/{}", list.import),
            })
            .collect(),
    })
}

fn tasks(who: &Signed) -> Result<Vec<Task>, AppError> {
    let waiting = proposals_waiting::summary(&who.portal.app, &who.principal)?;
    let mut tasks = Vec::new();
    if waiting.papers > 0 {
        let may = who.principal.may(Action::ApproveIssue).is_ok();
        tasks.push(Task {
            title: who
                .lang
                .text_with("task-approve", &[("papers", &waiting.papers)]),
            note: waiting.first_maker,
            amount: totals(&waiting.total),
            href: "/treasury/proposals".to_owned(),
            verb: who
                .lang
                .text(if may { "do-approve-short" } else { "do-look" }),
        });
    }
    Ok(tasks)
}

/// The demo's mailbox is a program of its own; without one there is no such page.
async fn mailbox(who: Signed) -> HttpResponse {
    who.answer(|who| {
        who.principal.may(Action::Operate)?;
        let address = who.portal.mailbox.clone().ok_or(AppError::NotFound)?;
        Ok(Answer::see_other(address))
    })
    .await
}
