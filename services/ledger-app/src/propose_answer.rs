//! One hand of a finance provider proposes an answer to a request: a price, or a no. Nothing leaves
//! the house before another hand has approved it ([`approve_answer`](crate::approve_answer)).

use ledger_core::id::RequestId;
use ledger_store::four_eyes::ProposalState;
use ledger_store::quote_proposals::ProposalKind;
use ledger_store::quote_proposals::QuoteProposal;
use ledger_store::quotes::QuoteState;
use ledger_store::unit_of_work::WriteTx;
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
use crate::priced_quote::QuoteTerms;
use crate::principal::Principal;
use crate::proposed_answer;
use crate::random;
use crate::requested_fragment::invited;

/// An answer to propose.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A price on these terms.
    Quote(QuoteTerms),
    /// A no.
    Decline,
}

/// A proposal that waits for another hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Its id.
    pub proposal: String,
}

/// Proposes an answer, with a word to who decides. What is kept of a price are its canonical bytes:
/// the approver signs exactly those.
///
/// # Errors
/// [`AppError::NotFound`] if the caller was not invited; [`AppError::Invalid`] `word_too_long`,
/// `answer_waiting` (one waits already), `quote_on_offer`, `disclosure_not_checked`,
/// `disclosure_not_clean`, `sealed_bids_only`, and those of
/// [`quote_fragment::prepare`](crate::quote_fragment::prepare).
pub fn run(
    app: &App,
    who: &Principal,
    request: RequestId,
    answer: &Answer,
    word: &str,
    key: Option<IdempotencyKey>,
) -> Result<Proposed, AppError> {
    who.may(Action::ProposeAnswer)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let (now, moment) = (app.clock.now(), app.moment()?);
    let word = four_eyes::word(word)?;
    let id = Uuid::from_bytes(random::bytes()?);
    let proposed = Proposed {
        proposal: id.to_string(),
    };
    app.store.write(|tx| {
        tx.finance_request_lock(request)?;
        let asked = invited(tx, who, request)?;
        offered_quote::check_open(&asked, moment)?;
        check_none_on_offer(tx, who, request)?;
        let (kind, body) = match answer {
            Answer::Decline => (ProposalKind::Decline, None),
            Answer::Quote(terms) => {
                // What waits for another hand is readable: a sealed bid never rests here.
                offered_quote::check_bids_open(tx, &asked)?;
                let today = tx.business_date_today()?;
                proposed_answer::check_disclosure(tx, who.party, asked.obligor.id, today)?;
                let quote = offered_quote::price(tx, app, who, request, terms)?;
                let body = quote.to_bytes().map_err(offered_quote::unreadable)?;
                (ProposalKind::Quote, Some(body))
            }
        };
        let made_by = person::hand(tx, who)?;
        tx.quote_proposal_insert(&QuoteProposal {
            id,
            request,
            provider: who.party,
            kind,
            body,
            word: word.clone(),
            made_by,
            maker_name: who.name.clone(),
            made_at: now,
            state: ProposalState::Waiting,
        })
        .map_err(|error| {
            if error.is_duplicate_of("quote_proposal_waiting_unique") {
                waiting()
            } else {
                error.into()
            }
        })?;
        proposed_answer::tell_approvers(tx, now, who, &asked)?;
        match &key {
            Some(key) => key.keep(tx, now, &proposed),
            None => Ok(()),
        }
    })?;
    Ok(proposed)
}

fn waiting() -> AppError {
    AppError::invalid(
        "answer_waiting",
        "an answer to this request waits for a decision; take it back first",
    )
}

fn check_none_on_offer(
    tx: &mut WriteTx<'_>,
    who: &Principal,
    request: RequestId,
) -> Result<(), AppError> {
    let mine = tx.quotes_of_requests(&[request])?;
    if mine
        .iter()
        .any(|q| q.provider == who.party && q.state == QuoteState::Offered)
    {
        return Err(offered_quote::on_offer());
    }
    Ok(())
}

/// Takes one's own proposal back before anybody has decided it.
///
/// # Errors
/// [`AppError::NotFound`] if it is another party's; [`AppError::Invalid`] `answer_decided`,
/// `answer_not_yours`.
pub fn withdraw(app: &App, who: &Principal, proposal: Uuid) -> Result<(), AppError> {
    who.may(Action::ProposeAnswer)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let found = proposed_answer::lock(tx, who, proposal)?;
        if found.made_by != person::hand(tx, who)? {
            return Err(AppError::invalid(
                "answer_not_yours",
                "only who proposed takes it back; send it back with a word instead",
            ));
        }
        let taken = ProposalState::Withdrawn;
        let decision = four_eyes::decision(tx, who, &found, taken, String::new(), now)?;
        Ok(tx.quote_decision_insert(&decision)?)
    })
}
