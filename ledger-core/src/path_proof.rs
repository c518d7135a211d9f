//! Who gave a fragment to its holder, proved by the hashes alone.
//!
//! A fragment is named by the hash of the entry that made it, and that entry names the fragment it
//! spent. So whoever shows the entries from the last change of hands down to the fragment proves, to
//! anybody and without the rest of the journal, by which *leg* the fragment came to its holder, from
//! whom, and whether that leg gave recourse. What went back to its giver (a purchase reversed,
//! recourse paid) takes its leg off the path: the giver stands where it stood before it.

use crate::act::Act;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::entry::SealedEntry;
use crate::fragment::FragmentRef;
use crate::fragment::Side;
use crate::hash::EntryHash;
use crate::id::KeyId;
use crate::id::PartyId;
use crate::quote::Quote;
use crate::recourse::Recourse;
use crate::signature::Seat;
use crate::signature::signatures_to_bytes;

/// Entries from a fragment back to where its holder got it, newest first: each with the canonical
/// bytes of its body and of its signatures. They are read only where their hash is the one that is
/// looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathProof(Vec<(Vec<u8>, Vec<u8>)>);

/// Who passed a fragment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Giver {
    /// This party, as the quote that it sold on says.
    Party(PartyId),
    /// Whoever this key is bound to: it signed the offer as holder.
    KeyOf(KeyId),
}

/// A change of hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// The entry by which the fragment moved: names the leg.
    pub moved_by: EntryHash,
    /// From whom.
    pub giver: Giver,
    /// To whom.
    pub recipient: PartyId,
    /// Whether the recipient may turn back to the giver.
    pub recourse: Recourse,
    /// What the giver held: where its own path goes on.
    pub before: FragmentRef,
}

impl PathProof {
    /// From entries, newest first.
    #[must_use]
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a SealedEntry>) -> PathProof {
        let shown = |sealed: &SealedEntry| {
            let body = sealed.entry().to_bytes();
            (body, signatures_to_bytes(sealed.signatures()))
        };
        PathProof(entries.into_iter().map(shown).collect())
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.u16(u16::try_from(self.0.len()).unwrap_or(u16::MAX));
        for (body, signatures) in &self.0 {
            w.bytes(body);
            w.bytes(signatures);
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<PathProof, CanonicalError> {
        (0..r.u16()?)
            .map(|_| Ok((r.bytes()?.to_vec(), r.bytes()?.to_vec())))
            .collect::<Result<_, _>>()
            .map(PathProof)
    }

    /// The leg by which this fragment came to its present holder, if these entries prove one and no
    /// entry is shown that the proof doesn't need. None for what the payee has from the obligor.
    #[must_use]
    pub fn leg_to(&self, fragment: FragmentRef) -> Option<Leg> {
        let mut walk = Walk {
            rest: self.0.iter(),
        };
        let leg = walk.leg_to(fragment)?;
        walk.rest.next().is_none().then_some(leg)
    }
}

/// Follows the hashes back.
struct Walk<'a> {
    rest: std::slice::Iter<'a, (Vec<u8>, Vec<u8>)>,
}

impl Walk<'_> {
    /// The next entry, if it is the one that made this fragment.
    fn maker_of(&mut self, fragment: FragmentRef) -> Option<SealedEntry> {
        let (body, signatures) = self.rest.next()?;
        SealedEntry::if_hashed(fragment.parent, body, signatures)
    }

    fn leg_to(&mut self, fragment: FragmentRef) -> Option<Leg> {
        let mut at = fragment;
        loop {
            let sealed = self.maker_of(at)?;
            let entry = sealed.entry();
            let spent = entry.spends?;
            at = match (&entry.act, at.side) {
                (Act::AcceptOffer, Side::Left) => return offered(&sealed, &self.maker_of(spent)?),
                (Act::CompleteDiscount { .. } | Act::CompleteRegistered { .. }, Side::Left) => {
                    return bought(&sealed, &self.maker_of(spent)?);
                }
                // Both gave the fragment back: the present holder stands where it stood before.
                (Act::CompleteRecourse { .. }, Side::Left) => {
                    let agreed = self.maker_of(spent)?;
                    let Act::AgreeRecourse(recourse) = &agreed.entry().act else {
                        return None;
                    };
                    recourse.path.leg_to(agreed.entry().spends?)?.before
                }
                (Act::ReverseDiscount(reversal), Side::Left) => reversal.agreed.entry().spends?,
                _ => spent,
            };
        }
    }
}

fn offered(accepted: &SealedEntry, offer: &SealedEntry) -> Option<Leg> {
    let (recipient, recourse) = match &offer.entry().act {
        Act::Offer(offer) => (offer.to, offer.recourse),
        Act::OfferRetransfer(offer) => (offer.to, offer.recourse),
        _ => return None,
    };
    let mut signatures = offer.signatures().iter();
    let holder = signatures.find(|signature| signature.seat == Seat::Holder)?;
    Some(Leg {
        moved_by: accepted.hash(),
        giver: Giver::KeyOf(holder.key),
        recipient,
        recourse,
        before: offer.entry().spends?,
    })
}

fn bought(completed: &SealedEntry, agreed: &SealedEntry) -> Option<Leg> {
    let quote = Quote::from_bytes(agreed.entry().act.quote_bytes()?).ok()?;
    Some(Leg {
        moved_by: completed.hash(),
        giver: Giver::Party(quote.holder),
        recipient: quote.provider,
        recourse: quote.recourse,
        before: agreed.entry().spends?,
    })
}
