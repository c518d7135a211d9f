//! Typed identifiers. All are random 128-bit values chosen outside the core; none tells an order
//! or a count (domain rule I12).

use std::fmt;

use crate::canonical_hex::HexError;
use crate::canonical_hex::parse_hex;

macro_rules! random_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 16]);

        impl $name {
            /// From its 16 bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self { Self(bytes) }
            /// Its 16 bytes.
            #[must_use]
            pub const fn bytes(&self) -> &[u8; 16] { &self.0 }
            /// From 32 hexadecimal digits, hyphens allowed as in a UUID.
            ///
            /// # Errors
            /// The text is not 32 hexadecimal digits.
            pub fn parse(text: &str) -> Result<Self, HexError> {
                parse_hex(&text.replace('-', "")).map(Self)
            }
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

random_ids! {
    /// A party: obligor, supplier, finance provider, operator.
    PartyId;
    /// A paper.
    PaperId;
    /// A signing key of a party.
    KeyId;
    /// A book: one independent journal.
    BookId;
    /// A person who signs in.
    UserId;
    /// A trade document's record.
    DocumentId;
    /// A payable on an obligor's list.
    PayableId;
    /// A list of payables handed in together.
    ImportId;
    /// A question for money on one or several fragments, asked once (询价).
    InquiryId;
    /// A request for money on a fragment.
    RequestId;
    /// A finance provider's sealed bid on a request.
    BidId;
    /// A finance provider's priced offer.
    QuoteId;
    /// A finance provider's standing rates.
    RateCardId;
    /// What the platform asks a bank to do.
    InstructionId;
    /// A pledge of a fragment.
    PledgeId;
    /// A fragment offered from one finance provider to another.
    RetransferId;
}
