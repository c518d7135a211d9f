//! Concludes payments by recourse on the bank's word, and only on it: paid, and the fragment is the
//! payer's, who may turn to the party before it; not paid, and it is free again, its holder's to claim
//! anew.

use std::sync::Arc;

use ledger_core::act::Act;
use ledger_core::signature::Seat;
use ledger_store::payments::InstructionState;
use ledger_store::posting::Posting;

use crate::app::App;
use crate::error::AppError;
use crate::notice_events::RecourseStep;
use crate::posting_queue::Effects;
use crate::purchase::evidence_of;
use crate::recourse_sides;
use crate::recourse_sides::ClaimSide;
use crate::recourse_sides::ClaimWithSides;
use crate::recourse_sides::not_in_that_state;
use crate::recourse_tasks;

/// Claims concluded in one go.
const MOST: i64 = 500;

/// Concludes what the bank has spoken about, and asks a person about what it has not. The scheduler's
/// job: gives how many were concluded. One failure stops no other.
///
/// # Errors
/// The store's, if the lists can't be read.
pub fn run_due(app: &App) -> Result<usize, AppError> {
    let now = app.clock.now();
    app.store.write(|tx| {
        let today = tx.business_date_today()?;
        recourse_tasks::watch(tx, today, now)
    })?;
    let answered = app.store.read(|tx| {
        let (claims, paid): (Vec<_>, Vec<_>) =
            tx.recourse_claims_answered(MOST)?.into_iter().unzip();
        let sides = recourse_sides::load(tx, claims)?;
        Ok::<_, AppError>(sides.into_iter().zip(paid).collect::<Vec<_>>())
    })?;
    let mut done: usize = 0;
    for (found, paid) in answered {
        let id = found.claim.id;
        match conclude(app, found, paid) {
            Ok(()) => done = done.saturating_add(1),
            Err(error) => tracing::warn!(%id, %error, "recourse could not be concluded"),
        }
    }
    Ok(done)
}

fn conclude(app: &App, found: ClaimWithSides, paid: bool) -> Result<(), AppError> {
    let (id, amount) = (found.claim.id, found.claim.amount);
    let instruction = found.claim.instruction.ok_or_else(not_in_that_state)?;
    let evidence = evidence_of(app, instruction)?;
    let (act, step) = if paid {
        (Act::CompleteRecourse { evidence }, RecourseStep::Paid)
    } else {
        (Act::ReleaseRecourse { evidence }, RecourseStep::Unpaid)
    };
    let whole = found.held.fragment.range.amount();
    let entry = found.held.entry(app, app.business_date()?, whole, act);
    let posting = Posting {
        sealed: entry.sealed_by(&[(Seat::Book, app.recorder())]),
        spent: Some(found.held.fragment.no),
    };
    let effects: Effects = Arc::new(move |also, _date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        // The bank may have spoken again since the list was read: then the next look concludes.
        let settled = also.instruction_lock(instruction)?.state == InstructionState::Settled;
        if settled != paid || !also.recourse_claim_end(id, paid, posted.no)? {
            return Err(not_in_that_state());
        }
        also.tell_all(found.letters(step, amount, &[ClaimSide::Claimant, ClaimSide::Payer]));
        Ok(())
    });
    app.posting
        .post_one(posting, Some(effects))
        .map(|_posted| ())
}
