//! Accepts or refuses a paper (签收 / 拒收), accepts or declines an offered fragment.

use std::sync::Arc;

use chrono::DateTime;
use chrono::Utc;
use ledger_core::act::Act;
use ledger_core::fragment::FragmentState;
use ledger_core::fragment::Side;
use ledger_core::id::PaperId;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use ledger_store::live::FragmentNo;
use ledger_store::payables::PayableState;
use ledger_store::posting::Posting;
use ledger_store::unit_of_work::WriteTx;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::cash_choice;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::notice::Notice;
use crate::offered_documents::capacity_of;
use crate::offered_documents::offered_documents;
use crate::pledged::ToSign;
use crate::policy::Action;
use crate::posting_queue::Effects;
use crate::principal::Principal;
use crate::signing::Signing;
use crate::wording;

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Takes it.
    Accept,
    /// Does not.
    Refuse,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Public id of the fragment after the answer; none if a refusal ended the paper.
    pub fragment: Option<String>,
    /// The entry's hash.
    pub entry: String,
}

/// What there is to sign today for this answer. Keeps nothing.
///
/// # Errors
/// As [`run`], but for the law's own refusals; a choice is asked for only by the answer itself.
pub fn prepare(
    app: &App,
    who: &Principal,
    fragment: &str,
    answer: Answer,
) -> Result<ToSign, AppError> {
    who.may(Action::AnswerOffer)?;
    let held = HeldFragment::load(app, fragment)?;
    held.check_concerned(who.party)?;
    let (act, seat) = act_of(held.fragment.state, answer)?;
    let amount = held.fragment.range.amount();
    let body = held
        .entry(app, app.business_date()?, amount, act)
        .to_bytes();
    Ok(ToSign {
        payload: signing_payload(seat, &body),
        body,
    })
}

/// Answers what waits for this party: a paper issued to it, or a fragment offered to it.
///
/// # Errors
/// [`AppError::NotFound`] if the fragment does not concern the caller; the ledger's refusals;
/// [`AppError::Invalid`] `cash_choice_missing` if it is a paper that a small or medium supplier has
/// to choose freely: see [`accept_choosing`].
pub fn run(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    fragment: &str,
    answer: Answer,
    key: Option<IdempotencyKey>,
) -> Result<Answered, AppError> {
    let said = Said::default();
    reply(app, who, signing, fragment, answer, said, key)
}

/// Accepts a paper that is due later than money would have to come, having agreed to the words of
/// [`ChoiceAsked`](crate::cash_choice::ChoiceAsked) with this digest; the choice goes on record with
/// the entry.
///
/// # Errors
/// As [`run`], and `cash_choice_outdated` if the words are others now.
pub fn accept_choosing(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    fragment: &str,
    agreed: [u8; 32],
    key: Option<IdempotencyKey>,
) -> Result<Answered, AppError> {
    let said = Said {
        agreed: Some(agreed),
        ..Said::default()
    };
    reply(app, who, signing, fragment, Answer::Accept, said, key)
}

/// What is said with an answer.
#[derive(Debug, Clone, Copy, Default)]
struct Said<'r> {
    reason: Option<&'r str>,
    agreed: Option<[u8; 32]>,
}

/// Refuses with a reason, which the other side reads in its letter.
///
/// # Errors
/// As [`run`].
pub fn refuse(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    fragment: &str,
    reason: &str,
    key: Option<IdempotencyKey>,
) -> Result<Answered, AppError> {
    let said = Said {
        reason: Some(reason),
        ..Said::default()
    };
    reply(app, who, signing, fragment, Answer::Refuse, said, key)
}

fn reply(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    fragment: &str,
    answer: Answer,
    said: Said<'_>,
    key: Option<IdempotencyKey>,
) -> Result<Answered, AppError> {
    who.may(Action::AnswerOffer)?;
    if let Some(key) = &key
        && let Some(known) = key.answered(&app.store)?
    {
        return Ok(known);
    }
    let held = HeldFragment::load(app, fragment)?;
    held.check_concerned(who.party)?;
    let (act, seat) = act_of(held.fragment.state, answer)?;
    let now = app.clock.now();
    let choice = match act {
        Act::Accept => cash_choice::chosen(app, who, &held, said.agreed, now)?,
        _ => None,
    };
    let documents = offered_documents(app, &held)?;
    let gifts = if answer == Answer::Refuse {
        capacity_of(&documents)
    } else {
        Vec::new()
    };
    let amount = held.fragment.range.amount();
    let number = documents.first().map(|document| document.number.clone());
    let notice = notice(&held, who, answer, said.reason, number.unwrap_or_default());
    let to = match held.fragment.state {
        FragmentState::PendingAcceptance => held.paper.paper.obligor,
        _ => held.fragment.holder,
    };
    let entry = held.entry(app, app.business_date()?, amount, act);
    let posting = Posting {
        sealed: signing.seal(seat, entry),
        spent: Some(held.fragment.no),
    };
    let ids = app.public_ids.clone();
    let outcome = move |no: i64, lives: bool, entry: String| Answered {
        fragment: lives.then(|| ids.show(FragmentNo::of(no, Side::Left))),
        entry,
    };
    let outcome_in = outcome.clone();
    let paper = held.paper.paper.id;
    let ends_paper =
        held.fragment.state == FragmentState::PendingAcceptance && answer == Answer::Refuse;
    let offer = held.fragment.no.entry();
    let gives_back = answer == Answer::Refuse && app.circle().is_some();
    let effects: Effects = Arc::new(move |also, _date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        also.release_capacity(&gifts);
        if gives_back {
            also.capacity_reservations_release(offer, now)?;
        }
        if let Some(choice) = &choice {
            also.cash_choice_insert(choice)?;
        }
        if ends_paper {
            end(also, paper, now)?;
        }
        also.tell(to, notice.clone());
        if let Some(key) = &key {
            let lives = posted.applied.left.is_some();
            let answer = outcome_in(posted.no, lives, posted.sealed.hash().to_string());
            also.keep(key.receipt(now, &answer)?);
        }
        Ok(())
    });
    let posted = app.posting.post_one(posting, Some(effects))?;
    let lives = posted.applied.left.is_some();
    Ok(outcome(posted.no, lives, posted.sealed.hash().to_string()))
}

/// A refused paper's payables can be proposed again or corrected; what it used of their invoices is
/// free, here and with the peers.
fn end(tx: &mut WriteTx<'_>, paper: PaperId, now: DateTime<Utc>) -> Result<(), AppError> {
    let payables = tx.payables_of_papers(&[paper])?;
    let refused: Vec<_> = payables.into_iter().map(|p| (p.id, None)).collect();
    tx.payables_move(&refused, PayableState::Issued, PayableState::Rejected)?;
    tx.issue_reservation_release(paper, now)?;
    Ok(())
}

/// What an answer is in the journal, and in which seat it is signed.
fn act_of(state: FragmentState, answer: Answer) -> Result<(Act, Seat), AppError> {
    Ok(match (state, answer) {
        (FragmentState::PendingAcceptance, Answer::Accept) => (Act::Accept, Seat::Holder),
        (FragmentState::PendingAcceptance, Answer::Refuse) => (Act::Refuse, Seat::Holder),
        (FragmentState::Offered { .. }, Answer::Accept) => (Act::AcceptOffer, Seat::Recipient),
        (FragmentState::Offered { .. }, Answer::Refuse) => (Act::DeclineOffer, Seat::Recipient),
        (
            FragmentState::Held
            | FragmentState::FinanceLocked { .. }
            | FragmentState::Pledged { .. }
            | FragmentState::Frozen { .. }
            | FragmentState::Redeemed
            | FragmentState::Recourse { .. }
            | FragmentState::WrittenOff,
            _,
        ) => {
            return Err(Refusal::NothingToAnswer.into());
        }
    })
}

fn notice(
    held: &HeldFragment,
    who: &Principal,
    answer: Answer,
    reason: Option<&str>,
    document: String,
) -> Notice {
    let amount = held.fragment.range.amount();
    let reason = reason.map(str::to_owned);
    let paper = wording::paper(&held.paper.paper.number, &held.obligor.name);
    let money = held.money(amount);
    match (held.fragment.state, answer) {
        (FragmentState::PendingAcceptance, Answer::Accept) => Notice::PaperAccepted {
            paper,
            payee: who.party_name.clone(),
            face: money,
            maturity: held.paper.paper.maturity,
        },
        (FragmentState::PendingAcceptance, Answer::Refuse) => Notice::PaperRefused {
            paper,
            payee: who.party_name.clone(),
            face: money,
            reason,
        },
        (_, Answer::Accept) => Notice::TransferAccepted {
            fragment: held.named(amount),
            to: who.party_name.clone(),
            amount: money,
            document,
        },
        (_, Answer::Refuse) => Notice::TransferDeclined {
            fragment: held.named(amount),
            to: who.party_name.clone(),
            amount: money,
            document,
            reason,
        },
    }
}
