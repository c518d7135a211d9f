//! The clock for paying small and medium enterprises in money (保障中小企业款项支付条例, 国务院令第802号,
//! art. 9): 60 natural days from the acceptance of goods or services, rolled over holidays to the
//! next business day.

use chrono::Days;
use chrono::NaiveDate;

use crate::calendar::Calendar;
use crate::calendar::Roll;
use crate::calendar_year::CalendarError;

/// How long money may take, in natural days from acceptance.
pub const DAYS: u64 = 60;

/// The last day on which money is in time.
///
/// # Errors
/// [`CalendarError::YearNotLoaded`] if the day lies in a year that is not loaded.
pub fn money_by(accepted_on: NaiveDate, calendar: &Calendar) -> Result<NaiveDate, CalendarError> {
    let last = accepted_on
        .checked_add_days(Days::new(DAYS))
        .unwrap_or(NaiveDate::MAX);
    calendar.adjust(last, Roll::Following)
}
