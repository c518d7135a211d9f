//! Ranges of a paper's minor units: the geometry that makes conservation visible.

use std::fmt;

use crate::amount::Amount;

/// A half-open, non-empty range `[lo, hi)` of the minor units of one paper.
///
/// Shown to people 1-based and inclusive, as the national bill system does: `[0, 120)` is `1-120`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Range {
    lo: i64,
    hi: i64,
}

/// The two numbers don't make a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a range starts at zero or above and holds at least one unit")]
pub struct NotARange;

impl Range {
    /// `[lo, hi)`.
    ///
    /// # Errors
    /// [`NotARange`] if `lo` is negative or `hi <= lo`.
    pub const fn new(lo: i64, hi: i64) -> Result<Range, NotARange> {
        if lo < 0 || hi <= lo {
            Err(NotARange)
        } else {
            Ok(Range { lo, hi })
        }
    }

    /// The whole paper of face `face`.
    ///
    /// # Errors
    /// [`NotARange`] for a face of zero.
    pub const fn whole(face: Amount) -> Result<Range, NotARange> {
        Range::new(0, face.minor())
    }

    /// First unit, 0-based.
    #[must_use]
    pub const fn lo(self) -> i64 {
        self.lo
    }

    /// One past the last unit.
    #[must_use]
    pub const fn hi(self) -> i64 {
        self.hi
    }

    /// How many minor units it holds: its amount.
    #[must_use]
    pub fn amount(self) -> Amount {
        Amount::from_minor(self.hi.saturating_sub(self.lo)).unwrap_or(Amount::ZERO)
    }

    /// Whether every unit of `other` lies in this range.
    #[must_use]
    pub const fn contains(self, other: Range) -> bool {
        self.lo <= other.lo && other.hi <= self.hi
    }

    /// Whether the two share a unit.
    #[must_use]
    pub const fn overlaps(self, other: Range) -> bool {
        self.lo < other.hi && other.lo < self.hi
    }

    /// Cuts off the first `amount` units: `(front, rest)`; the rest is `None` when all is taken.
    /// `None` if the amount is zero or more than there is.
    #[must_use]
    pub fn cut(self, amount: Amount) -> Option<(Range, Option<Range>)> {
        let mid = self.lo.checked_add(amount.minor())?;
        let front = Range::new(self.lo, mid).ok()?;
        if mid > self.hi {
            return None;
        }
        Some((front, Range::new(mid, self.hi).ok()))
    }
}

impl fmt::Display for Range {
    /// The printed sub-range, 1-based and inclusive: `1-120000000`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.lo.saturating_add(1), self.hi)
    }
}
