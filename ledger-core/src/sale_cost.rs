//! What several sales together cost their holder a year.

use rust_decimal::Decimal;

use crate::amount::Amount;
use crate::day_count::DayCount;
use crate::pricing::percent_4;

/// What a sale costs its holder, for [`combined_annual_cost`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaleCost {
    /// All that the holder gives up: face less proceeds.
    pub cost: Amount,
    /// What the holder receives.
    pub proceeds: Amount,
    /// Days between pay-out and due date as the convention counts them.
    pub days: u16,
    /// The convention.
    pub day_count: DayCount,
}

/// The all-in cost of several sales together as percent a year, half-up to 4 places: all costs over
/// the sum of each proceeds × its days / its year. For one sale this is its own annualised cost.
/// `None` if no proceeds are had for any day, or the sums are beyond 128 bits.
#[must_use]
pub fn combined_annual_cost(sales: &[SaleCost]) -> Option<Decimal> {
    // A multiple of 360 and of 365, so that both kinds of year share one exact denominator.
    const BOTH_YEARS: i64 = 26_280;
    let mut cost: i128 = 0;
    let mut lent: i128 = 0;
    for sale in sales {
        let weight = BOTH_YEARS.checked_div(sale.day_count.year_days())?;
        let days = i128::from(sale.days).checked_mul(i128::from(weight))?;
        cost = cost.checked_add(i128::from(sale.cost.minor()))?;
        lent = lent.checked_add(i128::from(sale.proceeds.minor()).checked_mul(days)?)?;
    }
    percent_4(cost, lent, BOTH_YEARS, 1)
}
