//! Obligors that may issue nothing new since a default, and the two people who find it cured.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::lift_issue_stop;
use ledger_app::lift_issue_stop::Cure;
use ledger_app::lift_issue_stop::LastingStop;
use ledger_app::lift_issue_stop::OverduePaper;
use ledger_app::lift_issue_stop::ProposalState;
use uuid::Uuid;

use crate::answer::Answer;
use crate::asked::id_in_path;
use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::pages::stops::CureCard;
use crate::pages::stops::OverdueLine;
use crate::pages::stops::StopCard;
use crate::pages::stops::Stops;
use crate::posted::Posted;
use crate::session::Signed;
use crate::words;

const HERE: &str = "/operator/stops";

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(page))
        .route("/operator/stops/{id}/cure", web::post().to(propose))
        .route("/operator/cures/{id}/approve", web::post().to(approve))
        .route("/operator/cures/{id}/return", web::post().to(send_back));
}

async fn page(who: Signed) -> HttpResponse {
    who.answer(|who| who.page(&view(who, None)?)).await
}

/// The list; `typed` is the form under one stop or proposal that has to be looked at again.
fn view(who: &Signed, typed: Option<(Uuid, Form)>) -> Result<Stops, AppError> {
    let found = lift_issue_stop::lasting(&who.portal.app, &who.principal)?;
    let form = |id: Uuid| match &typed {
        Some((of, form)) if *of == id => form.clone(),
        _ => Form::default(),
    };
    Ok(Stops {
        shell: who.shell()?,
        stops: found.iter().map(|one| card(one, who.lang, form)).collect(),
    })
}

fn card(one: &LastingStop, lang: Lang, form: impl Fn(Uuid) -> Form) -> StopCard {
    let cures: Vec<CureCard> = one
        .cures
        .iter()
        .map(|cure| told(cure, lang, &form))
        .collect();
    StopCard {
        id: one.stop.id.to_string(),
        obligor: one.obligor.clone(),
        simulate: format!("/default-simulation?obligor={}", one.stop.obligor),
        since: dates::long(one.stop.since, lang),
        overdue: one.overdue.iter().map(|paper| line(paper, lang)).collect(),
        waiting: cures.iter().any(|cure| cure.waiting),
        cures,
        form: form(one.stop.id),
    }
}

fn line(paper: &OverduePaper, lang: Lang) -> OverdueLine {
    OverdueLine {
        number: words::paper_number(&paper.number),
        due: dates::long(paper.due_date, lang),
        owed: words::money(paper.owed, paper.currency),
        interest: paper.interest.map(|sum| words::money(sum, paper.currency)),
        reason: paper.reason.clone(),
    }
}

fn told(cure: &Cure, lang: Lang, form: impl Fn(Uuid) -> Form) -> CureCard {
    let decided = cure.decision.as_ref();
    CureCard {
        id: cure.proposal.id.to_string(),
        evidence: cure.proposal.evidence.clone(),
        maker: cure.proposal.maker_name.clone(),
        made_at: dates::moment(cure.proposal.made_at, lang),
        waiting: cure.proposal.state == ProposalState::Waiting,
        own: cure.own,
        decided: decided.map_or_else(String::new, |decision| {
            let when = dates::moment(decision.decided_at, lang);
            lang.text_with(
                "stop-sent-back",
                &[("who", &decision.decider_name), ("when", &when)],
            )
        }),
        word: decided.map_or_else(String::new, |decision| decision.word.clone()),
        form: form(cure.proposal.id),
    }
}

async fn propose(posted: Posted, id: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let (app, person) = (&who.portal.app, &who.principal);
            deed(who, &id, form, "evidence", |stop, form| {
                lift_issue_stop::propose(app, person, stop, form.text("evidence")).map(|_id| ())
            })
        })
        .await
}

async fn approve(posted: Posted, id: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let (app, person) = (&who.portal.app, &who.principal);
            deed(who, &id, form, "word", |cure, _form| {
                lift_issue_stop::approve(app, person, cure)
            })
        })
        .await
}

async fn send_back(posted: Posted, id: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let (app, person) = (&who.portal.app, &who.principal);
            deed(who, &id, form, "word", |cure, form| {
                lift_issue_stop::send_back(app, person, cure, form.text("word"))
            })
        })
        .await
}

/// Does it and shows the list; what was refused stays in the form it was typed into.
fn deed(
    who: &Signed,
    id: &str,
    mut form: Form,
    field: &str,
    act: impl FnOnce(Uuid, &Form) -> Result<(), AppError>,
) -> Result<Answer, AppError> {
    let id = id_in_path(id)?;
    match act(id, &form) {
        Ok(()) => Ok(Answer::see_other(HERE)),
        Err(error) => {
            let who = who.at(HERE).refused(error)?;
            form.refuse(field, "look_here");
            who.page_again(&view(&who, Some((id, form)))?)
        }
    }
}
