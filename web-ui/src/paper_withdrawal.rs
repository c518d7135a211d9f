//! A paper that its payee has not accepted yet is taken back by the obligor that issued it: on the paper's
//! own page, under one signature.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::policy::Action;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use ledger_app::trace_paper;
use ledger_app::trace_paper::PaperTrace;
use ledger_app::withdraw_paper;
use ledger_core::paper::PaperState;

use crate::answer::Answer;
use crate::back_to_page::back;
use crate::forms::Form;
use crate::layout::Signing;
use crate::papers_desk::paper_view;
use crate::posted::Posted;
use crate::session::Signed;
use crate::words;

/// Mounts it.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/papers/{number}/withdraw", web::post().to(sign));
}

/// What is signed; none once the payee has answered, or if the reader may not.
pub(crate) fn deed(who: &Signed, traced: &PaperTrace) -> Option<Signing> {
    let (lang, paper) = (who.lang, &traced.paper.paper);
    let may = who.principal.may(Action::ProposeIssue).is_ok();
    (may && paper.state == PaperState::PendingAcceptance).then(|| Signing {
        action: format!("/papers/{}/withdraw", paper.number),
        statement: lang.text_with(
            "withdraw-deed",
            &[
                ("payee", &traced.payee.name),
                ("amount", &words::money(paper.face, paper.currency)),
            ],
        ),
        facts: Vec::new(),
        consequences: vec![
            lang.text("withdraw-follows-owed"),
            lang.text("withdraw-follows-again"),
            lang.text("deed-final"),
        ],
        submit: lang.text("withdraw-sign"),
        hidden: Vec::new(),
    })
}

async fn sign(posted: Posted, number: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let (app, person) = (&who.portal.app, &who.principal);
            person.may(Action::ProposeIssue)?;
            // Before anything is said about a passphrase: whose paper it is.
            let traced = trace_paper::run(app, person, &number)?;
            let done =
                signing::open_key(app, person, form.passphrase("passphrase")).and_then(|signer| {
                    let (with, of) = (With::With(&signer), traced.paper.paper.id);
                    withdraw_paper::run(app, person, &with, of, Some(form.text("reason")), None)
                });
            let here = format!("/papers/{}", &*number);
            match done {
                Ok(_withdrawn) => Ok(Answer::see_other(&here)),
                Err(error) => shown_again(who, form, &here, error, &traced),
            }
        })
        .await
}

fn shown_again(
    who: &Signed,
    form: Form,
    here: &str,
    error: AppError,
    traced: &PaperTrace,
) -> Result<Answer, AppError> {
    let others = [("word_too_long", "reason")];
    back(who, form, (here, &others), Err(error), |who, form| {
        paper_view(who, traced, form)
    })
}
