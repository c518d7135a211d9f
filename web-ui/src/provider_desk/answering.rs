//! The house answers by four eyes: one person proposes a price or a no, another signs it or sends
//! it back.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::approve_answer;
use ledger_app::error::AppError;
use ledger_app::propose_answer;
use ledger_app::propose_answer::Answer as Proposal;
use ledger_app::provider_inbox;
use ledger_app::provider_inbox::ProposalKind;
use ledger_app::quote_fragment;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use uuid::Uuid;

use super::phrases;
use super::request;
use super::request::address;
use super::terms;
use crate::answer::Answer;
use crate::asked::id_in_path;
use crate::blame::blame;
use crate::forms::Form;
use crate::posted::Posted;
use crate::session::Signed;
use crate::supplier::phrases::unreadable;

type Address = web::Path<(String, String)>;

/// Shows what the terms as typed come to. Nothing is kept.
pub(super) async fn price(posted: Posted, request: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, mut form| {
            let id = request::id(&request)?;
            let who = who.at(&address(id));
            let (app, person) = (&who.portal.app, &who.principal);
            let one = provider_inbox::one(app, person, id)?;
            let Some(terms) = terms::read(&mut form, one.asked.request.currency) else {
                // Half-typed terms are no mistake yet: the fields say what is missing.
                return who.page(&request::view(&who, id, form, None)?);
            };
            match quote_fragment::prepare(app, person, id, &terms) {
                Ok(prepared) => {
                    let price = phrases::price(who.lang, &prepared.quote);
                    who.page(&request::view(&who, id, form, Some(price))?)
                }
                Err(error) => {
                    let who = who.refused(error)?;
                    who.page(&request::view(&who, id, form, None)?)
                }
            }
        })
        .await
}

pub(super) async fn propose(posted: Posted, request: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, mut form| {
            let id = request::id(&request)?;
            let one = provider_inbox::one(&who.portal.app, &who.principal, id)?;
            match terms::read(&mut form, one.asked.request.currency) {
                Some(terms) => proposed(who, id, &Proposal::Quote(terms), form),
                None => {
                    let who = unreadable(&who.at(&address(id)), &form);
                    who.page_again(&request::view(&who, id, form, None)?)
                }
            }
        })
        .await
}

pub(super) async fn decline(posted: Posted, request: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let id = request::id(&request)?;
            proposed(who, id, &Proposal::Decline, form)
        })
        .await
}

fn proposed(
    who: &Signed,
    request: RequestId,
    answer: &Proposal,
    form: Form,
) -> Result<Answer, AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    let word = form.text("word").to_owned();
    let done = propose_answer::run(app, person, request, answer, &word, None);
    shown(who, request, form, done.map(|_proposed| ()))
}

/// Back to the page: by its address if it was done, with the reason over it if not.
pub(super) fn shown(
    who: &Signed,
    request: RequestId,
    form: Form,
    done: Result<(), AppError>,
) -> Result<Answer, AppError> {
    match done {
        Ok(()) => Ok(Answer::see_other(address(request))),
        Err(error) => {
            let mut form = form;
            let others = [
                ("word_missing", "word"),
                ("word_too_long", "word"),
                ("pay_date_past", "pay_date"),
                ("expiry_not_possible", "expires"),
            ];
            blame(&mut form, &error, &others);
            let who = who.at(&address(request)).refused(error)?;
            who.page_again(&request::view(&who, request, form, None)?)
        }
    }
}

pub(super) async fn approve(posted: Posted, at: Address) -> HttpResponse {
    let (request, answer) = at.into_inner();
    posted
        .answer(move |who, form| {
            let (request, answer) = (request::id(&request)?, id_in_path(&answer)?);
            let done = approved(who, request, answer, &form);
            shown(who, request, form, done)
        })
        .await
}

fn approved(who: &Signed, request: RequestId, proposal: Uuid, form: &Form) -> Result<(), AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    let answers = provider_inbox::answers(app, person, request)?;
    let found = answers.iter().find(|one| one.proposal.id == proposal);
    let done = match found.ok_or(AppError::NotFound)?.proposal.kind {
        ProposalKind::Decline => approve_answer::run(app, person, proposal, None, None),
        ProposalKind::Quote => {
            let signer = signing::open_key(app, person, form.passphrase("passphrase"))?;
            approve_answer::run(app, person, proposal, Some(&With::With(&signer)), None)
        }
    };
    done.map(|_answered| ())
}

/// An address that names one request and another's answer leads nowhere.
fn check_of(who: &Signed, request: RequestId, proposal: Uuid) -> Result<(), AppError> {
    let answers = provider_inbox::answers(&who.portal.app, &who.principal, request)?;
    let there = answers.iter().any(|one| one.proposal.id == proposal);
    there.then_some(()).ok_or(AppError::NotFound)
}

pub(super) async fn send_back(posted: Posted, at: Address) -> HttpResponse {
    let (request, answer) = at.into_inner();
    posted
        .answer(move |who, form| {
            let (request, answer) = (request::id(&request)?, id_in_path(&answer)?);
            let (app, person) = (&who.portal.app, &who.principal);
            check_of(who, request, answer)?;
            let done = approve_answer::send_back(app, person, answer, form.text("word"));
            shown(who, request, form, done)
        })
        .await
}

pub(super) async fn withdraw(posted: Posted, at: Address) -> HttpResponse {
    let (request, answer) = at.into_inner();
    posted
        .answer(move |who, form| {
            let (request, answer) = (request::id(&request)?, id_in_path(&answer)?);
            check_of(who, request, answer)?;
            let done = propose_answer::withdraw(&who.portal.app, &who.principal, answer);
            shown(who, request, form, done)
        })
        .await
}

/// Takes a quote back that nobody has signed.
pub(super) async fn take_back(posted: Posted, at: Address) -> HttpResponse {
    let (request, quote) = at.into_inner();
    posted
        .answer(move |who, form| {
            let request = request::id(&request)?;
            let quote = QuoteId::parse(&quote).map_err(|_no_id| AppError::NotFound)?;
            let one = provider_inbox::one(&who.portal.app, &who.principal, request)?;
            if one.my_quote.is_none_or(|(own, _state)| own != quote) {
                return Err(AppError::NotFound);
            }
            let done = quote_fragment::withdraw(&who.portal.app, &who.principal, quote);
            shown(who, request, form, done)
        })
        .await
}
