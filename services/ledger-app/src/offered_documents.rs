//! The documents under an open offer, and what is free again once the offer is off.

use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::fragment::FragmentState;
use ledger_core::id::DocumentId;

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

/// The documents under the offer that made this fragment.
pub(crate) fn offered_documents(
    app: &App,
    held: &HeldFragment,
) -> Result<Vec<OfferedDocument>, AppError> {
    let FragmentState::Offered { to } = held.fragment.state else {
        return Ok(Vec::new());
    };
    app.store.read(|tx| {
        let made_by = tx.entries_by_nos(&[held.fragment.no.entry()])?;
        let digests: Vec<[u8; 32]> = match made_by.first().map(|e| &e.sealed.entry().act) {
            Some(Act::Offer(offer)) => offer.documents.iter().map(|d| *d.bytes()).collect(),
            _ => return Ok(Vec::new()),
        };
        let kept = tx.document_takes_of(held.fragment.no.entry())?;
        let mut left = held.fragment.range.amount();
        let mut gifts = Vec::new();
        for document in tx.documents_by_digests(&digests)? {
            if document.owner != to {
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
    })
}
