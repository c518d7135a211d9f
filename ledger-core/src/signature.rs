//! Ed25519 signatures of the parties (RFC 8032, by ring).

use ring::signature::ED25519;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair;
use ring::signature::UnparsedPublicKey;

use crate::batch_check::is_torsion_free;
use crate::batch_check::point_of;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::id::KeyId;

/// In which seat somebody signs an entry. The seat is part of what is signed, so that a signature
/// given in one seat can't be moved to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Seat {
    /// The book's own key: records facts, never disposes of a fragment.
    Book,
    /// Obligor's first person (经办).
    Maker,
    /// Obligor's second person (复核).
    Checker,
    /// Current holder.
    Holder,
    /// Who receives the fragment.
    Recipient,
    /// The finance provider; signs the quote, or the rate card that it follows from.
    FinanceProvider,
    /// The key being enrolled, to prove that somebody has it.
    Subject,
}

impl Seat {
    /// The byte it has in canonical form.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Seat::Book => 1,
            Seat::Maker => 2,
            Seat::Checker => 3,
            Seat::Holder => 4,
            Seat::Recipient => 5,
            Seat::FinanceProvider => 6,
            Seat::Subject => 7,
        }
    }

    /// From its byte.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Seat> {
        Some(match code {
            1 => Seat::Book,
            2 => Seat::Maker,
            3 => Seat::Checker,
            4 => Seat::Holder,
            5 => Seat::Recipient,
            6 => Seat::FinanceProvider,
            7 => Seat::Subject,
            _ => return None,
        })
    }
}

/// One signature under an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartySignature {
    /// In which seat.
    pub seat: Seat,
    /// With which key.
    pub key: KeyId,
    /// The 64 bytes.
    pub bytes: [u8; 64],
}

const SIGN_DOMAIN: &[u8] = b"tallystick/v1/sign\0";

/// What is signed: domain, seat, canonical bytes.
#[must_use]
pub fn signing_payload(seat: Seat, body: &[u8]) -> Vec<u8> {
    let mut payload = Vec::with_capacity(
        SIGN_DOMAIN
            .len()
            .saturating_add(body.len())
            .saturating_add(1),
    );
    payload.extend_from_slice(SIGN_DOMAIN);
    payload.push(seat.code());
    payload.extend_from_slice(body);
    payload
}

/// A private key in memory. Comes in as a value; the core never reads a file.
pub struct Signer {
    key: KeyId,
    pair: Ed25519KeyPair,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.key)
    }
}

/// The 32 bytes are not a usable seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 seed")]
pub struct NotASeed;

impl Signer {
    /// From a key's id and its 32-byte seed.
    ///
    /// # Errors
    /// [`NotASeed`].
    pub fn from_seed(key: KeyId, seed: &[u8; 32]) -> Result<Signer, NotASeed> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_rejected| NotASeed)?;
        Ok(Signer { key, pair })
    }

    /// The key's id.
    #[must_use]
    pub const fn key(&self) -> KeyId {
        self.key
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(self.pair.public_key().as_ref());
        out
    }

    /// Signs `body` in `seat`.
    #[must_use]
    pub fn sign(&self, seat: Seat, body: &[u8]) -> PartySignature {
        PartySignature {
            seat,
            key: self.key,
            bytes: self.sign_raw(&signing_payload(seat, body)),
        }
    }

    /// Signs bytes as they are, for formats with their own domain separation (signed notes,
    /// HTTP message signatures).
    #[must_use]
    pub fn sign_raw(&self, message: &[u8]) -> [u8; 64] {
        let mut out = [0; 64];
        out.copy_from_slice(self.pair.sign(message).as_ref());
        out
    }
}

/// Whether `signature` is `public_key`'s over `body` in its seat.
#[must_use]
pub fn is_signed(public_key: &[u8; 32], signature: &PartySignature, body: &[u8]) -> bool {
    is_signed_raw(
        public_key,
        &signature.bytes,
        &signing_payload(signature.seat, body),
    )
}

/// Whether `signature` is `public_key`'s over exactly `message`.
#[must_use]
pub fn is_signed_raw(public_key: &[u8; 32], signature: &[u8], message: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public_key)
        .verify(message, signature)
        .is_ok()
}

/// Whether a public key must not be enrolled: it is no point, or not the one spelling of it, or not
/// of prime order. Under a point of small order one signature would fit many messages; under one of
/// mixed order (a torsion part beside an honest one, which only its owner can have put there) the
/// verdict on a signature would depend on how a verifier treats the cofactor. No key of an honest
/// generator is concerned.
#[must_use]
pub fn is_weak_key(public_key: &[u8; 32]) -> bool {
    point_of(public_key).is_none_or(|point| point.is_small_order() || !is_torsion_free(&point))
}

pub(crate) fn write_signatures(w: &mut Writer, signatures: &[PartySignature]) {
    w.u8(u8::try_from(signatures.len()).unwrap_or(u8::MAX));
    for s in signatures {
        w.u8(s.seat.code());
        w.fixed(s.key.bytes());
        w.fixed(&s.bytes);
    }
}

/// Canonical bytes of a list of signatures: count, then seat, key id and 64 bytes each.
#[must_use]
pub fn signatures_to_bytes(signatures: &[PartySignature]) -> Vec<u8> {
    let mut w = Writer::new();
    write_signatures(&mut w, signatures);
    w.finish()
}

/// Reads what [`signatures_to_bytes`] wrote.
///
/// # Errors
/// Not that form.
pub fn signatures_from_bytes(bytes: &[u8]) -> Result<Vec<PartySignature>, CanonicalError> {
    let mut r = Reader::new(bytes);
    let count = r.u8()?;
    let mut signatures = Vec::with_capacity(usize::from(count));
    for _ in 0..count {
        signatures.push(PartySignature {
            seat: Seat::from_code(r.u8()?).ok_or(CanonicalError::Unlawful("seat"))?,
            key: KeyId::from_bytes(r.fixed()?),
            bytes: r.fixed()?,
        });
    }
    r.finish()?;
    Ok(signatures)
}
