//! Decided freezes carried out: what is in the scope of a standing order is frozen, what an ended or
//! lifted one holds is freed, and credits that were held back at maturity go to their holders.
//!
//! An order is kept as long as it stands. What it could not take at once (a fragment sold and not yet
//! paid for) or what comes into its scope later is taken by the next run; of what a holder has of a
//! paper never more than the order says. Every step may be repeated at any time.

use std::collections::HashMap;
use std::sync::Arc;

use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::fragment::FragmentState;
use ledger_core::fragment::Side;
use ledger_core::freeze::FreezeAct;
use ledger_core::freeze::UnfreezeAct;
use ledger_core::freeze::Unfreezing;
use ledger_core::id::DocumentId;
use ledger_core::signature::Seat;
use ledger_store::freezes::FreezeDecision;
use ledger_store::freezes::FreezeProposal;
use ledger_store::freezes::FrozenFragment;
use ledger_store::journal::EntryRecord;
use ledger_store::live::FragmentNo;
use ledger_store::posting::Posting;
use ledger_store::unit_of_work::ReadTx;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::freeze_letters;
use crate::freeze_order;
use crate::freeze_order::ProposalState;
use crate::held_fragment::HeldFragment;
use crate::offered_documents::capacity_of;
use crate::offered_documents::offered_documents;
use crate::posting_queue::Bundle;
use crate::posting_queue::Effects;
use crate::posting_queue::Posted;

/// Fragments in one unit of work.
const A_STEP: i64 = 500;

/// Ends what has ended, keeps what stands, lets held credits go. Gives how many fragments and credits
/// it moved.
///
/// # Errors
/// The store's, and [`AppError::Busy`].
pub fn run_due(app: &App) -> Result<usize, AppError> {
    let (today, standing, lifted) = app.store.read(|tx| {
        let standing = tx.freezes_standing()?;
        let ids: Vec<Uuid> = standing.iter().map(|one| one.id).collect();
        let lifted = tx.freezes_lifted(&ids)?;
        Ok::<_, AppError>((tx.business_date_today()?, standing, lifted))
    })?;
    let is_over = |freeze: &FreezeProposal| {
        freeze.until.is_some_and(|until| until < today)
            || lifted.iter().any(|one| one.lifts == Some(freeze.id))
    };
    let (over, stand): (Vec<_>, Vec<_>) = standing.into_iter().partition(is_over);
    let mut done: usize = 0;
    for freeze in over {
        done = done.saturating_add(end(app, freeze.id)?);
    }
    // After all that end: what one order lets go another may still reach (轮候冻结).
    for freeze in stand {
        done = done.saturating_add(catch(app, freeze.id)?);
    }
    let now = app.clock.now();
    let freed = app
        .store
        .write(|tx| Ok::<_, AppError>(tx.held_credits_release(now)?))?;
    Ok(done.saturating_add(freed))
}

/// A freeze with the decision that lets it stand.
struct Standing {
    freeze: FreezeProposal,
    decision: FreezeDecision,
}

fn standing(tx: &mut ReadTx<'_>, id: Uuid) -> Result<Standing, AppError> {
    let freeze = tx.freeze_proposals_by_ids(&[id])?.pop();
    let freeze = freeze.filter(|one| one.state == ProposalState::Approved);
    let decision = tx.freeze_decisions_of(&[id])?.pop();
    match (freeze, decision) {
        (Some(freeze), Some(decision)) => Ok(Standing { freeze, decision }),
        _ => Err(AppError::NotFound),
    }
}

/// A fragment in the scope of an order, and how much of it is frozen.
struct Due {
    held: HeldFragment,
    amount: Amount,
    /// What its open offer had taken of documents: free again with the offer.
    gifts: Vec<(DocumentId, Amount)>,
}

/// Freezes what is in the scope of a standing order and not frozen yet. Gives how many fragments.
pub(crate) fn catch(app: &App, id: Uuid) -> Result<usize, AppError> {
    let mut caught: usize = 0;
    loop {
        let taken = catch_some(app, id)?;
        if taken == 0 {
            return Ok(caught);
        }
        caught = caught.saturating_add(taken);
    }
}

fn catch_some(app: &App, id: Uuid) -> Result<usize, AppError> {
    let (standing, due, today) = app.store.read(|tx| {
        let standing = standing(tx, id)?;
        let due = in_scope(tx, &standing.freeze)?;
        Ok::<_, AppError>((standing, due, tx.business_date_today()?))
    })?;
    let Some(until) = standing.freeze.until.filter(|_| !due.is_empty()) else {
        return Ok(0);
    };
    let mut all = Vec::with_capacity(due.len());
    for (held, amount) in due {
        let gifts = capacity_of(&offered_documents(app, &held)?);
        all.push(Due {
            held,
            amount,
            gifts,
        });
    }
    let act = FreezeAct {
        order: freeze_order::order(&standing.freeze),
        until,
        hands: freeze_order::hands(&standing.decision),
    };
    let postings = all
        .iter()
        .map(|due| {
            let act = Act::Freeze(Box::new(act.clone()));
            let entry = due.held.entry(app, today, due.amount, act);
            Posting {
                sealed: entry.sealed_by(&[(Seat::Book, app.recorder())]),
                spent: Some(due.held.fragment.no),
            }
        })
        .collect();
    let verdicts = app.posting.post(Bundle {
        postings,
        effects: Some(noting(app, standing.freeze, Arc::new(all))),
    })?;
    // What somebody was faster with is looked at again; what the law refuses is not tried for ever.
    Ok(verdicts.iter().filter(|verdict| verdict.is_ok()).count())
}

/// What is frozen next, and how much of each: never more than the order says.
fn in_scope(
    tx: &mut ReadTx<'_>,
    freeze: &FreezeProposal,
) -> Result<Vec<(HeldFragment, Amount)>, AppError> {
    let today = tx.business_date_today()?;
    let nos = tx.freezable(freeze.holder, freeze.paper, today, A_STEP)?;
    let all = HeldFragment::load_all(tx, &nos)?;
    let whole = |held: HeldFragment| {
        let amount = held.fragment.range.amount();
        (held, amount)
    };
    let Some(most) = freeze.amount else {
        return Ok(all.into_iter().map(whole).collect());
    };
    let mut left = most
        .minor()
        .saturating_sub(caught_units(&tx.frozen_by(&[freeze.id])?));
    let mut due = Vec::new();
    for held in all {
        let size = held.fragment.range.amount().minor();
        // Only free cents can be cut.
        let take = match held.fragment.state {
            FragmentState::Held => size.min(left),
            _ if size <= left => size,
            _ => 0,
        };
        if take > 0
            && let Ok(amount) = Amount::from_minor(take)
        {
            left = left.saturating_sub(take);
            due.push((held, amount));
        }
    }
    Ok(due)
}

fn caught_units(frozen: &[FrozenFragment]) -> i64 {
    let units = |one: &FrozenFragment| one.hi.saturating_sub(one.lo);
    frozen.iter().map(units).fold(0, i64::saturating_add)
}

/// What happens with the entries that freeze: the order's record, documents of offers that are over,
/// letters.
fn noting(app: &App, freeze: FreezeProposal, all: Arc<Vec<Due>>) -> Effects {
    let (now, in_circle) = (app.clock.now(), app.circle().is_some());
    Arc::new(move |also, date, verdicts| {
        if !also.freeze_stands(freeze.id)? {
            return Err(AppError::invalid(
                "freeze_not_standing",
                "this freeze is over, or was never decided",
            ));
        }
        let done: Vec<(&Due, &Posted)> = all
            .iter()
            .zip(verdicts)
            .filter_map(|(due, verdict)| Some((due, verdict.as_ref().ok()?)))
            .collect();
        let new: Vec<FrozenFragment> = done
            .iter()
            .map(|(due, posted)| frozen_row(&freeze, due, posted))
            .collect();
        // What an order holds already matters only where it says how much that may be.
        if let Some(most) = freeze.amount {
            let before = caught_units(&also.frozen_by(&[freeze.id])?);
            if before.saturating_add(caught_units(&new)) > most.minor() {
                return Err(AppError::invalid(
                    "freeze_reached",
                    "the order holds all that it says",
                ));
            }
        }
        also.frozen_insert(&new)?;
        let mut letters = freeze_letters::Gathered::default();
        for (due, posted) in &done {
            also.release_capacity(&due.gifts);
            if matches!(due.held.fragment.state, FragmentState::Offered { .. }) {
                let offer = due.held.fragment.no.entry();
                if in_circle {
                    also.capacity_reservations_release(offer, now)?;
                }
                also.retransfer_over(offer, posted.no, date)?;
            }
            letters.frozen(&due.held, due.amount);
        }
        also.tell_all(letters.letters(&freeze));
        Ok(())
    })
}

fn frozen_row(freeze: &FreezeProposal, due: &Due, posted: &Posted) -> FrozenFragment {
    let cut = posted.sealed.entry().cut;
    FrozenFragment {
        entry: posted.no,
        freeze_order: freeze.id,
        paper: due.held.paper.paper.id,
        holder: due.held.fragment.holder,
        lo: cut.lo,
        hi: cut.mid,
        end_entry: None,
    }
}

/// Frees what a freeze holds whose last day is over or that was lifted. Gives how many fragments.
pub(crate) fn end(app: &App, id: Uuid) -> Result<usize, AppError> {
    let mut freed: usize = 0;
    loop {
        let some = end_some(app, id)?;
        if some == 0 {
            break;
        }
        freed = freed.saturating_add(some);
    }
    app.store.write(|tx| {
        let today = tx.business_date_today()?;
        Ok::<_, AppError>(tx.freeze_end(id, today)?)
    })?;
    Ok(freed)
}

fn end_some(app: &App, id: Uuid) -> Result<usize, AppError> {
    let loaded = app.store.read(|tx| {
        let standing = standing(tx, id)?;
        let ground = ground(tx, &standing.freeze)?;
        let mut rows = tx.frozen_by(&[id])?;
        rows.truncate(usize::try_from(A_STEP).unwrap_or(usize::MAX));
        let entries: Vec<i64> = rows.iter().map(|row| row.entry).collect();
        let froze: HashMap<i64, EntryRecord> = tx
            .entries_by_nos(&entries)?
            .into_iter()
            .map(|entry| (entry.no, entry))
            .collect();
        let nos: Vec<FragmentNo> = entries
            .iter()
            .map(|entry| FragmentNo::of(*entry, Side::Left))
            .collect();
        let held = HeldFragment::load_all(tx, &nos)?;
        Ok::<_, AppError>((
            standing.freeze,
            ground,
            held,
            froze,
            tx.business_date_today()?,
        ))
    })?;
    let (freeze, ground, held, froze, today) = loaded;
    if held.is_empty() {
        return Ok(0);
    }
    let mut postings = Vec::with_capacity(held.len());
    for one in &held {
        let entry = froze
            .get(&one.fragment.no.entry())
            .ok_or_else(|| AppError::Internal(format!("freeze {id} holds what no entry froze")))?;
        let act = Act::Unfreeze(Box::new(UnfreezeAct {
            frozen: entry.sealed.clone(),
            ground: ground.clone(),
        }));
        let entry = one.entry(app, today, one.fragment.range.amount(), act);
        postings.push(Posting {
            sealed: entry.sealed_by(&[(Seat::Book, app.recorder())]),
            spent: Some(one.fragment.no),
        });
    }
    let held = Arc::new(held);
    let effects: Effects = Arc::new(move |also, _date, verdicts| {
        let mut ended = Vec::new();
        let mut letters = freeze_letters::Gathered::default();
        for (one, verdict) in held.iter().zip(verdicts) {
            if let Ok(posted) = verdict {
                ended.push((one.fragment.no.entry(), posted.no));
                letters.ended(one);
            }
        }
        also.frozen_end(&ended)?;
        also.tell_all(letters.letters(&freeze));
        Ok(())
    });
    let verdicts = app.posting.post(Bundle {
        postings,
        effects: Some(effects),
    })?;
    Ok(verdicts.iter().filter(|verdict| verdict.is_ok()).count())
}

/// Why a freeze is over: a decided order that lifts it, or else its last day.
fn ground(tx: &mut ReadTx<'_>, freeze: &FreezeProposal) -> Result<Unfreezing, AppError> {
    let Some(lift) = tx.freezes_lifted(&[freeze.id])?.pop() else {
        return Ok(Unfreezing::Ended);
    };
    let decision = tx.freeze_decisions_of(&[lift.id])?.pop();
    let decision = decision.ok_or(AppError::NotFound)?;
    Ok(Unfreezing::Lifted {
        order: freeze_order::order(&lift),
        hands: freeze_order::hands(&decision),
    })
}
