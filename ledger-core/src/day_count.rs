//! How many days money is lent for, and what a year has.
//!
//! The first day counts and the last does not (算头不算尾): the count is the plain difference of the
//! two dates. Days are never divided by the year here; pricing multiplies first and rounds once.

use chrono::Datelike;
use chrono::NaiveDate;

/// A day-count convention. It is always a term of the deal, never a default hidden in code: one
/// month of ₹1,000,000 at 12 % costs 10,000.00 by 30/360 and 9,863.01 by Actual/365.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayCount {
    /// Actual days over 360: yuan, dollars, euros.
    Actual360,
    /// Actual days over 365, leap year or not: sterling, offshore yuan, rupees.
    Actual365Fixed,
    /// Months of 30 days over 360 (bond basis: the 31st counts as the 30th).
    Thirty360,
}

impl DayCount {
    /// Stable name in files, messages and canonical form.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            DayCount::Actual360 => "actual_360",
            DayCount::Actual365Fixed => "actual_365f",
            DayCount::Thirty360 => "thirty_360",
        }
    }

    /// From the stable name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<DayCount> {
        [
            DayCount::Actual360,
            DayCount::Actual365Fixed,
            DayCount::Thirty360,
        ]
        .into_iter()
        .find(|count| count.code() == code)
    }

    /// Days in the convention's year.
    #[must_use]
    pub const fn year_days(self) -> i64 {
        match self {
            DayCount::Actual360 | DayCount::Thirty360 => 360,
            DayCount::Actual365Fixed => 365,
        }
    }

    /// Days in the convention's month, which a rate per month needs; `None` where the convention
    /// has no such month (Actual/365).
    #[must_use]
    pub const fn month_days(self) -> Option<i64> {
        match self {
            DayCount::Actual360 | DayCount::Thirty360 => Some(30),
            DayCount::Actual365Fixed => None,
        }
    }

    /// Days from `start` (counted) to `end` (not counted); negative if `end` is earlier.
    #[must_use]
    pub fn days(self, start: NaiveDate, end: NaiveDate) -> i64 {
        match self {
            DayCount::Actual360 | DayCount::Actual365Fixed => {
                end.signed_duration_since(start).num_days()
            }
            DayCount::Thirty360 => thirty_360_days(start, end),
        }
    }
}

/// Bond basis (30A/360): a start on the 31st becomes the 30th; an end on the 31st becomes the 30th
/// if the start stands on the 30th.
fn thirty_360_days(start: NaiveDate, end: NaiveDate) -> i64 {
    let start_day = start.day().min(30);
    let end_day = if start_day == 30 {
        end.day().min(30)
    } else {
        end.day()
    };
    let ordinal = |date: NaiveDate, day: u32| {
        i64::from(date.year()) * 360 + i64::from(date.month()) * 30 + i64::from(day)
    };
    ordinal(end, end_day) - ordinal(start, start_day)
}
