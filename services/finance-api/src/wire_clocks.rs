//! The 60-day clock of a payable over the wire.

use chrono::NaiveDate;
use ledger_app::debt_clock::DebtClock;
use ledger_core::payment_clock::CountedFrom;
use serde::Serialize;
use utoipa::ToSchema;

/// The clock for paying a small or medium supplier in money, 60 days from acceptance (Order 802,
/// art. 9), as it stands on the page's `as_of`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockOut {
    /// Size of the supplier: `medium`, `small`, `micro` or `sole_trader`.
    #[schema(example = "small")]
    pub supplier_size: String,
    /// Its first day; null if no day is known yet.
    pub started_on: Option<NaiveDate>,
    /// What that day is: `acceptance`, of the slip; `invoice`, where no acceptance was given; or
    /// `issue`, of the paper, where no invoice date was given either.
    #[schema(example = "acceptance")]
    pub counted_from: Option<String>,
    /// The last day on which money is in time: 60 days on, rolled over holidays. Null if no day is
    /// known yet, or the calendar does not reach so far.
    pub money_by: Option<NaiveDate>,
    /// When the debt ends: the day on which it was paid in full, or else it is due, or else `as_of`
    /// once that has passed.
    pub ends_on: NaiveDate,
    /// Days from `money_by` to `ends_on`; 0 if it ends in time.
    pub days_over: Option<i64>,
    /// Days from `as_of` to `money_by`, negative once it has passed; null once the debt is paid.
    pub days_left: Option<i64>,
    /// `in-time`: money by the last day; `to-choose`: it will end later, and the payee has to be
    /// asked; `chosen`: later, as the payee chose on record; `breach`: later, and nobody chose so;
    /// `unknown`: the last day can't be told.
    #[schema(example = "in-time")]
    pub standing: String,
    /// Up to which due date the payee chose paper instead of money in time.
    pub chosen_until: Option<NaiveDate>,
}

impl ClockOut {
    /// For an answer; `today` is the business date.
    #[must_use]
    pub fn of(debt: &DebtClock, today: NaiveDate) -> ClockOut {
        ClockOut {
            supplier_size: debt.size_class.word().to_owned(),
            started_on: debt.started_on,
            counted_from: debt.counted_from.map(CountedFrom::code).map(str::to_owned),
            money_by: debt.money_by,
            ends_on: debt.ends_on,
            days_over: debt.days_over(),
            days_left: debt.days_left(today),
            standing: debt.standing.code().to_owned(),
            chosen_until: debt.chosen_until,
        }
    }
}
