//! A purchase whose money came back after the fragment had moved (冲正) is undone, if the fragment is
//! exactly what the purchase made: the seller holds it again. If the provider has used it meanwhile,
//! nothing changes, and a person sees to it: what two parties owe each other then is not the book's to
//! guess.

use std::sync::Arc;

use ledger_core::act::Act;
use ledger_core::fragment::Side;
use ledger_core::hash::EvidenceDigest;
use ledger_core::id::InstructionId;
use ledger_core::id::PartyId;
use ledger_core::paper::PaperState;
use ledger_core::reversal::ReversalAct;
use ledger_core::signature::Seat;
use ledger_store::finance::RequestState;
use ledger_store::live::FragmentNo;
use ledger_store::payments::InstructionState;
use ledger_store::posting::Posting;
use ledger_store::quotes::DiscountState;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::limit_use;
use crate::notice::Notice;
use crate::payout_tasks;
use crate::payout_tasks::PayoutFault;
use crate::posting_queue::Effects;
use crate::purchase;
use crate::purchase::Purchase;
use crate::purchase::evidence_of;
use crate::webhook_event::WebhookTopic;

/// What became of a purchase whose money came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undone {
    /// The fragment is the seller's again.
    Reversed,
    /// It was so before.
    Before,
    /// The provider has used the fragment, or its paper is being cleared or has been: nothing changed,
    /// a person has to see to it.
    Used,
}

/// Pay-outs that came back after their fragments had moved.
///
/// # Errors
/// The store's.
pub fn due(app: &App) -> Result<Vec<InstructionId>, AppError> {
    app.store.read(|tx| Ok(tx.discounts_given_back()?))
}

/// Undoes all that came back and can be undone, and asks a person about the rest: the scheduler's job.
/// One failure stops no other; gives how many were undone.
///
/// # Errors
/// The store's, if the list can't be read.
pub fn run_due(app: &App) -> Result<usize, AppError> {
    let mut undone: usize = 0;
    let mut used = Vec::new();
    for id in due(app)? {
        match evidence_of(app, id).and_then(|evidence| run(app, id, evidence)) {
            Ok(Undone::Used) => used.push(id),
            Ok(Undone::Reversed | Undone::Before) => undone = undone.saturating_add(1),
            Err(error) => tracing::warn!(%id, %error, "a purchase could not be undone"),
        }
    }
    let now = app.clock.now();
    app.store
        .write(|tx| payout_tasks::ask(tx, now, PayoutFault::ReturnedAfterUse, &used))?;
    Ok(undone)
}

/// Undoes the purchase; `evidence` is the digest of the bank's message that says the money came back.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such pay-out; [`AppError::Invalid`] `payment_not_proven` if no
/// bank says that it came back; the ledger's refusals.
pub fn run(
    app: &App,
    instruction: InstructionId,
    evidence: EvidenceDigest,
) -> Result<Undone, AppError> {
    let today = app.business_date()?;
    let (purchase, bought) = app.store.read(|tx| {
        let purchase = purchase::load(tx, instruction)?;
        let bought = Bought::load(tx, &purchase)?;
        Ok::<_, AppError>((purchase, bought))
    })?;
    if purchase.discount.state == DiscountState::Reversed {
        return Ok(Undone::Before);
    }
    if purchase.instruction.state != InstructionState::Returned {
        return Err(AppError::invalid(
            "payment_not_proven",
            "no bank says that this payment came back",
        ));
    }
    // From the due date on the paper is cleared to whom it finds, and may have been already: a
    // fragment that moved back then would be paid twice or not at all. An entry of an earlier date
    // is refused once the date has moved, so nothing slips in between.
    let paper = bought.as_ref().map(|bought| &bought.held.paper.paper);
    let clearing = paper.is_some_and(|p| p.state != PaperState::Active || today >= p.due_date);
    let Some(bought) = bought.filter(|_| !clearing) else {
        return Ok(Undone::Used);
    };
    let act = Act::ReverseDiscount(Box::new(ReversalAct {
        evidence,
        agreed: bought.agreed,
        completed: bought.completed,
    }));
    let amount = bought.held.fragment.range.amount();
    let entry = bought.held.entry(app, today, amount, act);
    let posting = Posting {
        sealed: entry.sealed_by(&[(Seat::Book, app.recorder())]),
        spent: Some(bought.held.fragment.no),
    };
    let effects: Effects = Arc::new(move |also, date, verdicts| {
        if !matches!(verdicts.first(), Some(Ok(_))) {
            return Ok(());
        }
        move_states(also, &purchase, evidence)?;
        limit_use::reverse(also, &purchase.quote, date)?;
        also.tell_all(letters(&purchase));
        also.announce_all(purchase.happened(WebhookTopic::PayoutReturned));
        Ok(())
    });
    match app.posting.post_one(posting, Some(effects)) {
        Ok(_) => Ok(Undone::Reversed),
        // The provider, or another process, was faster: looked at again on the next round.
        Err(AppError::Refused(refusal)) => {
            let found = app.store.read(|tx| purchase::load(tx, instruction))?;
            match found.discount.state {
                DiscountState::Reversed => Ok(Undone::Before),
                _ => Err(AppError::Refused(refusal)),
            }
        }
        Err(error) => Err(error),
    }
}

/// The fragment as the purchase made it, untouched, with the two entries that prove it.
struct Bought {
    held: HeldFragment,
    agreed: ledger_core::entry::SealedEntry,
    completed: ledger_core::entry::SealedEntry,
}

impl Bought {
    /// None if it has been used since, or never moved.
    fn load(tx: &mut ReadTx<'_>, purchase: &Purchase) -> Result<Option<Bought>, AppError> {
        let lock = purchase.discount.lock_entry;
        let Some(moved) = tx.entry_after(lock)? else {
            return Ok(None);
        };
        let mut entries = tx.entries_by_nos(&[lock, moved])?.into_iter();
        let (Some(agreed), Some(completed)) = (entries.next(), entries.next()) else {
            return Ok(None);
        };
        let held = HeldFragment::load_no(tx, FragmentNo::of(moved, Side::Left))?;
        let untouched = completed.sealed.entry().act.completes_purchase()
            && !held.fragment.spent
            && held.fragment.holder == purchase.quote.provider;
        Ok(untouched.then_some(Bought {
            held,
            agreed: agreed.sealed,
            completed: completed.sealed,
        }))
    }
}

fn move_states(
    tx: &mut WriteTx<'_>,
    purchase: &Purchase,
    evidence: EvidenceDigest,
) -> Result<(), AppError> {
    let quote = tx.discount_lock(purchase.discount.quote)?.quote;
    tx.discount_state_set(quote, DiscountState::Reversed, Some(*evidence.bytes()))?;
    // The request has no state of its own for this: it is over, and the purchase says why.
    let request = purchase.asked.request.id;
    Ok(tx.finance_request_state_set(request, RequestState::Declined)?)
}

fn letters(purchase: &Purchase) -> Vec<(PartyId, Notice)> {
    let asked = &purchase.asked;
    let notice = Notice::DiscountReversed {
        request: asked.request.id.to_string(),
        provider: purchase.provider.clone(),
        supplier: asked.holder.name.clone(),
        fragment: asked.named(),
        amount: asked.money(asked.request.amount),
        proceeds: asked.money(purchase.quote.proceeds),
    };
    vec![
        (purchase.quote.provider, notice.clone()),
        (purchase.quote.holder, notice),
    ]
}
