//! Exact fractions of minor units, so that a published number is rounded once and at the end.
//! Decimals would round a division by 360 at 28 digits before the one rounding that counts.

use rust_decimal::Decimal;

use crate::amount::Amount;

/// An exact fraction, not negative, with a denominator above zero. Every step answers `None` where
/// 128 bits don't hold the product.
#[derive(Debug, Clone, Copy)]
pub struct Ratio {
    num: i128,
    den: i128,
}

impl Ratio {
    /// `num / den`.
    #[must_use]
    pub const fn exact(num: i128, den: i128) -> Ratio {
        Ratio { num, den }
    }

    /// `amount × number` in minor units.
    #[must_use]
    pub fn of(amount: Amount, number: Decimal) -> Option<Ratio> {
        let number = number.normalize();
        Some(Ratio {
            num: i128::from(amount.minor()).checked_mul(number.mantissa())?,
            den: 10_i128.checked_pow(number.scale())?,
        })
    }

    /// This times `factor`.
    #[must_use]
    pub fn times(self, factor: i64) -> Option<Ratio> {
        let num = self.num.checked_mul(i128::from(factor))?;
        Some(Ratio { num, ..self })
    }

    /// This divided by `divisor`.
    #[must_use]
    pub fn over(self, divisor: i64) -> Option<Ratio> {
        let den = self.den.checked_mul(i128::from(divisor))?;
        Some(Ratio { den, ..self })
    }

    /// Half-up to a whole number; `None` also for a denominator of zero or a negative fraction.
    #[must_use]
    pub fn round(self) -> Option<i128> {
        if self.num < 0 || self.den <= 0 {
            return None;
        }
        let twice = self.num.checked_mul(2)?.checked_add(self.den)?;
        twice.checked_div(self.den.checked_mul(2)?)
    }

    /// Half-up to the minor unit.
    #[must_use]
    pub fn half_up(self) -> Option<Amount> {
        Amount::from_minor(i64::try_from(self.round()?).ok()?).ok()
    }
}
