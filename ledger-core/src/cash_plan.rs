//! Money by day: what arrives or is needed on each day, and what a holder's choice about a part of
//! it changes. Planning only: nothing here binds anybody.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::amount::Amount;
use crate::calendar::Roll;
use crate::day_count::DayCount;
use crate::pricing;
use crate::pricing::DiscountTerms;
use crate::pricing::Price;
use crate::pricing::PricingError;
use crate::pricing::Rate;

/// Minor units of one currency by day. Sums may be wider than any amount of the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CashPlan(BTreeMap<NaiveDate, i128>);

/// One day of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedDay {
    /// The day.
    pub date: NaiveDate,
    /// What comes on it, minor units; more than nothing.
    pub minor: i128,
    /// What has come up to its end, minor units.
    pub running: i128,
}

/// A part of what is held, about which its holder chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedPart {
    /// How much.
    pub amount: Amount,
    /// When the obligor pays it.
    pub due_date: NaiveDate,
}

/// What its holder does with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlannedUse {
    /// Waits for the due date.
    Hold,
    /// Passes it on: no money arrives, a debt of the same amount is discharged.
    PassOn,
    /// Sells it to a finance provider.
    Sell {
        /// When the price arrives.
        pay_date: NaiveDate,
        /// The price.
        proceeds: Amount,
    },
}

impl CashPlan {
    /// Adds minor units on a day; nothing adds no day.
    pub fn add(&mut self, date: NaiveDate, minor: i128) {
        if minor > 0 {
            let sum = self.0.entry(date).or_default();
            *sum = sum.saturating_add(minor);
        }
    }

    /// The days on which money comes, in their order, with the running total.
    #[must_use]
    pub fn days(&self) -> Vec<PlannedDay> {
        let mut running: i128 = 0;
        let day = |(date, minor): (&NaiveDate, &i128)| {
            running = running.saturating_add(*minor);
            PlannedDay {
                date: *date,
                minor: *minor,
                running,
            }
        };
        self.0.iter().map(day).collect()
    }

    /// What comes on `date`, minor units.
    #[must_use]
    pub fn on(&self, date: NaiveDate) -> i128 {
        self.0.get(&date).copied().unwrap_or(0)
    }

    /// What has come by the end of `date`, minor units.
    #[must_use]
    pub fn up_to(&self, date: NaiveDate) -> i128 {
        let days = self.0.range(..=date);
        days.fold(0, |sum, (_, minor)| sum.saturating_add(*minor))
    }

    /// All of it, minor units.
    #[must_use]
    pub fn total(&self) -> i128 {
        self.0
            .values()
            .fold(0, |sum, minor| sum.saturating_add(*minor))
    }

    /// The plan once `choice` is made about `part`; `None` if the plan has less on its due date.
    #[must_use]
    pub fn after(&self, part: PlannedPart, choice: PlannedUse) -> Option<CashPlan> {
        let amount = i128::from(part.amount.minor());
        let rest = self.on(part.due_date).checked_sub(amount)?;
        if rest < 0 {
            return None;
        }
        let mut plan = self.clone();
        match choice {
            PlannedUse::Hold => return Some(plan),
            PlannedUse::PassOn => plan.take(part.due_date, rest),
            PlannedUse::Sell { pay_date, proceeds } => {
                plan.take(part.due_date, rest);
                plan.add(pay_date, i128::from(proceeds.minor()));
            }
        }
        Some(plan)
    }

    /// Leaves `rest` on a day; a day without money is no day of the plan.
    fn take(&mut self, date: NaiveDate, rest: i128) {
        self.0.remove(&date);
        self.add(date, rest);
    }
}

/// What selling `part` on `date` would give at a rate that its holder assumes, in percent a year:
/// Actual/360, no fees, all interest the holder's.
///
/// # Errors
/// As [`pricing::price_until`].
pub fn assumed_sale(
    part: PlannedPart,
    date: NaiveDate,
    annual_percent: Decimal,
) -> Result<Price, PricingError> {
    let terms = DiscountTerms {
        rate: Rate::AnnualPercent(annual_percent),
        day_count: DayCount::Actual360,
        fees: Vec::new(),
        buyer_paid_share: Decimal::ZERO,
        roll: Roll::None,
        transit_days: 0,
    };
    pricing::price_until(part.amount, date, part.due_date, &terms)
}
