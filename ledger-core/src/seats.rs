//! Who must sign what: the seats of each act and whose key may fill them.

use crate::act::Act;
use crate::batch_check::Claim;
use crate::batch_check::KnownKeys;
use crate::batch_check::passes_knowing;
use crate::entry::SealedEntry;
use crate::id::KeyId;
use crate::id::PartyId;
use crate::ledger::Ledger;
use crate::refusal::Refusal;
use crate::signature::PartySignature;
use crate::signature::Seat;
use crate::signature::signing_payload;

/// The seats of an act, in the order in which their signatures stand.
#[must_use]
pub const fn seats(act: &Act) -> &'static [Seat] {
    match act {
        Act::OpenBook { .. }
        | Act::EnrolParty(_)
        | Act::RevokeKey { .. }
        | Act::CompleteDiscount { .. }
        | Act::ReleaseDiscount { .. }
        | Act::CompleteRedemption { .. }
        | Act::ReleaseRedemption { .. }
        | Act::CompleteRegistered { .. }
        | Act::ReverseDiscount(_)
        | Act::Freeze(_)
        | Act::Unfreeze(_)
        | Act::LapseOffer(_)
        | Act::Settle { .. }
        | Act::Default(_)
        | Act::PayInterest(_)
        | Act::CompleteRecourse { .. }
        | Act::ReleaseRecourse { .. } => &[Seat::Book],
        Act::EnrolKey { .. } => &[Seat::Book, Seat::Subject],
        Act::Issue(_) | Act::Extend(_) | Act::Void(_) => &[Seat::Maker, Seat::Checker],
        Act::Withdraw => &[Seat::Maker],
        Act::Accept
        | Act::Refuse
        | Act::Split
        | Act::Offer(_)
        | Act::OfferRetransfer(_)
        | Act::RecallOffer
        | Act::Join(_)
        | Act::WriteOff(_) => &[Seat::Holder],
        Act::AcceptOffer | Act::DeclineOffer | Act::ReleasePledge => &[Seat::Recipient],
        Act::AgreeRecourse(_) | Act::Correct(_) => &[Seat::Holder, Seat::Recipient],
        Act::AgreeDiscount { .. } | Act::AgreeDiscountByCard { .. } | Act::Pledge { .. } => {
            &[Seat::FinanceProvider, Seat::Holder]
        }
        Act::AcceptRedemption { .. } => &[Seat::Maker, Seat::Checker, Seat::Holder],
    }
}

/// Whose keys may fill which seat of one entry, as the state says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Signers {
    pub(crate) obligor: Option<PartyId>,
    pub(crate) holder: Option<PartyId>,
    pub(crate) recipient: Option<PartyId>,
    pub(crate) provider: Option<PartyId>,
}

impl Ledger {
    /// Checks that each seat is filled once, in order, by a living key of the right party.
    /// Cryptography is [`check_signatures`]'s part.
    pub(crate) fn check_seats(
        &self,
        sealed: &SealedEntry,
        signers: Signers,
    ) -> Result<(), Refusal> {
        let act = &sealed.entry().act;
        let given = sealed.signatures();
        let mut rest = given.iter();
        for seat in seats(act) {
            rest.next()
                .filter(|s| s.seat == *seat)
                .ok_or(Refusal::MissingSignature(*seat))?;
        }
        if let Some(extra) = rest.next() {
            return Err(Refusal::MissingSignature(extra.seat));
        }
        // One question at a time over all seats, so that the order of the reasons holds.
        self.check_living(act, given)?;
        for signature in given {
            self.check_seat(act, signature, signers)?;
        }
        if let [maker, checker, ..] = given
            && maker.seat == Seat::Maker
            && maker.key == checker.key
        {
            return Err(Refusal::SamePerson);
        }
        Ok(())
    }

    fn check_living(&self, act: &Act, given: &[PartySignature]) -> Result<(), Refusal> {
        let known = given
            .iter()
            .filter(|signature| brought_key(act, signature.seat).is_none())
            .map(|signature| self.keys.get(&signature.key))
            .collect::<Option<Vec<_>>>()
            .ok_or(Refusal::UnknownKey)?;
        if known.iter().any(|key| key.revoked) {
            return Err(Refusal::RevokedKey);
        }
        Ok(())
    }

    fn check_seat(
        &self,
        act: &Act,
        signature: &PartySignature,
        signers: Signers,
    ) -> Result<(), Refusal> {
        let seat = signature.seat;
        if let Some(key) = brought_key(act, seat) {
            return self_named(signature, key);
        }
        let key = self.keys.get(&signature.key).ok_or(Refusal::UnknownKey)?;
        let allowed = match seat {
            Seat::Book => return self.check_recorder(key.id),
            Seat::Maker | Seat::Checker => signers.obligor,
            Seat::Holder => signers.holder,
            Seat::Recipient => signers.recipient,
            Seat::FinanceProvider => signers.provider,
            Seat::Subject => None,
        };
        if allowed == Some(key.party) {
            Ok(())
        } else {
            Err(Refusal::WrongSigner(seat))
        }
    }

    fn check_recorder(&self, key: KeyId) -> Result<(), Refusal> {
        if self.recorder == Some(key) {
            Ok(())
        } else {
            Err(Refusal::WrongSigner(Seat::Book))
        }
    }
}

/// The key that an act brings along for this seat, because the state can't know it yet.
const fn brought_key(act: &Act, seat: Seat) -> Option<KeyId> {
    match (act, seat) {
        (Act::OpenBook { key, .. }, _) | (Act::EnrolKey { key, .. }, Seat::Subject) => Some(*key),
        _ => None,
    }
}

fn self_named(signature: &PartySignature, key: KeyId) -> Result<(), Refusal> {
    if signature.key == key {
        Ok(())
    } else {
        Err(Refusal::WrongSigner(signature.seat))
    }
}

/// Checks the cryptography of every signature. Needs no state but the public keys, so that a batch
/// can be checked by several threads before it is decided.
///
/// # Errors
/// [`Refusal::UnknownKey`] or [`Refusal::BadSignature`].
pub fn check_signatures(
    sealed: &SealedEntry,
    public_key: impl Fn(KeyId) -> Option<[u8; 32]>,
) -> Result<(), Refusal> {
    check_signatures_over(sealed, &sealed.entry().to_bytes(), public_key)
}

/// [`check_signatures`] for callers who have the canonical bytes of the entry already.
///
/// # Errors
/// [`Refusal::UnknownKey`] or [`Refusal::BadSignature`].
pub fn check_signatures_over(
    sealed: &SealedEntry,
    body: &[u8],
    public_key: impl Fn(KeyId) -> Option<[u8; 32]>,
) -> Result<(), Refusal> {
    judge(&claims(sealed, body, public_key)?)
}

/// [`check_signatures`] of many entries at once: the same verdicts in the same order, for a third of
/// the time from a few hundred signatures on ([`crate::batch_check`], where it is argued that a
/// batch which passed needs no further check), and for less where the keys are `known`.
#[must_use]
pub fn check_signatures_together<'a>(
    entries: impl IntoIterator<Item = &'a SealedEntry>,
    known: &KnownKeys,
    public_key: impl Fn(KeyId) -> Option<[u8; 32]>,
) -> Vec<Result<(), Refusal>> {
    let mut batch = Vec::new();
    let sizes: Vec<Result<usize, Refusal>> = entries
        .into_iter()
        .map(|sealed| {
            let of_entry = claims(sealed, &sealed.entry().to_bytes(), &public_key)?;
            let size = of_entry.len();
            batch.extend(of_entry);
            Ok(size)
        })
        .collect();
    let all_hold = passes_knowing(&batch, known);
    let mut rest = batch.as_slice();
    sizes
        .into_iter()
        .map(|size| {
            let (of_entry, behind) = rest.split_at_checked(size?).unwrap_or((rest, &[]));
            rest = behind;
            if all_hold { Ok(()) } else { judge(of_entry) }
        })
        .collect()
}

fn judge(claims: &[Claim]) -> Result<(), Refusal> {
    if claims.iter().all(Claim::is_signed) {
        Ok(())
    } else {
        Err(Refusal::BadSignature)
    }
}

/// Who is said to have signed the entry, for checking; `body` are its canonical bytes.
///
/// # Errors
/// [`Refusal::UnknownKey`].
pub fn claims(
    sealed: &SealedEntry,
    body: &[u8],
    public_key: impl Fn(KeyId) -> Option<[u8; 32]>,
) -> Result<Vec<Claim>, Refusal> {
    let entry = sealed.entry();
    let claim = |signature: &PartySignature| {
        let brought = match &entry.act {
            Act::OpenBook {
                key, public_key, ..
            }
            | Act::EnrolKey {
                key, public_key, ..
            } if *key == signature.key => Some(*public_key),
            _ => None,
        };
        Ok(Claim {
            public_key: brought
                .or_else(|| public_key(signature.key))
                .ok_or(Refusal::UnknownKey)?,
            signature: signature.bytes,
            message: signing_payload(signature.seat, entry.body_for(signature.seat, body)),
        })
    };
    let mut claims: Vec<Claim> = sealed
        .signatures()
        .iter()
        .map(claim)
        .collect::<Result<_, _>>()?;
    // Those who agreed on the paper signed the agreement, not the entry that carries it.
    if let Act::Extend(agreed) | Act::Void(agreed) = &entry.act {
        for consent in &agreed.consents {
            claims.push(Claim {
                public_key: public_key(consent.key).ok_or(Refusal::UnknownKey)?,
                signature: consent.bytes,
                message: signing_payload(consent.seat, &agreed.agreement),
            });
        }
    }
    Ok(claims)
}
