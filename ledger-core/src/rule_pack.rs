//! Dated rules of the voucher profile. What applied on a date never changes afterwards, so that
//! history replays under the rule of its day.

use chrono::NaiveDate;

use crate::amount::Amount;
use crate::currency::Currency;
use crate::refusal::Refusal;
use crate::tenor::add_months;

/// The rules of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RulePack {
    /// Longest tenor in calendar months, month ends clamped: see [`RulePack::check_tenor`].
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
        // In force 15 June 2025: 银发〔2025〕77号, on electronic receivable vouchers. Before it no rule
        // named a term; a year was the market's habit.
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

    /// Holds a maturity against the longest tenor. The maturity is the agreed one, before any
    /// holiday roll. This is the one rule on tenor: the law and the checks of payables both ask it.
    ///
    /// Our papers are receivable vouchers. 银发〔2025〕77号 art. 11 allows them six months in principle
    /// and never more than a year; above six months a reason has to be on record and the bank looks
    /// closer. An issue entry has no place for such a reason, so a paper of ours keeps to the six
    /// months that need none. (The State Council's briefing of 14 September 2026 announced six
    /// months as the longest; should a legal text set another number, it becomes a pack of its own
    /// date.) Commercial bills have six months too, under a rule of their own:
    /// 《商业汇票承兑、贴现与再贴现管理办法》 art. 25, in force since 1 January 2023.
    ///
    /// # Errors
    /// [`Refusal::TenorTooLong`].
    pub fn check_tenor(self, issued: NaiveDate, maturity: NaiveDate) -> Result<(), Refusal> {
        let longest = add_months(issued, u32::from(self.maximum_tenor_months));
        if longest.is_some_and(|longest| maturity <= longest) {
            return Ok(());
        }
        Err(Refusal::TenorTooLong {
            months: self.maximum_tenor_months,
            article: self.tenor_article,
        })
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
