//! Why nothing can be cleared.

use crate::amount::Amount;

/// Why nothing can be cleared. Checked in this order. Units are 0-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClearingError {
    /// No cash, now or in one of the earlier receipts.
    #[error("there is no cash to clear")]
    NoCash,
    /// Units that nobody holds.
    #[error("nobody holds the units from {from} up to {to}")]
    Gap {
        /// First unit without a holder.
        from: i64,
        /// First unit after them.
        to: i64,
    },
    /// Units held twice.
    #[error("the units from {from} up to {to} are held twice")]
    Overlap {
        /// First unit held twice.
        from: i64,
        /// First unit after them.
        to: i64,
    },
    /// A leaf reaches beyond the face.
    #[error("a leaf reaches up to {hi}, beyond the face of {face}")]
    BeyondFace {
        /// Its end.
        hi: i64,
        /// The face.
        face: Amount,
    },
    /// The claims are not the whole face: units that nobody claims, or claimed twice.
    #[error("the claims come to {claimed}, the face is {face}")]
    NotTheFace {
        /// What the claims come to, in minor units.
        claimed: i64,
        /// The face.
        face: Amount,
    },
    /// More cash than is owed: the surplus is not this paper's money.
    #[error("only {owed} is still owed on the paper")]
    CashAboveOwed {
        /// What was owed before the receipt that is too large.
        owed: Amount,
    },
    /// What claims have received is not what came, or one has received more than it is.
    #[error("the claims have received {received}, what came before is {came}")]
    ReceivedDoesNotFit {
        /// What the claims say that they have received, in minor units.
        received: i64,
        /// The earlier receipts together, in minor units.
        came: i64,
    },
}

impl ClearingError {
    /// Stable code shown to users and machines.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            ClearingError::NoCash => "clearing_no_cash",
            ClearingError::Gap { .. } => "clearing_gap",
            ClearingError::Overlap { .. } => "clearing_overlap",
            ClearingError::BeyondFace { .. } => "clearing_beyond_face",
            ClearingError::NotTheFace { .. } => "clearing_not_the_face",
            ClearingError::CashAboveOwed { .. } => "clearing_cash_above_owed",
            ClearingError::ReceivedDoesNotFit { .. } => "clearing_received_does_not_fit",
        }
    }
}
