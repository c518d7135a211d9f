//! Another hand of a finance provider decides what a colleague proposed: it signs the price with its
//! own key, lets the no go out, or sends either back with a word.

use ledger_core::signature::Seat;
use ledger_store::four_eyes::ProposalState;
use ledger_store::quote_proposals::QuoteProposal;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::four_eyes;
use crate::idempotency::IdempotencyKey;
use crate::offered_quote;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;
use crate::proposed_answer;
use crate::requested_fragment;
use crate::said_no;
use crate::signing::Signing;

/// What went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The quote now on offer; none for a no.
    pub quote: Option<String>,
}

/// Approves a proposal. A price needs the approver's signature under its bytes as proposed, with a
/// key of the approver's own: four eyes are two keys, each in its own hands.
///
/// # Errors
/// [`AppError::NotFound`] if it is another party's; the refusal `same_person`;
/// [`AppError::Invalid`] `answer_decided`, `signature_missing`, `not_your_key`,
/// `disclosure_not_checked`, `disclosure_not_clean`, and those of
/// [`quote_fragment::submit`](crate::quote_fragment::submit) and
/// [`decline_request::run`](crate::decline_request::run).
pub fn run(
    app: &App,
    who: &Principal,
    proposal: Uuid,
    signing: Option<&Signing<'_>>,
    key: Option<IdempotencyKey>,
) -> Result<Answered, AppError> {
    who.may(Action::ApproveAnswer)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    if let Some(signing) = signing {
        person::check_own_key(app, who, signing)?;
    }
    let now = app.clock.now();
    app.store.write(|tx| {
        let found = proposed_answer::lock(tx, who, proposal)?;
        four_eyes::check_other_hand(tx, who, &found.made_by)?;
        let answered = match &found.body {
            None => {
                said_no::write_down(tx, app, who, found.request)?;
                Answered { quote: None }
            }
            Some(body) => {
                let signing = signing.ok_or_else(signature_missing)?;
                let asked = requested_fragment::load_one(tx, found.request)?;
                let today = tx.business_date_today()?;
                proposed_answer::check_disclosure(tx, who.party, asked.obligor.id, today)?;
                let signature = signing.sign(Seat::FinanceProvider, body);
                let quote =
                    offered_quote::put_on_offer(tx, app, who, found.request, body, &signature)?;
                Answered {
                    quote: Some(quote.to_string()),
                }
            }
        };
        let yes = ProposalState::Approved;
        let decision = four_eyes::decision(tx, who, &found, yes, String::new(), now)?;
        tx.quote_decision_insert(&decision)?;
        if let Some(key) = &key {
            key.keep(tx, now, &answered)?;
        }
        Ok(answered)
    })
}

fn signature_missing() -> AppError {
    AppError::invalid_field(
        "signature",
        "signature_missing",
        "sign the bytes of the proposed quote with your own key",
    )
}

/// Sends a proposal back; its maker reads the word.
///
/// # Errors
/// [`AppError::NotFound`] if it is another party's; the refusal `same_person`;
/// [`AppError::Invalid`] `answer_decided`, `word_missing`, `word_too_long`.
pub fn send_back(app: &App, who: &Principal, proposal: Uuid, word: &str) -> Result<(), AppError> {
    who.may(Action::ApproveAnswer)?;
    let now = app.clock.now();
    let word = four_eyes::word_said(word)?;
    app.store.write(|tx| {
        let found: QuoteProposal = proposed_answer::lock(tx, who, proposal)?;
        four_eyes::check_other_hand(tx, who, &found.made_by)?;
        let back = ProposalState::Returned;
        let decision = four_eyes::decision(tx, who, &found, back, word.clone(), now)?;
        tx.quote_decision_insert(&decision)?;
        let asked = requested_fragment::load_one(tx, found.request)?;
        proposed_answer::tell_maker(tx, now, who, &found, &asked, &word)
    })
}
