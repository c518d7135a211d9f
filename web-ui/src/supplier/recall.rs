//! Take an offer back that nobody has answered.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use ledger_app::trace_fragment;
use ledger_app::trace_fragment::FragmentTrace;
use ledger_core::fragment::FragmentState;
use ledger_core::refusal::Refusal;

use super::phrases;
use crate::answer::Answer;
use crate::forms::Form;
use crate::layout::Fact;
use crate::layout::Signing;
use crate::pages::recall::Recall;
use crate::posted::Posted;
use crate::session::Signed;
use crate::words;

pub(super) async fn sign(posted: Posted, fragment: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| post(who, &fragment, form))
        .await
}

fn post(who: &Signed, id: &str, mut form: Form) -> Result<Answer, AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    let done = signing::open_key(app, person, form.passphrase("passphrase")).and_then(|signer| {
        ledger_app::transfer_fragment::recall(app, person, &With::With(&signer), id)
    });
    match done {
        Ok(()) => Ok(Answer::see_other(format!("/receipts/{id}"))),
        Err(error) => {
            let who = phrases::refused(who, &mut form, error)?;
            let trace = trace_fragment::run(app, person, id)?;
            // What was answered meanwhile leads to its receipt.
            if trace.held.fragment.spent {
                return Ok(Answer::see_other(format!("/receipts/{id}")));
            }
            page(&who, id, form, &trace, true)
        }
    }
}

/// The page, for an offer of the caller's own.
pub(super) fn page(
    who: &Signed,
    id: &str,
    form: Form,
    trace: &FragmentTrace,
    again: bool,
) -> Result<Answer, AppError> {
    let FragmentState::Offered { .. } = trace.held.fragment.state else {
        return Err(Refusal::NothingToAnswer.into());
    };
    let lang = who.lang;
    let who = who.at(&format!("/offers/{id}"));
    let paper = &trace.held.paper.paper;
    let to = trace
        .offered_to
        .as_ref()
        .map(|party| party.name.clone())
        .unwrap_or_default();
    let view = Recall {
        shell: who.shell()?,
        form,
        to,
        amount: words::money(trace.held.fragment.range.amount(), paper.currency),
        deed: Signing {
            action: format!("/offers/{id}/recall"),
            statement: lang.text("deed-recall"),
            facts: vec![
                Fact::new(lang.text("paper"), words::paper_number(&paper.number)),
                Fact::new(lang.text("range"), trace.held.fragment.range.to_string()),
            ],
            consequences: vec![lang.text("deed-recall-follows"), lang.text("deed-final")],
            submit: lang.text("deed-recall-sign"),
            hidden: Vec::new(),
        },
        back: format!("/fragments/{id}"),
    };
    if again {
        who.page_again(&view)
    } else {
        who.page(&view)
    }
}
