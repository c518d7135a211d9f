//! Where a debt stands on the 60-day clock of its supplier: whether it ends in time, and if not,
//! whether the supplier chose so.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger_core::calendar::Calendar;
use ledger_core::calendar::Roll;
use ledger_core::payment_clock;
use ledger_core::payment_clock::PaymentClock;
use ledger_store::parties::SizeClass;
use ledger_store::payables::Payable;
use ledger_store::payment_clocks::ClockGroup;
use ledger_store::payment_clocks::ClockStage;

use crate::currency_totals::CurrencyTotals;
use crate::error::AppError;

/// Whether the law lets this obligor pay this supplier only so late.
#[must_use]
pub const fn clock_runs(obligor: SizeClass, supplier: SizeClass) -> bool {
    obliges(obligor) && !matches!(supplier, SizeClass::Large | SizeClass::PublicBody)
}

/// Whether the clock runs against an obligor of this size at all.
#[must_use]
pub const fn obliges(obligor: SizeClass) -> bool {
    matches!(obligor, SizeClass::Large | SizeClass::PublicBody)
}

/// The clock that ends first of these debts, which one paper stands for, if `due_date` lies past its
/// last day. What is due within the sixty days themselves is in time by any calendar, so that none is
/// asked: it may not reach so far yet.
///
/// # Errors
/// As [`of_payables`].
pub(crate) fn past_by<'p>(
    due_date: NaiveDate,
    payables: impl IntoIterator<Item = &'p Payable>,
    issued_on: NaiveDate,
    calendar: &Calendar,
) -> Result<Option<PaymentClock>, AppError> {
    let past = payables.into_iter().filter(|payable| {
        let (accepted, invoiced) = (payable.acceptance_date, payable.invoice_date);
        let first = payment_clock::first_day(accepted, invoiced, Some(issued_on));
        first.is_some_and(|(started_on, _)| !payment_clock::is_within(started_on, due_date))
    });
    let clock = of_payables(past, Some(issued_on), calendar)?;
    Ok(clock.filter(|clock| due_date > clock.money_by))
}

/// The clock that ends first of these debts, which one paper stands for.
///
/// # Errors
/// [`AppError::Invalid`] `calendar_not_loaded`.
pub(crate) fn of_payables<'p>(
    payables: impl IntoIterator<Item = &'p Payable>,
    issued_on: Option<NaiveDate>,
    calendar: &Calendar,
) -> Result<Option<PaymentClock>, AppError> {
    let mut first: Option<PaymentClock> = None;
    for payable in payables {
        let (accepted, invoiced) = (payable.acceptance_date, payable.invoice_date);
        let clock = PaymentClock::of(accepted, invoiced, issued_on, calendar)
            .map_err(|error| AppError::invalid(error.code(), error.to_string()))?;
        if let Some(clock) = clock
            && first.is_none_or(|first| clock.started_on < first.started_on)
        {
            first = Some(clock);
        }
    }
    Ok(first)
}

/// How a debt stands on its clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClockStanding {
    /// Past its last day, and nobody chose that: neither money in time nor a choice on record.
    Breach,
    /// It will end past its last day, unless the payee is paid in money: it has to be asked.
    ToChoose,
    /// Past its last day, as the payee chose on record.
    Chosen,
    /// Money is in time.
    InTime,
    /// Its last day can't be told: no day is known, or the calendar does not reach so far.
    Unknown,
}

impl ClockStanding {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            ClockStanding::Breach => "breach",
            ClockStanding::ToChoose => "to-choose",
            ClockStanding::Chosen => "chosen",
            ClockStanding::InTime => "in-time",
            ClockStanding::Unknown => "unknown",
        }
    }
}

/// What the standing of a debt hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClockFacts {
    pub(crate) stage: ClockStage,
    pub(crate) due_date: NaiveDate,
    pub(crate) paid_on: Option<NaiveDate>,
    /// The last day the payee chose, over rest days.
    pub(crate) chosen_until: Option<NaiveDate>,
}

impl ClockFacts {
    /// When the debt ends: when it was paid, else when it is due, and if that has passed, not before
    /// today.
    pub(crate) fn ends_on(&self, today: NaiveDate) -> NaiveDate {
        self.paid_on.unwrap_or_else(|| self.due_date.max(today))
    }

    /// Where it stands, with `money_by` as its last day.
    pub(crate) fn standing(&self, money_by: Option<NaiveDate>, today: NaiveDate) -> ClockStanding {
        let Some(money_by) = money_by else {
            return ClockStanding::Unknown;
        };
        let ends_on = self.ends_on(today);
        if ends_on <= money_by {
            ClockStanding::InTime
        } else if self.chosen_until.is_some_and(|until| ends_on <= until) {
            ClockStanding::Chosen
        } else if self.stage.is_undecided() && today <= money_by {
            ClockStanding::ToChoose
        } else {
            ClockStanding::Breach
        }
    }
}

/// The last day for each first day that occurs in `groups`; first days beyond the calendar have none.
pub(crate) fn last_days(
    groups: &[ClockGroup],
    calendar: &Calendar,
) -> BTreeMap<NaiveDate, NaiveDate> {
    groups
        .iter()
        .filter_map(|group| group.started_on)
        .filter_map(|first| Some((first, payment_clock::money_by(first, calendar).ok()?)))
        .collect()
}

/// Debts counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountedDebts {
    /// How many.
    pub debts: u64,
    /// Their amounts together.
    pub amount: CurrencyTotals,
}

impl CountedDebts {
    pub(crate) fn add(&mut self, group: &ClockGroup) -> Result<(), AppError> {
        let debts = u64::try_from(group.debts).unwrap_or(0);
        self.debts = self.debts.saturating_add(debts);
        self.amount.add_minor(group.amount_minor()?, group.currency);
        Ok(())
    }

    pub(crate) fn add_all(&mut self, other: &CountedDebts) {
        self.debts = self.debts.saturating_add(other.debts);
        self.amount.add_all(&other.amount);
    }
}

impl ClockFacts {
    pub(crate) fn of(group: &ClockGroup, calendar: &Calendar) -> ClockFacts {
        ClockFacts {
            stage: group.stage,
            due_date: group.due_date,
            paid_on: group.paid_on,
            chosen_until: group.chosen_until.map(|until| presented(until, calendar)),
        }
    }
}

/// The day on which what was signed for `day` is presented by the tables now in force; where they don't
/// reach so far, that day: it was a business day when it was signed.
pub(crate) fn presented(day: NaiveDate, calendar: &Calendar) -> NaiveDate {
    calendar.adjust(day, Roll::Following).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn neither_money_in_time_nor_a_choice_is_a_breach() {
        let last = Some(day("2026-05-06"));
        let debt = |stage, due: &str, chosen: Option<&str>, paid: Option<&str>| ClockFacts {
            stage,
            due_date: day(due),
            paid_on: paid.map(day),
            chosen_until: chosen.map(day),
        };
        let (before, after) = (day("2026-03-10"), day("2026-05-07"));
        use ClockStage::*;
        use ClockStanding::*;
        let late = "2026-08-03";
        for (facts, today, stands) in [
            (debt(Listed, "2026-05-06", None, None), before, InTime),
            (debt(Listed, "2026-05-06", None, None), after, Breach),
            (debt(Offered, late, None, None), before, ToChoose),
            (debt(Offered, late, None, None), after, Breach),
            (debt(Refused, late, None, None), before, Breach),
            (debt(Running, late, None, None), before, Breach),
            (debt(Running, late, Some(late), None), before, Chosen),
            (
                debt(Running, late, Some(late), None),
                day("2026-08-04"),
                Breach,
            ),
            (
                debt(Paid, late, Some(late), Some(late)),
                day("2026-09-01"),
                Chosen,
            ),
            (
                debt(Paid, late, Some(late), Some("2026-08-04")),
                day("2026-09-01"),
                Breach,
            ),
            (
                debt(Paid, late, None, Some("2026-05-06")),
                day("2026-09-01"),
                InTime,
            ),
            // Paid later than was chosen first.
            (
                debt(Running, late, Some("2026-07-01"), None),
                before,
                Breach,
            ),
        ] {
            assert_eq!(facts.standing(last, today), stands, "{facts:?} on {today}");
        }
        let unknown = debt(Listed, late, None, None).standing(None, before);
        assert_eq!(unknown, Unknown);
    }
}
