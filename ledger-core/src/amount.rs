//! Money as a whole number of minor units. The one rounding rule is half-up to the minor unit.

use std::fmt;

use rust_decimal::Decimal;
use rust_decimal::RoundingStrategy;
use rust_decimal::prelude::ToPrimitive;

use crate::currency::Currency;

/// An amount of money in minor units (fen, pence, yen). Never negative: a direction is said in
/// words (credit, debit, owed), not by a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Amount(i64);

/// The largest face a paper may have: ten billion major units at two places. It leaves room for
/// every product with a rate in 96-bit decimals. The national package limit (1 bn yuan) is a rule
/// of the rule pack, not of arithmetic.
const MAX_MINOR: i64 = 1_000_000_000_000;

/// Why a text or a number is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not digits with one optional decimal point.
    #[error("an amount is digits with an optional decimal point, such as 1234.50")]
    NotANumber,
    /// A minus sign.
    #[error("an amount can't be negative")]
    Negative,
    /// More decimal places than the currency's minor unit.
    #[error("{currency} has {places} decimal places, not more")]
    TooManyDecimals {
        /// The currency meant.
        currency: Currency,
        /// Its number of places.
        places: u8,
    },
    /// Above the largest amount the ledger takes.
    #[error("the amount is larger than the ledger takes (10,000,000,000.00)")]
    TooLarge,
}

impl AmountError {
    /// Stable code shown to users and machines.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            AmountError::NotANumber => "amount_not_a_number",
            AmountError::Negative => "amount_negative",
            AmountError::TooManyDecimals { .. } => "amount_too_many_decimals",
            AmountError::TooLarge => "amount_too_large",
        }
    }
}

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);

    /// From minor units.
    ///
    /// # Errors
    /// [`AmountError::Negative`] below zero, [`AmountError::TooLarge`] above the ledger's limit.
    pub const fn from_minor(minor: i64) -> Result<Amount, AmountError> {
        if minor < 0 {
            Err(AmountError::Negative)
        } else if minor > MAX_MINOR {
            Err(AmountError::TooLarge)
        } else {
            Ok(Amount(minor))
        }
    }

    /// The number of minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// Whether this is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Reads `1234.5` as major units of `currency`. No signs, spaces, exponents or separators, and
    /// never more places than the currency has: an amount is not rounded on the way in.
    ///
    /// # Errors
    /// What [`AmountError`] says.
    pub fn parse(text: &str, currency: Currency) -> Result<Amount, AmountError> {
        if text.starts_with('-') {
            return Err(AmountError::Negative);
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let dangling = text.contains('.') && fraction.is_empty();
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || dangling || !digits(whole) || !digits(fraction) {
            return Err(AmountError::NotANumber);
        }
        let places = currency.exponent();
        let Some(missing) = usize::from(places).checked_sub(fraction.len()) else {
            return Err(AmountError::TooManyDecimals { currency, places });
        };
        let whole = whole.trim_start_matches('0');
        if whole.len() > 16 {
            return Err(AmountError::TooLarge);
        }
        let minor = format!("0{whole}{fraction}{}", "0".repeat(missing));
        match minor.parse::<i64>() {
            Ok(minor) => Amount::from_minor(minor),
            Err(_too_long) => Err(AmountError::TooLarge),
        }
    }

    /// Rounds an exact number of **minor** units half-up, the platform's one rounding rule.
    ///
    /// # Errors
    /// [`AmountError::Negative`] or [`AmountError::TooLarge`].
    pub fn round_half_up(minor_units: Decimal) -> Result<Amount, AmountError> {
        if minor_units.is_sign_negative() && !minor_units.is_zero() {
            return Err(AmountError::Negative);
        }
        let rounded = minor_units.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        Amount::from_minor(rounded.to_i64().ok_or(AmountError::TooLarge)?)
    }

    /// Minor units as an exact decimal, for pricing.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal::from(self.0)
    }

    /// Sum, if the ledger can hold it.
    #[must_use]
    pub fn checked_add(self, other: Amount) -> Option<Amount> {
        Amount::from_minor(self.0.checked_add(other.0)?).ok()
    }

    /// Difference, if it is not below zero.
    #[must_use]
    pub fn checked_sub(self, other: Amount) -> Option<Amount> {
        Amount::from_minor(self.0.checked_sub(other.0)?).ok()
    }

    /// Plain decimal text in major units with all places: `1200000.00`. For messages and files.
    #[must_use]
    pub fn to_plain(self, currency: Currency) -> String {
        let places = usize::from(currency.exponent());
        let digits = format!("{:0>width$}", self.0, width = places.saturating_add(1));
        if places == 0 {
            return digits;
        }
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
        format!("{whole}.{fraction}")
    }

    /// Text for people, with thousands separators: `1,200,000.00`.
    #[must_use]
    pub fn to_grouped(self, currency: Currency) -> String {
        let plain = self.to_plain(currency);
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut grouped = String::new();
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && whole.len().saturating_sub(i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        if fraction.is_empty() {
            grouped
        } else {
            format!("{grouped}.{fraction}")
        }
    }
}

impl fmt::Display for Amount {
    /// Minor units as a bare integer; use [`Amount::to_grouped`] for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
