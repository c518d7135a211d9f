//! The clock for paying small and medium enterprises in money (保障中小企业款项支付条例, 国务院令第802号,
//! art. 9): 60 natural days from the acceptance of goods or services, rolled over holidays to the
//! next business day.
//!
//! A payable is handed in only after its goods were accepted, so that a day of acceptance that nobody
//! gave does not stop the clock: it is counted from the invoice then, and without an invoice's date
//! from the day on which the paper was issued, by which the acceptance had been at the latest.

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

/// Whether `day` lies within the sixty days themselves: in time by any calendar, which can only move the
/// last day on.
#[must_use]
pub fn is_within(started_on: NaiveDate, day: NaiveDate) -> bool {
    day.signed_duration_since(started_on).num_days() <= i64::try_from(DAYS).unwrap_or(0)
}

/// The first day of the clock of a debt of which these days are known, and what it is; none if none of
/// them is.
#[must_use]
pub fn first_day(
    accepted_on: Option<NaiveDate>,
    invoiced_on: Option<NaiveDate>,
    issued_on: Option<NaiveDate>,
) -> Option<(NaiveDate, CountedFrom)> {
    let known = [
        (accepted_on, CountedFrom::Acceptance),
        (invoiced_on, CountedFrom::Invoice),
        (issued_on, CountedFrom::Issue),
    ];
    known
        .into_iter()
        .find_map(|(day, counted_from)| Some((day?, counted_from)))
}

/// What the days are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CountedFrom {
    /// The acceptance slip (验收单).
    Acceptance,
    /// The invoice: no day of acceptance is known.
    Invoice,
    /// The issue of the paper: no day of an invoice is known either.
    Issue,
}

impl CountedFrom {
    /// Stable name in records and messages.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            CountedFrom::Acceptance => "acceptance",
            CountedFrom::Invoice => "invoice",
            CountedFrom::Issue => "issue",
        }
    }

    /// From the stable name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<CountedFrom> {
        [
            CountedFrom::Acceptance,
            CountedFrom::Invoice,
            CountedFrom::Issue,
        ]
        .into_iter()
        .find(|one| one.code() == code)
    }
}

/// The clock of one debt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentClock {
    /// Its first day.
    pub started_on: NaiveDate,
    /// What that day is.
    pub counted_from: CountedFrom,
    /// The last day on which money is in time.
    pub money_by: NaiveDate,
}

impl PaymentClock {
    /// The clock of a debt of which these days are known; none if none of them is.
    ///
    /// # Errors
    /// As [`money_by`].
    pub fn of(
        accepted_on: Option<NaiveDate>,
        invoiced_on: Option<NaiveDate>,
        issued_on: Option<NaiveDate>,
        calendar: &Calendar,
    ) -> Result<Option<PaymentClock>, CalendarError> {
        let first = first_day(accepted_on, invoiced_on, issued_on);
        first
            .map(|(started_on, counted_from)| {
                Ok(PaymentClock {
                    started_on,
                    counted_from,
                    money_by: money_by(started_on, calendar)?,
                })
            })
            .transpose()
    }

    /// How many days `day` lies past the last one in time; negative or zero if it is in time.
    #[must_use]
    pub fn days_over(&self, day: NaiveDate) -> i64 {
        day.signed_duration_since(self.money_by).num_days()
    }
}
