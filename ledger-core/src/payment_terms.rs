//! What an obligor promises about late, short and early payment, and what holders may agree on
//! recourse: declared in the paper, signed at issue, the same for every holder.
//!
//! Each rule has a number that stands in the paper's bytes. A later version of the program may know
//! more rules; it never changes what a number means.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::amount::Amount;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::day_count::DayCount;
use crate::ratio::Ratio;
use crate::recourse::Recourse;

/// How cash below what is owed is shared (部分兑付).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShortfallRule {
    /// Pro rata over what each claim is still owed, largest remainder: no holder of equal rank is
    /// preferred. Principal comes before late interest.
    ProRata,
}

/// Whether the obligor may pay before the due date (提前兑付).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EarlyRedemption {
    /// Not foreseen.
    NotOffered,
    /// It may offer to, to every holder of the paper on the same terms.
    EqualTerms,
}

/// What the paper says about recourse. Whatever it says, each transfer and discount states its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecourseTerms {
    /// Each transfer and discount is free in what it states.
    Stated,
    /// Only without: the risk of the obligor passes with the fragment.
    OnlyWithout,
}

/// Interest on what was due and not paid (逾期利息).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateInterest {
    /// Percent a year, above zero and at most [`LateInterest::HIGHEST_PERCENT`], up to eight places.
    pub percent: Decimal,
    /// How days are counted: actual days only.
    pub day_count: DayCount,
    /// Days after the due date on which nothing is asked; past them interest runs from the due date.
    pub grace_days: u8,
    /// The most that is asked in all, percent of what was due (late-fee cap); no cap if none.
    pub cap_percent: Option<Decimal>,
}

/// A stretch of time over which the same amount was owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdue {
    /// Principal owed.
    pub owed: Amount,
    /// First day, counted.
    pub from: NaiveDate,
    /// Day on which it ends, not counted.
    pub to: NaiveDate,
}

/// All of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentTerms {
    /// How cash below what is owed is shared.
    pub shortfall: ShortfallRule,
    /// Interest on what is late; none agreed if none, and the law's own applies.
    pub late_interest: Option<LateInterest>,
    /// Whether it may pay early.
    pub early_redemption: EarlyRedemption,
    /// What transfers may state on recourse.
    pub recourse: RecourseTerms,
}

impl PaymentTerms {
    /// What papers say whose terms have the first form: they were issued before these rules could
    /// be declared, and are paid by these.
    pub const FIRST_FORM: PaymentTerms = PaymentTerms {
        shortfall: ShortfallRule::ProRata,
        late_interest: None,
        early_redemption: EarlyRedemption::NotOffered,
        recourse: RecourseTerms::Stated,
    };

    /// Whether every number in them is possible.
    #[must_use]
    pub fn possible(&self) -> bool {
        self.late_interest.is_none_or(|late| late.possible())
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.u8(match self.shortfall {
            ShortfallRule::ProRata => 1,
        });
        match &self.late_interest {
            None => w.u8(0),
            Some(late) => {
                w.u8(1);
                late.write(w);
            }
        }
        w.u8(match self.early_redemption {
            EarlyRedemption::NotOffered => 0,
            EarlyRedemption::EqualTerms => 1,
        });
        w.u8(match self.recourse {
            RecourseTerms::Stated => 0,
            RecourseTerms::OnlyWithout => 1,
        });
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        let terms = PaymentTerms {
            shortfall: match r.u8()? {
                1 => ShortfallRule::ProRata,
                _ => return Err(CanonicalError::Unlawful("shortfall rule")),
            },
            late_interest: match r.u8()? {
                0 => None,
                1 => Some(LateInterest::read(r)?),
                _ => return Err(CanonicalError::Unlawful("late interest")),
            },
            early_redemption: match r.u8()? {
                0 => EarlyRedemption::NotOffered,
                1 => EarlyRedemption::EqualTerms,
                _ => return Err(CanonicalError::Unlawful("early redemption")),
            },
            recourse: match r.u8()? {
                0 => RecourseTerms::Stated,
                1 => RecourseTerms::OnlyWithout,
                _ => return Err(CanonicalError::Unlawful("recourse terms")),
            },
        };
        if terms.possible() {
            Ok(terms)
        } else {
            Err(CanonicalError::Unlawful("late interest"))
        }
    }
}

impl RecourseTerms {
    /// Whether a transfer or discount may state this.
    #[must_use]
    pub const fn allow(self, stated: Recourse) -> bool {
        match self {
            RecourseTerms::Stated => true,
            RecourseTerms::OnlyWithout => matches!(stated, Recourse::Without),
        }
    }
}

impl LateInterest {
    /// A rate above this is a slip of the pen: 0.1 % a day is 36.5 % a year.
    pub const HIGHEST_PERCENT: Decimal = Decimal::ONE_HUNDRED;

    /// The least that a small supplier may be given where nothing was agreed: 0.05 % a day
    /// (保障中小企业款项支付条例, on late interest), that is 18.25 % a year of 365 days.
    pub const STATUTORY: LateInterest = LateInterest {
        percent: Decimal::from_parts(1_825, 0, 0, false, 2),
        day_count: DayCount::Actual365Fixed,
        grace_days: 0,
        cap_percent: None,
    };

    /// Whether its numbers are possible.
    #[must_use]
    pub fn possible(&self) -> bool {
        let number = |n: Decimal| {
            n > Decimal::ZERO && n <= Self::HIGHEST_PERCENT && n.normalize().scale() <= 8
        };
        number(self.percent)
            && self.cap_percent.is_none_or(number)
            && !matches!(self.day_count, DayCount::Thirty360)
    }

    /// What is asked on `due` (what was owed on the due date) for these stretches: the exact sum of
    /// `owed × days × percent / 100 / year`, rounded half-up once, at most the cap. `None` if the
    /// stretches are not in order from the due date on, or the sum is beyond any amount.
    ///
    /// First day in, last day out: a claim due on the 10th and paid on the 11th owes one day.
    #[must_use]
    pub fn on(&self, due: Amount, due_date: NaiveDate, late: &[Overdue]) -> Option<Amount> {
        let mut unit_days: i128 = 0;
        let mut reached = due_date;
        for stretch in late {
            if stretch.from < reached || stretch.to < stretch.from {
                return None;
            }
            let days = self.day_count.days(stretch.from, stretch.to);
            let product = i128::from(stretch.owed.minor()).checked_mul(i128::from(days))?;
            unit_days = unit_days.checked_add(product)?;
            reached = stretch.to;
        }
        let waited = reached.signed_duration_since(due_date).num_days();
        if waited <= i64::from(self.grace_days) {
            return Some(Amount::ZERO);
        }
        let percent = self.percent.normalize();
        let over = 10_i128
            .checked_pow(percent.scale())?
            .checked_mul(100)?
            .checked_mul(i128::from(self.day_count.year_days()))?;
        let asked = Ratio::exact(unit_days.checked_mul(percent.mantissa())?, over).half_up()?;
        match self.cap_percent {
            None => Some(asked),
            Some(cap) => Some(asked.min(Ratio::of(due, cap)?.over(100)?.half_up()?)),
        }
    }

    fn write(&self, w: &mut Writer) {
        w.decimal(self.percent);
        w.text(self.day_count.code());
        w.u8(self.grace_days);
        match self.cap_percent {
            None => w.u8(0),
            Some(cap) => {
                w.u8(1);
                w.decimal(cap);
            }
        }
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        Ok(LateInterest {
            percent: r.decimal()?,
            day_count: DayCount::from_code(&r.text()?)
                .ok_or(CanonicalError::Unlawful("day count"))?,
            grace_days: r.u8()?,
            cap_percent: match r.u8()? {
                0 => None,
                1 => Some(r.decimal()?),
                _ => return Err(CanonicalError::Unlawful("late-fee cap")),
            },
        })
    }
}
