//! Early payments from their pay date on: let go, and concluded on the bank's word and only on it. Paid,
//! and the fragment is redeemed; not paid, and it is the holder's again. Entry, states and letters are
//! one unit of work.

use std::sync::Arc;

use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::fragment::Side;
use ledger_core::hash::EvidenceDigest;
use ledger_core::paper::PaperState;
use ledger_core::range::Range;
use ledger_core::redemption::Redeemed;
use ledger_core::signature::Seat;
use ledger_store::live::FragmentNo;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionState;
use ledger_store::posting::Posting;
use ledger_store::redemptions::Redemption;
use ledger_store::redemptions::RedemptionState;

use crate::app::App;
use crate::batch_effects::BatchEffects;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::limit_use;
use crate::notice_events::RedemptionStep;
use crate::payment_tasks;
use crate::posting_queue::Effects;
use crate::posting_queue::Posted;
use crate::purchase::evidence_of;
use crate::redemption;
use crate::redemption::OnOffer;
use crate::redemption_tasks;

/// How many of those that the bank has spoken about are read at once.
const AT_ONCE: i64 = 500;

/// What [`run_due`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Due {
    /// Offers whose last day is over.
    pub ended: usize,
    /// Payments let go, because their pay date has come.
    pub let_go: usize,
    /// Fragments redeemed.
    pub redeemed: usize,
    /// Fragments that are their holders' again.
    pub released: usize,
    /// Those that could not be concluded; each is in the log, and is tried again.
    pub failed: usize,
}

/// Ends offers, lets payments go, concludes what the bank has spoken about, and asks a person about what
/// it has not. The scheduler's job; one failure stops no other.
///
/// # Errors
/// The store's, if the lists can't be read.
pub fn run_due(app: &App) -> Result<Due, AppError> {
    let now = app.clock.now();
    let mut done = Due::default();
    (done.ended, done.let_go) = app.store.write(|tx| {
        let today = tx.business_date_today()?;
        let ended = tx.redemption_offers_end(today)?;
        let let_go = tx.redemptions_let_go(today, now)?;
        redemption_tasks::watch(tx, today, now)?;
        Ok::<_, AppError>((ended, let_go))
    })?;
    let mut after = 0;
    loop {
        let page = app
            .store
            .read(|tx| tx.redemptions_spoken_about(after, AT_ONCE))?;
        let Some((last, _)) = page.last() else {
            return Ok(done);
        };
        // One that fails stays on the list and must not be met again in this round.
        after = last.lock_entry;
        for (open, payment) in page {
            let paid = payment.state == InstructionState::Settled;
            let id = payment.id;
            let concluded =
                evidence_of(app, id).and_then(|evidence| conclude(app, open, &payment, evidence));
            match concluded {
                Ok(()) if paid => done.redeemed = done.redeemed.saturating_add(1),
                Ok(()) => done.released = done.released.saturating_add(1),
                Err(error) => {
                    tracing::warn!(%id, %error, "an early payment could not be concluded");
                    done.failed = done.failed.saturating_add(1);
                }
            }
        }
    }
}

/// Concludes one acceptance by what the bank has said of its payment.
fn conclude(
    app: &App,
    open: Redemption,
    payment: &Instruction,
    evidence: EvidenceDigest,
) -> Result<(), AppError> {
    let word = payment.state;
    let paid = word == InstructionState::Settled;
    let locked = FragmentNo::of(open.lock_entry, Side::Left);
    let (held, all, today) = app.store.read(|tx| {
        let held = HeldFragment::load_no(tx, locked)?;
        let row = tx.redemption_offer_by_id(open.offer)?;
        let today = tx.business_date_today()?;
        Ok::<_, AppError>((held, redemption::load(tx, row)?, today))
    })?;
    let act = if paid {
        Act::CompleteRedemption { evidence }
    } else {
        Act::ReleaseRedemption { evidence }
    };
    let entry = held.entry(app, today, held.fragment.range.amount(), act);
    let posting = Posting {
        sealed: entry.sealed_by(&[(Seat::Book, app.recorder())]),
        spent: Some(locked),
    };
    let now = app.clock.now();
    let effects: Effects = Arc::new(move |also, date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        let state = if paid {
            RedemptionState::Redeemed
        } else {
            RedemptionState::Released
        };
        payment_tasks::check_word_stands(also, open.instruction, word)?;
        also.redemption_end(open.lock_entry, state, posted.no, date)?;
        if paid {
            let range = Range::new(open.lo, open.hi)
                .map_err(|_empty| AppError::Internal("an early payment of nothing".to_owned()))?;
            limit_use::redeem(also, &open, range, date)?;
            let settled = settled(posted);
            if settled {
                // Nothing is left to ask for on the due date.
                also.planned_run_moves(open.paper, None, now)?;
                limit_use::settle(also, &[open.paper], date)?;
            }
        }
        tell(also, &all, &open, paid);
        Ok(())
    });
    app.posting.post_one(posting, Some(effects)).map(|_| ())
}

fn settled(posted: &Posted) -> bool {
    let paper = posted.applied.paper.as_ref();
    paper.is_some_and(|paper| paper.state == PaperState::Settled)
}

/// The holder is told what became of its money, the obligor how much of the paper is paid.
fn tell(also: &mut BatchEffects<'_, '_>, all: &OnOffer, open: &Redemption, paid: bool) {
    let amount = Amount::from_minor(open.hi.saturating_sub(open.lo)).unwrap_or(Amount::ZERO);
    let price = Redeemed {
        days: open.days,
        rebate: open.rebate,
        payment: open.payment,
    };
    let (to_holder, to_obligor) = if paid {
        (RedemptionStep::Paid, RedemptionStep::Redeemed)
    } else {
        (RedemptionStep::Released, RedemptionStep::NotPaid)
    };
    also.tell(open.holder, all.told(to_holder, amount, Some(price)));
    also.tell(all.row.obligor, all.told(to_obligor, amount, Some(price)));
}
