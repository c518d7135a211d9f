//! Which acts are steps of a purchase.

use crate::act::Act;

impl Act {
    /// The canonical bytes of the quote on which this act sells, if it sells.
    #[must_use]
    pub fn quote_bytes(&self) -> Option<&[u8]> {
        match self {
            Act::AgreeDiscount { quote } | Act::AgreeDiscountByCard { quote, .. } => Some(quote),
            _ => None,
        }
    }

    /// Whether it moves a sold fragment to the finance provider that has paid for it.
    #[must_use]
    pub const fn completes_purchase(&self) -> bool {
        matches!(
            self,
            Act::CompleteDiscount { .. } | Act::CompleteRegistered { .. }
        )
    }
}
