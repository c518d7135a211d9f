//! Correction (更正): a transfer made by mistake is taken back. The one that gave the fragment and the one
//! that has it agree that it should never have passed, and sign the same bytes, each at its time; the
//! entry that carries them gives the fragment back. What was written stays written: the mistake, who
//! made it and who put it right are all on the path.
//!
//! The law keeps for a live fragment neither by which transfer it came nor from whom. But a fragment is
//! named by the hash of the entry that made it, and that entry names its own parent: with offer and
//! acceptance in hand the chain of hashes proves both, and the key that signed the offer says who gave
//! it. Exactly what the transfer moved goes back, while nothing has happened to it since: whoever
//! traded on what it got has shown that it was no mistake.

use crate::act::Act;
use crate::agreed_terms::AgreedTerms;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::entry::SealedEntry;
use crate::fragment::Fragment;
use crate::fragment::FragmentRef;
use crate::fragment::Side;
use crate::fragment_act::FragmentAct;
use crate::hash::DocumentDigest;
use crate::hash::EntryHash;
use crate::hash::sha256;
use crate::id::KeyId;
use crate::id::PaperId;
use crate::id::PartyId;
use crate::ledger::Ledger;
use crate::party::PartyKind;
use crate::quote::read_range;
use crate::range::Range;
use crate::refusal::Refusal;
use crate::signature::Seat;
use crate::signature::signatures_to_bytes;

/// First byte of a correction: no other thing that a party signs begins with it.
const FORM: u8 = 0xa4;

/// What both sides sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferCorrection {
    /// Its id.
    pub id: [u8; 16],
    /// Of which paper.
    pub paper: PaperId,
    /// The acceptance by which the fragment passed: the entry that is corrected.
    pub transfer: EntryHash,
    /// All units that it moved.
    pub range: Range,
    /// Who has them, and gives them back.
    pub holder: PartyId,
    /// Who had given them, and gets them back.
    pub giver: PartyId,
    /// Digest of the reason ([`reason_digest`]). Its words are for the two sides and the auditor; who
    /// only replays the book has no part in their trade.
    pub reason: DocumentDigest,
}

/// The digest of a reason given for the correction with this id: equal words of two corrections can't
/// be told to be equal.
#[must_use]
pub fn reason_digest(id: &[u8; 16], words: &str) -> DocumentDigest {
    let tag: &[u8] = b"tallystick/v1/correction-reason\0";
    DocumentDigest::from_bytes(sha256(&[tag, id, words.as_bytes()]))
}

/// A correction as the entry carries it: what both signed, and the two entries that prove whose the
/// fragment was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectionAct {
    /// The correction's canonical bytes.
    pub correction: Vec<u8>,
    /// The entry that offered the fragment.
    pub offered: SealedEntry,
    /// The entry that accepted it: the one corrected.
    pub accepted: SealedEntry,
}

impl TransferCorrection {
    /// Canonical bytes: what each side signs.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u8(FORM);
        w.fixed(&self.id);
        w.fixed(self.paper.bytes());
        w.fixed(self.transfer.bytes());
        w.i64(self.range.lo());
        w.i64(self.range.hi());
        w.fixed(self.holder.bytes());
        w.fixed(self.giver.bytes());
        w.fixed(self.reason.bytes());
        w.finish()
    }

    /// Reads what [`TransferCorrection::to_bytes`] wrote.
    ///
    /// # Errors
    /// Not that form.
    pub fn from_bytes(bytes: &[u8]) -> Result<TransferCorrection, CanonicalError> {
        let mut r = Reader::new(bytes);
        if r.u8()? != FORM {
            return Err(CanonicalError::Unlawful("form of a correction"));
        }
        let correction = TransferCorrection {
            id: r.fixed()?,
            paper: PaperId::from_bytes(r.fixed()?),
            transfer: EntryHash::from_bytes(r.fixed()?),
            range: read_range(&mut r)?,
            holder: PartyId::from_bytes(r.fixed()?),
            giver: PartyId::from_bytes(r.fixed()?),
            reason: DocumentDigest::from_bytes(r.fixed()?),
        };
        r.finish()?;
        Ok(correction)
    }

    /// The fragment that the transfer made.
    #[must_use]
    pub const fn fragment(&self) -> FragmentRef {
        FragmentRef {
            parent: self.transfer,
            side: Side::Left,
        }
    }
}

impl CorrectionAct {
    /// The key that offered this very fragment to its present holder, if that is what the two entries
    /// are and nothing has happened to it since.
    fn given_by(&self, fragment: &Fragment) -> Option<KeyId> {
        let (offered, accepted) = (self.offered.entry(), self.accepted.entry());
        let chained = fragment.reference == self.accepted.fragment(Side::Left)
            && accepted.spends == Some(self.offered.fragment(Side::Left));
        let to_holder = matches!(&offered.act, Act::Offer(offer) if offer.to == fragment.holder);
        let mut signed = self.offered.signatures().iter();
        let giver = signed.find(|signature| signature.seat == Seat::Holder)?;
        (chained && to_holder).then_some(giver.key)
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.bytes(&self.correction);
        for sealed in [&self.offered, &self.accepted] {
            w.bytes(&sealed.entry().to_bytes());
            w.bytes(&signatures_to_bytes(sealed.signatures()));
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        Ok(CorrectionAct {
            correction: r.bytes()?.to_vec(),
            offered: read_sealed(r, |act| matches!(act, Act::Offer(_)))?,
            accepted: read_sealed(r, |act| matches!(act, Act::AcceptOffer))?,
        })
    }
}

/// One of the two entries; anything else would let a correction nest in a correction without end.
fn read_sealed(r: &mut Reader<'_>, fits: fn(&Act) -> bool) -> Result<SealedEntry, CanonicalError> {
    let body = r.bytes()?.to_vec();
    let sealed = SealedEntry::from_bytes(&body, r.bytes()?)?;
    if fits(&sealed.entry().act) {
        Ok(sealed)
    } else {
        Err(CanonicalError::Unlawful("entry of a transfer"))
    }
}

/// A correction with the proof of what it corrects.
pub(crate) struct Corrected {
    pub(crate) correction: TransferCorrection,
}

impl Corrected {
    pub(crate) fn of(act: &CorrectionAct) -> Result<AgreedTerms, Refusal> {
        let correction = TransferCorrection::from_bytes(&act.correction)
            .map_err(|_bytes| Refusal::WrongShape("the correction can't be read"))?;
        Ok(AgreedTerms::Corrected(Box::new(Corrected { correction })))
    }

    /// Whether both signed for this very fragment.
    pub(crate) fn check_fit(&self, act: &FragmentAct<'_>) -> Result<(), Refusal> {
        let (correction, spent) = (&self.correction, act.spent);
        let fits = correction.paper == spent.paper
            && correction.fragment() == spent.reference
            && correction.range == spent.range
            && correction.holder == spent.holder;
        if fits {
            Ok(())
        } else {
            Err(Refusal::NotThatTransfer)
        }
    }
}

impl Ledger {
    /// Both sides are suppliers: what finance providers buy and pass among each other rests on a contract
    /// and a price of theirs.
    pub(crate) fn check_traders(
        &self,
        spent: &Fragment,
        corrected: &Corrected,
    ) -> Result<(), Refusal> {
        for party in [spent.holder, corrected.correction.giver] {
            self.check_kind(party, |kind| kind == PartyKind::Supplier)?;
        }
        Ok(())
    }

    /// Whether the two entries prove that the fragment came from the one who gets it back.
    pub(crate) fn check_correction(
        &self,
        spent: &Fragment,
        act: &CorrectionAct,
        corrected: &Corrected,
    ) -> Result<(), Refusal> {
        let giver = corrected.correction.giver;
        let key = act.given_by(spent).and_then(|key| self.key(key));
        if key.is_some_and(|key| key.party == giver) {
            Ok(())
        } else {
            Err(Refusal::NotThatTransfer)
        }
    }
}
