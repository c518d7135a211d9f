//! The documents under an offer, and what is free again once it is off, or was taken back.

use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::fragment::FragmentState;
use ledger_core::id::DocumentId;
use ledger_store::journal::EntryRecord;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::transfer_fragment::Takes;

/// A document under an open offer, with what the offer had taken of it.
pub(crate) struct OfferedDocument {
    id: DocumentId,
    taken: Amount,
    /// The document's own number.
    pub(crate) number: String,
}

/// What is free again once the offer is off.
pub(crate) fn capacity_of(documents: &[OfferedDocument]) -> Takes {
    documents
        .iter()
        .map(|document| (document.id, document.taken))
        .collect()
}

/// The documents under the offer that made this fragment, while it is open.
pub(crate) fn offered_documents(
    app: &App,
    held: &HeldFragment,
) -> Result<Vec<OfferedDocument>, AppError> {
    if !matches!(held.fragment.state, FragmentState::Offered { .. }) {
        return Ok(Vec::new());
    }
    app.store.read(|tx| {
        let made_by = tx.entries_by_nos(&[held.fragment.no.entry()])?;
        match made_by.first() {
            Some(offer) => documents_under(tx, offer),
            None => Ok(Vec::new()),
        }
    })
}

/// The documents under an offer, with what it had taken of each.
pub(crate) fn documents_under(
    tx: &mut ReadTx<'_>,
    offer: &EntryRecord,
) -> Result<Vec<OfferedDocument>, AppError> {
    let entry = offer.sealed.entry();
    let Act::Offer(act) = &entry.act else {
        return Ok(Vec::new());
    };
    let digests: Vec<[u8; 32]> = act.documents.iter().map(|d| *d.bytes()).collect();
    let kept = tx.document_takes_of(offer.no)?;
    let mut left = Amount::from_minor(entry.cut.mid.saturating_sub(entry.cut.lo))?;
    let mut gifts = Vec::new();
    for document in tx.documents_by_digests(&digests)? {
        if document.owner != act.to {
            continue;
        }
        let share = kept.iter().find(|take| take.document == document.id);
        let gift = match share {
            Some(take) => take.amount,
            // Of one document it took all.
            None if kept.is_empty() => document.used.min(left),
            None => Amount::ZERO,
        };
        if !gift.is_zero() {
            gifts.push(OfferedDocument {
                id: document.id,
                taken: gift,
                number: document.number,
            });
            left = left.checked_sub(gift).unwrap_or(Amount::ZERO);
        }
    }
    Ok(gifts)
}
