//! The 60-day clock of one debt: from when to when it runs, when the debt ends, and how it stands.

use std::collections::HashMap;

use chrono::NaiveDate;
use ledger_core::calendar::Calendar;
use ledger_core::id::PartyId;
use ledger_core::id::PayableId;
use ledger_core::payment_clock;
use ledger_core::payment_clock::CountedFrom;
use ledger_core::payment_clock::PaymentClock;
use ledger_store::parties::SizeClass;
use ledger_store::payment_clocks::ClockLine;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;
use crate::supplier_clock;
use crate::supplier_clock::ClockFacts;
use crate::supplier_clock::ClockStanding;

/// A debt's clock as it stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DebtClock {
    /// Size of the supplier it runs for.
    pub size_class: SizeClass,
    /// Its first day; none if no day is known.
    pub started_on: Option<NaiveDate>,
    /// What that day is.
    pub counted_from: Option<CountedFrom>,
    /// The last day on which money is in time; none if it can't be told.
    pub money_by: Option<NaiveDate>,
    /// When the debt is due, rolled to a business day.
    pub due_date: NaiveDate,
    /// When it was paid in full.
    pub paid_on: Option<NaiveDate>,
    /// When it ends: paid, or due, or today if that has passed.
    pub ends_on: NaiveDate,
    /// Up to which due date its payee chose paper.
    pub chosen_until: Option<NaiveDate>,
    /// Where it stands.
    pub standing: ClockStanding,
}

impl DebtClock {
    /// Of a debt as it stands on `today`; `money_by` is the last day of its clock, if it has one.
    pub(crate) fn of(
        line: &ClockLine,
        money_by: Option<NaiveDate>,
        today: NaiveDate,
        calendar: &Calendar,
    ) -> DebtClock {
        let facts = ClockFacts {
            stage: line.stage,
            due_date: line.due_date,
            paid_on: line.paid_on,
            chosen_until: line
                .chosen_until
                .map(|until| supplier_clock::presented(until, calendar)),
        };
        DebtClock {
            size_class: line.size_class,
            started_on: line.started_on,
            counted_from: line.counted_from,
            money_by,
            due_date: supplier_clock::presented(line.due_date, calendar),
            paid_on: line.paid_on,
            ends_on: facts.ends_on(today),
            chosen_until: line.chosen_until,
            standing: facts.standing(money_by, today),
        }
    }

    /// The clock alone; none if its last day can't be told.
    #[must_use]
    pub fn clock(&self) -> Option<PaymentClock> {
        let both = self.started_on.zip(self.money_by);
        both.map(|(started_on, money_by)| PaymentClock {
            started_on,
            counted_from: self.counted_from.unwrap_or(CountedFrom::Issue),
            money_by,
        })
    }

    /// Days from the last one in time to its end, none if it ends in time; nothing where there is no
    /// last day.
    #[must_use]
    pub fn days_over(&self) -> Option<i64> {
        self.clock()
            .map(|clock| clock.days_over(self.ends_on).max(0))
    }

    /// Days from `today` to the last one in time, negative once it has passed; nothing once it is
    /// paid, or where there is no last day.
    #[must_use]
    pub fn days_left(&self, today: NaiveDate) -> Option<i64> {
        let running = self.clock().filter(|_| self.paid_on.is_none());
        running.map(|clock| clock.days_over(today).saturating_neg())
    }
}

/// The clocks of these debts of the obligor's as they stand on `today`; of those for which none
/// runs, nothing.
pub(crate) fn of_debts(
    tx: &mut ReadTx<'_>,
    obligor: PartyId,
    debts: &[PayableId],
    today: NaiveDate,
    calendar: &Calendar,
) -> Result<HashMap<PayableId, DebtClock>, AppError> {
    if !supplier_clock::obliges(tx.party_by_id(obligor)?.size_class) {
        return Ok(HashMap::new());
    }
    let lines = tx.clock_lines_of(obligor, debts)?;
    let clocks = lines.iter().map(|line| {
        // Beyond the calendar its last day is not known yet, which is an answer and no failure.
        let first = line.started_on;
        let money_by = first.and_then(|first| payment_clock::money_by(first, calendar).ok());
        (line.id, DebtClock::of(line, money_by, today, calendar))
    });
    Ok(clocks.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn once_it_is_paid_no_days_are_left_and_none_are_added() {
        let mut debt = DebtClock {
            size_class: SizeClass::Small,
            started_on: Some(day("2026-03-02")),
            counted_from: Some(CountedFrom::Acceptance),
            money_by: Some(day("2026-05-06")),
            due_date: day("2026-05-06"),
            paid_on: None,
            ends_on: day("2026-05-10"),
            chosen_until: None,
            standing: ClockStanding::Breach,
        };
        let today = day("2026-05-10");
        assert_eq!(
            (debt.days_over(), debt.days_left(today)),
            (Some(4), Some(-4))
        );
        debt.paid_on = Some(day("2026-05-04"));
        debt.ends_on = day("2026-05-04");
        assert_eq!((debt.days_over(), debt.days_left(today)), (Some(0), None));
        debt.money_by = None;
        assert_eq!((debt.days_over(), debt.days_left(today)), (None, None));
    }
}
