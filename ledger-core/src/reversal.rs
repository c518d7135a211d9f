//! What a reversal has to prove before a fragment goes back to its seller: that the fragment is
//! exactly the one a purchase made, and whose it was before. The law keeps neither for a live
//! fragment. But a fragment is named by the hash of the entry that made it, and that entry names its
//! own parent: with the two entries in hand, the chain of hashes proves both.

use crate::act::Act;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::entry::SealedEntry;
use crate::fragment::Fragment;
use crate::fragment::Side;
use crate::hash::EvidenceDigest;
use crate::id::PartyId;
use crate::quote::Quote;
use crate::signature::signatures_to_bytes;

/// An undone purchase: the bank's message that says the money came back, and the two entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReversalAct {
    /// The bank's message that proves it.
    pub evidence: EvidenceDigest,
    /// The entry in which the holder sold.
    pub agreed: SealedEntry,
    /// The entry by which the fragment moved to the finance provider.
    pub completed: SealedEntry,
}

impl ReversalAct {
    /// Who sold this very fragment to its present holder, if nothing has happened to it since.
    #[must_use]
    pub fn seller_of(&self, fragment: &Fragment) -> Option<PartyId> {
        let (agreed, completed) = (self.agreed.entry(), self.completed.entry());
        let chained = completed.act.completes_purchase()
            && fragment.reference == self.completed.fragment(Side::Left)
            && completed.spends == Some(self.agreed.fragment(Side::Left));
        if !chained {
            return None;
        }
        let quote = Quote::from_bytes(agreed.act.quote_bytes()?).ok()?;
        Some(quote.holder)
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.fixed(self.evidence.bytes());
        for sealed in [&self.agreed, &self.completed] {
            w.bytes(&sealed.entry().to_bytes());
            w.bytes(&signatures_to_bytes(sealed.signatures()));
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        let evidence = EvidenceDigest::from_bytes(r.fixed()?);
        let agreed = read_sealed(r)?;
        let completed = read_sealed(r)?;
        Ok(ReversalAct {
            evidence,
            agreed,
            completed,
        })
    }
}

fn read_sealed(r: &mut Reader<'_>) -> Result<SealedEntry, CanonicalError> {
    let body = r.bytes()?.to_vec();
    let signatures = r.bytes()?;
    let sealed = SealedEntry::from_bytes(&body, signatures)?;
    // A reversal of a reversal would nest without end.
    match sealed.entry().act {
        Act::AgreeDiscount { .. }
        | Act::AgreeDiscountByCard { .. }
        | Act::CompleteDiscount { .. }
        | Act::CompleteRegistered { .. } => Ok(sealed),
        _ => Err(CanonicalError::Unlawful("entry of a purchase")),
    }
}
