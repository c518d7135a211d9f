//! SHA-256 digests with a type for each meaning.

use std::fmt;

use ring::digest::SHA256;
use ring::digest::digest;

use crate::canonical_hex::HexError;
use crate::canonical_hex::parse_hex;

/// SHA-256 of the concatenation of `parts`.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = ring::digest::Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

/// SHA-256 of one byte string.
#[must_use]
pub fn sha256_of(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, bytes).as_ref());
    out
}

macro_rules! digests {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 32]);

        impl $name {
            /// From its 32 bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self { Self(bytes) }
            /// Its 32 bytes.
            #[must_use]
            pub const fn bytes(&self) -> &[u8; 32] { &self.0 }
            /// From 64 hexadecimal digits.
            ///
            /// # Errors
            /// The text is not 64 hexadecimal digits.
            pub fn parse(text: &str) -> Result<Self, HexError> { parse_hex(text).map(Self) }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    )*};
}

digests! {
    /// An entry's hash: its RFC 9162 leaf hash, over body and signatures.
    EntryHash;
    /// SHA-256 of a trade document's bytes.
    DocumentDigest;
    /// SHA-256 of a clearing sheet's canonical bytes.
    SheetDigest;
    /// SHA-256 of a bank's message that proves a payment, or proves that there was none.
    EvidenceDigest;
    /// SHA-256 of a reason in words, for what it is a reason.
    ReasonDigest;
    /// What a finance provider is bound to before it shows its bid.
    CommitmentDigest;
    /// The running hash of a book up to an entry.
    ChainHash;
    /// Root of a book's Merkle log.
    LogRoot;
    /// Keyed token of an invoice's number, seller, total and date.
    InvoiceToken;
    /// Keyed token of an invoice's number and seller.
    InvoiceKin;
}
