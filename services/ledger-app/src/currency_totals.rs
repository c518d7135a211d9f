//! Sums of many amounts, kept apart by currency. A sum of faces may be larger than any one amount
//! the ledger takes.

use std::collections::BTreeMap;

use ledger_core::amount::Amount;
use ledger_core::currency::Currency;

/// Minor units by currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CurrencyTotals(BTreeMap<Currency, i128>);

impl CurrencyTotals {
    /// Adds one amount.
    pub fn add(&mut self, amount: Amount, currency: Currency) {
        self.add_minor(i128::from(amount.minor()), currency);
    }

    /// Adds minor units.
    pub fn add_minor(&mut self, minor: i128, currency: Currency) {
        let sum = self.0.entry(currency).or_default();
        *sum = sum.saturating_add(minor);
    }

    /// Adds another's sums.
    pub fn add_all(&mut self, other: &CurrencyTotals) {
        for (currency, minor) in &other.0 {
            self.add_minor(*minor, *currency);
        }
    }

    /// Minor units, by currency in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = (Currency, i128)> {
        self.0.iter().map(|(currency, minor)| (*currency, *minor))
    }

    /// `CNY 1,200,000.00`, or several joined by ` + `; empty without any.
    #[must_use]
    pub fn words(&self) -> String {
        let one = |(currency, minor)| format!("{currency} {}", grouped(minor, currency));
        self.iter().map(one).collect::<Vec<_>>().join(" + ")
    }
}

/// As [`Amount::to_grouped`] writes, without its limit.
fn grouped(minor: i128, currency: Currency) -> String {
    let places = usize::from(currency.exponent());
    let digits = format!("{minor:0>width$}", width = places.saturating_add(1));
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && whole.len().saturating_sub(at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if places > 0 {
        text.push('.');
        text.push_str(fraction);
    }
    text
}
