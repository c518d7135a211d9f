//! Answers another platform of the circle: does this much of that invoice still fit? The answer is
//! yes or no, never a figure.

use ledger_core::hash::InvoiceKin;
use ledger_store::billed_uses::BilledUse;
use ledger_store::capacity_reservations::ReservationState;
use ledger_store::foreign_uses::ForeignUse;
use ledger_store::unit_of_work::WriteTx;

use crate::app::App;
use crate::circle;
use crate::circle::PeerAct;
use crate::circle::PeerMessage;
use crate::error::AppError;

/// Answers `peer`, which the door has identified by its key. The same message again gets the same
/// answer and changes nothing.
///
/// # Errors
/// [`AppError::Invalid`] `expiry_not_possible`; `use_id_taken` if the id stands for another use.
pub fn run(app: &App, peer: &str, message: &PeerMessage) -> Result<bool, AppError> {
    let now = app.clock.now();
    let latest = now.checked_add_signed(circle::LONGEST_HOLD).unwrap_or(now);
    if message.act == PeerAct::Reserve && (message.expires_at <= now || message.expires_at > latest)
    {
        return Err(AppError::invalid_field(
            "expires_at",
            "expiry_not_possible",
            "hold from now on for a day at most",
        ));
    }
    app.store.write(|tx| {
        tx.invoice_kin_lock(&[message.kin])?;
        tx.foreign_uses_lapse_of(&message.kin, now)?;
        let known = tx.foreign_use_by_id(peer, message.id)?;
        if let Some(known) = &known
            && (known.token, known.kin, known.amount, known.currency)
                != (message.token, message.kin, message.amount, message.currency)
        {
            return Err(AppError::invalid_field(
                "use",
                "use_id_taken",
                "this id stands for another use; make a new one",
            ));
        }
        decide(tx, peer, message, known.map(|use_| use_.state), now)
    })
}

fn decide(
    tx: &mut WriteTx<'_>,
    peer: &str,
    message: &PeerMessage,
    known: Option<ReservationState>,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<bool, AppError> {
    use ReservationState::Cancelled;
    use ReservationState::Committed;
    use ReservationState::Lapsed;
    use ReservationState::Reserved;
    let kept = |state| ForeignUse {
        peer: peer.to_owned(),
        id: message.id,
        token: message.token,
        kin: message.kin,
        amount: message.amount,
        currency: message.currency,
        state,
        made_at: now,
        expires_at: message.expires_at,
    };
    match (message.act, known) {
        (PeerAct::Ask, _) => fits(tx, message),
        (PeerAct::Reserve, Some(state)) => Ok(matches!(state, Reserved | Committed)),
        (PeerAct::Reserve, None) => {
            let yes = fits(tx, message)?;
            if yes {
                tx.foreign_use_insert(&kept(Reserved))?;
                recount(tx, &message.kin)?;
            }
            Ok(yes)
        }
        (PeerAct::Commit, Some(Committed)) => Ok(true),
        (PeerAct::Commit, Some(Reserved)) => {
            tx.foreign_use_set(peer, message.id, Committed)?;
            Ok(true)
        }
        (PeerAct::Commit, Some(Cancelled)) => Ok(false),
        // Its time was over before it was used: whatever came between goes first.
        (PeerAct::Commit, Some(Lapsed) | None) => {
            let yes = fits(tx, message)?;
            if yes {
                match known {
                    Some(_) => tx.foreign_use_set(peer, message.id, Committed)?,
                    None => tx.foreign_use_insert(&kept(Committed))?,
                }
                recount(tx, &message.kin)?;
            }
            Ok(yes)
        }
        (PeerAct::Cancel, Some(_)) => {
            tx.foreign_use_set(peer, message.id, Cancelled)?;
            recount(tx, &message.kin)?;
            Ok(true)
        }
        // A reservation that overtakes its own cancelling on the way must find it.
        (PeerAct::Cancel, None) => {
            tx.foreign_use_insert(&kept(Cancelled))?;
            Ok(true)
        }
    }
}

fn recount(tx: &mut WriteTx<'_>, kin: &InvoiceKin) -> Result<(), AppError> {
    Ok(tx.foreign_uses_recount(std::slice::from_ref(kin))?)
}

/// Whether the invoice, if it is here, has as much left, and nobody knows it in another form. Of
/// one that is not here nothing is used here.
fn fits(tx: &mut WriteTx<'_>, message: &PeerMessage) -> Result<bool, AppError> {
    let elsewhere = tx.foreign_uses_of(&message.kin)?;
    if elsewhere.iter().any(|use_| use_.token != message.token) {
        return Ok(false);
    }
    let billed = tx.billed_invoice_by_kin(&message.kin)?;
    let Some(here) = tx.document_token_by_kin(&message.kin)? else {
        return Ok(billed.is_none_or(|billed| leaves(&billed, message)));
    };
    if here.token != message.token {
        return Ok(false);
    }
    let capacity = tx.document_capacity_lock(here.document)?;
    Ok(capacity.free() >= message.amount)
}

/// Whether papers here leave as much of an invoice whose seller keeps no record of it here.
fn leaves(billed: &BilledUse, message: &PeerMessage) -> bool {
    if billed.promised.is_zero() {
        return true;
    }
    let total = billed.total.unwrap_or(billed.promised);
    let taken = billed.promised.checked_add(billed.elsewhere);
    let free = taken.and_then(|taken| total.checked_sub(taken));
    billed.token == message.token && free.is_some_and(|free| free >= message.amount)
}
