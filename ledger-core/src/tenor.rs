//! The time from issue to maturity in calendar months. How many there may be is said by the
//! [`crate::rule_pack`] of the day.

use chrono::Months;
use chrono::NaiveDate;

/// `date` plus `months` calendar months; a day that the target month lacks becomes its last day
/// (31 August plus 6 months is 28 or 29 February). `None` beyond the calendar's end.
#[must_use]
pub fn add_months(date: NaiveDate, months: u32) -> Option<NaiveDate> {
    date.checked_add_months(Months::new(months))
}
