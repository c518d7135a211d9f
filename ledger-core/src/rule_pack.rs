//! Dated rules of the voucher profile. What applied on a date never changes afterwards, so that
//! history replays under the rule of its day.

use chrono::NaiveDate;

use crate::amount::Amount;
use crate::currency::Currency;

/// The rules of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RulePack {
    /// Longest tenor in calendar months, month ends clamped.
    pub maximum_tenor_months: u16,
    /// Where the tenor is written.
    pub tenor_article: &'static str,
    /// Deepest tier the terms of a paper may allow.
    pub maximum_tier: u16,
}

impl RulePack {
    /// The pack in force on `date`.
    #[must_use]
    pub fn on(date: NaiveDate) -> RulePack {
        // In force 15 June 2025: in principle six months (银发〔2025〕77号 art. 11). Before it the
        // market's habit of a year.
        let notice_77 = NaiveDate::from_ymd_opt(2025, 6, 15).unwrap_or(NaiveDate::MIN);
        if date >= notice_77 {
            RulePack {
                maximum_tenor_months: 6,
                tenor_article: "银发〔2025〕77号 art. 11",
                maximum_tier: 12,
            }
        } else {
            RulePack {
                maximum_tenor_months: 12,
                tenor_article: "contract practice before 银发〔2025〕77号",
                maximum_tier: 12,
            }
        }
    }

    /// Largest face of one paper: the package limit of the national system, 1 bn yuan, taken as a
    /// number of major units for other currencies too.
    #[must_use]
    pub fn maximum_face(self, currency: Currency) -> Amount {
        let minor = 10_i64
            .checked_pow(u32::from(currency.exponent()))
            .and_then(|unit| unit.checked_mul(1_000_000_000));
        minor
            .and_then(|minor| Amount::from_minor(minor).ok())
            .unwrap_or(Amount::ZERO)
    }
}
