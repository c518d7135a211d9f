//! Sealed bids (密封报价): a finance provider first binds itself to a quote without showing it, and
//! shows it when all bids are in. Between the two nobody else can read it, whoever runs the platform
//! included: all that leaves the provider is a digest.
//!
//! *Commit*: SHA-256 over a domain, the request, the provider, a random nonce of 32 bytes and the
//! quote's canonical bytes. The nonce keeps anybody from trying likely figures against the digest.
//! *Reveal*: nonce and quote; whoever has the digest recomputes it. The provider signs
//! [`commitment_bytes`] in the seat of the finance provider, so that nobody can bid in its name.

use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::hash::CommitmentDigest;
use crate::hash::sha256;
use crate::id::PartyId;
use crate::id::RequestId;

const COMMIT_DOMAIN: &[u8] = b"tallystick/v1/sealed-bid\0";

/// First byte of what a provider signs to commit itself. Quotes and entries begin with their
/// version, 1; this byte is none of theirs, so that no signature can serve for both.
const COMMITMENT_FORM: u8 = 0xb1;

const OPENING_VERSION: u8 = 1;

/// What a bid's digest hides: the random nonce and the quote's canonical bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    /// 32 random bytes, new for every bid.
    pub nonce: [u8; 32],
    /// The quote as [`Quote::to_bytes`](crate::quote::Quote::to_bytes) gives it.
    pub quote: Vec<u8>,
}

impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opening(sealed)")
    }
}

impl Opening {
    /// The digest to commit with.
    #[must_use]
    pub fn commitment(&self, request: RequestId, provider: PartyId) -> CommitmentDigest {
        let mut w = Writer::new();
        w.fixed(request.bytes());
        w.fixed(provider.bytes());
        w.fixed(&self.nonce);
        w.bytes(&self.quote);
        CommitmentDigest::from_bytes(sha256(&[COMMIT_DOMAIN, &w.finish()]))
    }

    /// Canonical bytes, as a provider keeps them until the reveal.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u8(OPENING_VERSION);
        w.fixed(&self.nonce);
        w.bytes(&self.quote);
        w.finish()
    }

    /// Reads what [`Opening::to_bytes`] wrote.
    ///
    /// # Errors
    /// Not that form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Opening, CanonicalError> {
        let mut r = Reader::new(bytes);
        if r.u8()? != OPENING_VERSION {
            return Err(CanonicalError::Unlawful("opening version"));
        }
        let opening = Opening {
            nonce: r.fixed()?,
            quote: r.bytes()?.to_vec(),
        };
        r.finish()?;
        Ok(opening)
    }
}

/// What a provider signs, in the seat of the finance provider, to bind itself: the form's byte, the
/// request, the provider, the digest.
#[must_use]
pub fn commitment_bytes(
    request: RequestId,
    provider: PartyId,
    commitment: CommitmentDigest,
) -> Vec<u8> {
    let mut w = Writer::new();
    w.u8(COMMITMENT_FORM);
    w.fixed(request.bytes());
    w.fixed(provider.bytes());
    w.fixed(commitment.bytes());
    w.finish()
}
