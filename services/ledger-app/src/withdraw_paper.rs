//! The obligor takes a paper back that its payee has not yet accepted (撤回).
//!
//! Its payable is taken off the list for good (`cancelled`): a payable backs one paper and no
//! other, so that nobody is ever promised the same debt twice. If it is still owed, the obligor
//! hands it in again, corrected, under a number of its own.

use std::sync::Arc;

use ledger_core::act::Act;
use ledger_core::fragment::Side;
use ledger_core::id::PaperId;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_store::payables::PayableState;
use ledger_store::posting::Posting;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::error::AppError;
use crate::four_eyes;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::notice::Notice;
use crate::policy::Action;
use crate::posting_queue::Effects;
use crate::principal::Principal;
use crate::signing::Signing;
use crate::wording;

/// A withdrawal on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The paper's number.
    pub number: String,
    /// The entry's hash.
    pub entry: String,
}

/// Withdraws; the payee is told, with `reason` in the obligor's own words.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's paper; [`AppError::Invalid`] `word_too_long` for the
/// reason; the ledger's refusals, above all
/// `nothing_to_answer` once the payee has accepted and `fragment_spent` once the paper has ended.
pub fn run(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    paper: PaperId,
    reason: Option<&str>,
    key: Option<IdempotencyKey>,
) -> Result<Withdrawn, AppError> {
    who.may(Action::ProposeIssue)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let reason = reason.map(four_eyes::word).transpose()?;
    let reason = reason.filter(|words| !words.is_empty());
    let held = load(app, who, paper)?;
    let range = held.fragment.range;
    let entry = held.entry(app, app.business_date()?, range.amount(), Act::Withdraw);
    let posting = Posting {
        sealed: signing.seal(Seat::Maker, entry),
        spent: Some(held.fragment.no),
    };
    let number = held.paper.paper.number.clone();
    let notice = Notice::PaperWithdrawn {
        paper: wording::paper(&number, &held.obligor.name),
        face: held.money(held.paper.paper.face),
        reason,
    };
    let answer = move |entry: String| Withdrawn {
        number: number.clone(),
        entry,
    };
    let answer_in = answer.clone();
    let payee = held.paper.paper.payee;
    let now = app.clock.now();
    let effects: Effects = Arc::new(move |also, _date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        let moves: Vec<_> = also
            .payables_of_papers(&[paper])?
            .into_iter()
            .map(|p| (p.id, None))
            .collect();
        also.payables_move(&moves, PayableState::Issued, PayableState::Cancelled)?;
        also.issue_reservation_release(paper, now)?;
        also.tell(payee, notice.clone());
        if let Some(key) = &key {
            let answer = answer_in(posted.sealed.hash().to_string());
            also.keep(key.receipt(now, &answer)?);
        }
        Ok(())
    });
    let posted = app.posting.post_one(posting, Some(effects))?;
    Ok(answer(posted.sealed.hash().to_string()))
}

/// The whole paper as the one fragment it is before acceptance.
fn load(app: &App, who: &Principal, paper: PaperId) -> Result<HeldFragment, AppError> {
    app.store.read(|tx| {
        let paper = tx
            .papers_by_ids(&[paper])?
            .pop()
            .ok_or(AppError::NotFound)?;
        if paper.paper.obligor != who.party {
            return Err(AppError::NotFound);
        }
        let obligor = tx.party_by_id(paper.paper.obligor)?;
        let whole = tx
            .fragments_of_papers(&[paper.no])?
            .into_iter()
            .find(|f| f.reference.side == Side::Left && f.range.amount() == paper.paper.face);
        match whole {
            Some(fragment) => Ok(HeldFragment {
                fragment,
                paper,
                obligor,
            }),
            None => Err(AppError::Refused(Refusal::FragmentSpent)),
        }
    })
}
