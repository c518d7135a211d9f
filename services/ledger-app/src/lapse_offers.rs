//! Offers that nobody has answered in their time lapse (逾期未签收): the book records it, documents are
//! free again, both sides are told. Silence was never acceptance.

use std::sync::Arc;

use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::fragment::FragmentState;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;
use ledger_core::lapse::LapseAct;
use ledger_core::lapse::OFFER_DAYS;
use ledger_core::signature::Seat;
use ledger_store::posting::Posting;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::held_fragment::names;
use crate::notice::Notice;
use crate::notice_events::OfferLapsed;
use crate::notice_events::PaperEvent;
use crate::offered_documents::capacity_of;
use crate::offered_documents::offered_documents;
use crate::posting_queue::Bundle;
use crate::posting_queue::Effects;

/// Offers in one unit of work.
const A_STEP: i64 = 500;

/// An offer whose time is over.
struct Old {
    held: HeldFragment,
    to: PartyId,
    gifts: Vec<(DocumentId, Amount)>,
    holder_name: String,
    to_name: String,
}

/// Records every offer that has lapsed. Gives how many.
///
/// # Errors
/// The store's, and [`AppError::Busy`].
pub fn run_due(app: &App) -> Result<usize, AppError> {
    let (found, entries, today) = app.store.read(|tx| {
        let today = tx.business_date_today()?;
        let last = today
            .checked_sub_days(chrono::Days::new(OFFER_DAYS))
            .unwrap_or(today);
        let nos = tx.offers_made_before(last, today, A_STEP)?;
        let held = HeldFragment::load_all(tx, &nos)?;
        let makers: Vec<i64> = nos.iter().map(|no| no.entry()).collect();
        let parties = names(
            tx,
            held.iter()
                .flat_map(|one| [Some(one.fragment.holder), one.fragment.state.counterparty()])
                .flatten(),
        )?;
        let name = |id| parties.get(&id).map(|p| p.name.clone()).unwrap_or_default();
        let named: Vec<_> = held
            .into_iter()
            .filter_map(|one| match one.fragment.state {
                FragmentState::Offered { to } if !one.fragment.spent => {
                    let (holder_name, to_name) = (name(one.fragment.holder), name(to));
                    Some((one, to, holder_name, to_name))
                }
                _ => None,
            })
            .collect();
        Ok::<_, AppError>((named, tx.entries_by_nos(&makers)?, today))
    })?;
    let mut all = Vec::with_capacity(found.len());
    let mut postings = Vec::with_capacity(found.len());
    for (held, to, holder_name, to_name) in found {
        let made_by = entries.iter().find(|e| e.no == held.fragment.no.entry());
        let Some(made_by) = made_by else { continue };
        let act = Act::LapseOffer(Box::new(LapseAct {
            offered: made_by.sealed.clone(),
        }));
        let entry = held.entry(app, today, held.fragment.range.amount(), act);
        postings.push(Posting {
            sealed: entry.sealed_by(&[(Seat::Book, app.recorder())]),
            spent: Some(held.fragment.no),
        });
        let gifts = capacity_of(&offered_documents(app, &held)?);
        all.push(Old {
            held,
            to,
            gifts,
            holder_name,
            to_name,
        });
    }
    if postings.is_empty() {
        return Ok(0);
    }
    let verdicts = app.posting.post(Bundle {
        postings,
        effects: Some(effects(app, all)),
    })?;
    Ok(verdicts.iter().filter(|verdict| verdict.is_ok()).count())
}

fn effects(app: &App, all: Vec<Old>) -> Effects {
    let (now, in_circle) = (app.clock.now(), app.circle().is_some());
    Arc::new(move |also, today, verdicts| {
        for (old, verdict) in all.iter().zip(verdicts) {
            let Ok(posted) = verdict else { continue };
            let offer = old.held.fragment.no.entry();
            also.release_capacity(&old.gifts);
            if in_circle {
                also.capacity_reservations_release(offer, now)?;
            }
            also.retransfer_over(offer, posted.no, today)?;
            also.tell_all(letters(old));
        }
        Ok(())
    })
}

fn letters(old: &Old) -> [(PartyId, Notice); 2] {
    let amount = old.held.fragment.range.amount();
    let told = |other: &str, own: bool| {
        Notice::PaperEvent(PaperEvent::OfferLapsed(OfferLapsed {
            fragment: old.held.named(amount),
            amount: old.held.money(amount),
            other: other.to_owned(),
            own,
        }))
    };
    [
        (old.held.fragment.holder, told(&old.to_name, true)),
        (old.to, told(&old.holder_name, false)),
    ]
}
