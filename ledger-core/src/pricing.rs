//! Pricing a discount: what the finance provider keeps, what the supplier gets today.
//!
//! Interest = face × rate × days / year. All products are exact integers; every published number
//! is rounded once, half-up to the minor unit, and days / year is never rounded by itself.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::amount::Amount;
use crate::calendar::Calendar;
use crate::calendar::Roll;
use crate::calendar_year::CalendarError;
use crate::calendar_year::Standing;
use crate::day_count::DayCount;
use crate::fee::Fee;
use crate::fee::FeeCharge;
use crate::fee::FeeKind;
use crate::fee::Payer;
use crate::ratio::Ratio;

/// The price of money, as quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rate {
    /// Percent a year: `5.5` is 5.50 %.
    AnnualPercent(Decimal),
    /// Per mille a month (月利率 ‰): `3` is 3 ‰, that is 3.6 % a year.
    MonthlyPerMille(Decimal),
}

impl Rate {
    /// As percent a year: per mille a month × 12 / 10, exactly, since a rate per month goes only
    /// with a year of twelve months of 30 days.
    #[must_use]
    pub fn annual_percent(self) -> Decimal {
        match self {
            Rate::AnnualPercent(percent) => percent,
            Rate::MonthlyPerMille(per_mille) => per_mille.saturating_mul(Decimal::new(12, 1)),
        }
    }
}

/// The terms of one discount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscountTerms {
    /// The rate.
    pub rate: Rate,
    /// The day-count convention.
    pub day_count: DayCount,
    /// Fees beside the interest.
    pub fees: Vec<Fee>,
    /// Percent of the interest that the obligor bears (买方付息), 0 to 100.
    pub buyer_paid_share: Decimal,
    /// How a maturity on a closed day moves. The extra days bear interest.
    pub roll: Roll,
    /// Days in transit added to the count: 3 for some paper bills of another city, 0 for anything
    /// electronic. They bear interest and don't move the due date.
    pub transit_days: u8,
}

/// One fee, reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeeLine {
    /// What for.
    pub kind: FeeKind,
    /// Who pays.
    pub payer: Payer,
    /// How much.
    pub amount: Amount,
}

/// A priced discount. `proceeds + holder_charge + holder_fees` is the face exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// Interest days by the convention, from the discount date (counted) to the due date (not
    /// counted), with the days in transit.
    pub days: i64,
    /// The maturity after the holiday roll.
    pub due_date: NaiveDate,
    /// The discount interest, rounded.
    pub charge: Amount,
    /// The obligor's part of the interest: rounded interest × share, rounded.
    pub buyer_share: Amount,
    /// The holder's part of the interest: the rest.
    pub holder_charge: Amount,
    /// Every fee, in the order of the terms.
    pub fees: Vec<FeeLine>,
    /// Sum of the fees the holder pays.
    pub holder_fees: Amount,
    /// Sum of the fees the finance provider pays.
    pub funder_fees: Amount,
    /// Sum of the fees the obligor pays.
    pub obligor_fees: Amount,
    /// What the holder receives today.
    pub proceeds: Amount,
    /// All that the holder gives up over what he gets, as percent a year, 4 places.
    pub annualised_cost: Decimal,
    /// Whether the calendar's table of the due date is only provisional: the date may still move.
    pub provisional: bool,
}

/// Why a discount can't be priced. Checked in this order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PricingError {
    /// A face of zero.
    #[error("there is nothing to discount: the amount is zero")]
    FaceZero,
    /// Discounting on or after the maturity.
    #[error("the discount date must lie before the maturity")]
    DateNotBeforeMaturity,
    /// A rate below zero.
    #[error("a rate can't be negative")]
    RateNegative,
    /// A rate that must be a slip of the keyboard.
    #[error("a rate above 100 % a year (or 1,000 ‰ of the face) is not accepted")]
    RateAbsurd,
    /// A rate with more than eight decimal places.
    #[error("a rate has eight decimal places at most")]
    RateTooPrecise,
    /// A rate per month with a day count that has no month of 30 days.
    #[error("a rate per month needs a day count with months of 30 days, not Actual/365")]
    RateNeedsMonths,
    /// The obligor's share is not a percentage.
    #[error("the obligor's share of the interest is a percentage from 0 to 100")]
    ShareOutOfRange,
    /// The due date can't be found.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The convention counts no day between the two dates.
    #[error("the day count finds no day between the discount date and the due date")]
    NoInterestDays,
    /// Charge and fees eat up the face.
    #[error("interest and fees leave the holder nothing")]
    ProceedsNotPositive,
}

impl PricingError {
    /// Stable code shown to users and machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            PricingError::FaceZero => "discount_face_zero",
            PricingError::DateNotBeforeMaturity => "discount_not_before_maturity",
            PricingError::RateNegative => "rate_negative",
            PricingError::RateAbsurd => "rate_absurd",
            PricingError::RateTooPrecise => "rate_too_precise",
            PricingError::RateNeedsMonths => "rate_needs_months",
            PricingError::ShareOutOfRange => "buyer_share_out_of_range",
            PricingError::Calendar(error) => error.code(),
            PricingError::NoInterestDays => "discount_no_interest_days",
            PricingError::ProceedsNotPositive => "discount_proceeds_not_positive",
        }
    }
}

/// Prices the discount of `face` on `discount_date`. Pure: the same arguments, the same price.
///
/// # Errors
/// What [`PricingError`] says, in its order.
pub fn price(
    face: Amount,
    discount_date: NaiveDate,
    maturity: NaiveDate,
    calendar: &Calendar,
    terms: &DiscountTerms,
) -> Result<Price, PricingError> {
    check_deal(face, discount_date, maturity, terms)?;
    let due_date = calendar.adjust(maturity, terms.roll)?;
    let provisional = terms.roll != Roll::None
        && (calendar.standing(maturity)? == Standing::Provisional
            || calendar.standing(due_date)? == Standing::Provisional);
    Ok(Price {
        provisional,
        ..reckoned(face, discount_date, due_date, terms)?
    })
}

/// [`price`] up to a due date that is already fixed: no calendar is asked, the roll of the terms has
/// been done.
///
/// # Errors
/// What [`PricingError`] says, in its order.
pub fn price_until(
    face: Amount,
    discount_date: NaiveDate,
    due_date: NaiveDate,
    terms: &DiscountTerms,
) -> Result<Price, PricingError> {
    check_deal(face, discount_date, due_date, terms)?;
    reckoned(face, discount_date, due_date, terms)
}

fn check_deal(
    face: Amount,
    discount_date: NaiveDate,
    maturity: NaiveDate,
    terms: &DiscountTerms,
) -> Result<(), PricingError> {
    if face.is_zero() {
        return Err(PricingError::FaceZero);
    }
    if discount_date >= maturity {
        return Err(PricingError::DateNotBeforeMaturity);
    }
    check_terms(terms)
}

fn reckoned(
    face: Amount,
    discount_date: NaiveDate,
    due_date: NaiveDate,
    terms: &DiscountTerms,
) -> Result<Price, PricingError> {
    let counted = terms.day_count.days(discount_date, due_date);
    if counted <= 0 {
        return Err(PricingError::NoInterestDays);
    }
    let days = counted + i64::from(terms.transit_days);
    let charge = interest(face, terms.rate, terms.day_count, days)?;
    let buyer_share = Ratio::of(charge, terms.buyer_paid_share)
        .and_then(|ratio| ratio.over(100))
        .and_then(Ratio::half_up)
        .ok_or(PricingError::ShareOutOfRange)?;
    let fees = fee_lines(face, terms, days)?;
    let of = |payer| fee_sum(&fees, payer);
    let (holder_fees, funder_fees, obligor_fees) =
        (of(Payer::Holder)?, of(Payer::Funder)?, of(Payer::Obligor)?);
    let left = |from: Amount, less: Amount| {
        from.checked_sub(less)
            .ok_or(PricingError::ProceedsNotPositive)
    };
    let holder_charge = left(charge, buyer_share)?;
    let proceeds = left(left(face, holder_charge)?, holder_fees)?;
    if proceeds.is_zero() {
        return Err(PricingError::ProceedsNotPositive);
    }
    let cost = left(face, proceeds)?;
    Ok(Price {
        days,
        due_date,
        charge,
        buyer_share,
        holder_charge,
        fees,
        holder_fees,
        funder_fees,
        obligor_fees,
        proceeds,
        annualised_cost: percent_4(
            i128::from(cost.minor()),
            i128::from(proceeds.minor()),
            terms.day_count.year_days(),
            days,
        )
        .ok_or(PricingError::ProceedsNotPositive)?,
        provisional: false,
    })
}

/// Simple interest on `face` for `days`, rounded half-up once.
///
/// # Errors
/// The rate is negative, absurd, too precise, or monthly under a day count without months;
/// `days` is negative; the interest is beyond any amount.
pub fn interest(
    face: Amount,
    rate: Rate,
    day_count: DayCount,
    days: i64,
) -> Result<Amount, PricingError> {
    check_rate(rate, day_count)?;
    if days < 0 {
        return Err(PricingError::NoInterestDays);
    }
    let (number, over) = match rate {
        Rate::AnnualPercent(percent) => (percent, 100 * day_count.year_days()),
        Rate::MonthlyPerMille(per_mille) => {
            let month = day_count
                .month_days()
                .ok_or(PricingError::RateNeedsMonths)?;
            (per_mille, 1000 * month)
        }
    };
    Ratio::of(face, number)
        .and_then(|ratio| ratio.times(days))
        .and_then(|ratio| ratio.over(over))
        .and_then(Ratio::half_up)
        .ok_or(PricingError::ProceedsNotPositive)
}

/// What the buyer earns a year by paying early for a discount, as percent with 4 places:
/// d / (1 − d) × 365 / days early. "2/10 net 30" is 2 percent for 20 days: 37.24 %.
/// `None` unless 0 ≤ discount < 100 and at least one day is gained.
#[must_use]
pub fn annualised_dynamic_discount(discount_percent: Decimal, days_early: u32) -> Option<Decimal> {
    let hundred = Decimal::ONE_HUNDRED;
    if discount_percent.is_sign_negative() || discount_percent >= hundred || days_early == 0 {
        return None;
    }
    let d = discount_percent.normalize();
    if d.scale() > MAX_RATE_PLACES {
        return None;
    }
    let one = 100 * 10_i128.checked_pow(d.scale())?;
    let rest = one.checked_sub(d.mantissa())?;
    percent_4(d.mantissa(), rest, 365, i64::from(days_early))
}

const MAX_RATE_PLACES: u32 = 8;

fn check_number(number: Decimal, most: i64) -> Result<(), PricingError> {
    if number.is_sign_negative() && !number.is_zero() {
        Err(PricingError::RateNegative)
    } else if number > Decimal::from(most) {
        Err(PricingError::RateAbsurd)
    } else if number.normalize().scale() > MAX_RATE_PLACES {
        Err(PricingError::RateTooPrecise)
    } else {
        Ok(())
    }
}

fn check_rate(rate: Rate, day_count: DayCount) -> Result<(), PricingError> {
    match rate {
        Rate::AnnualPercent(percent) => check_number(percent, 100),
        Rate::MonthlyPerMille(per_mille) => {
            check_number(per_mille, 1000)?;
            // Annual percent = monthly per mille × 1.2.
            if per_mille * Decimal::new(12, 1) > Decimal::ONE_HUNDRED {
                return Err(PricingError::RateAbsurd);
            }
            match day_count.month_days() {
                Some(_) => Ok(()),
                None => Err(PricingError::RateNeedsMonths),
            }
        }
    }
}

/// Checks rate, fees and share alone, without a deal.
///
/// # Errors
/// What [`PricingError`] says about rates and shares, in its order.
pub fn check_terms(terms: &DiscountTerms) -> Result<(), PricingError> {
    check_rate(terms.rate, terms.day_count)?;
    for fee in &terms.fees {
        match fee.charge() {
            FeeCharge::Flat(_) => {}
            FeeCharge::PerMilleOfFace(number) => check_number(number, 1000)?,
            FeeCharge::AnnualOnFace(number) => check_number(number, 100)?,
        }
    }
    check_number(terms.buyer_paid_share, 100).map_err(|error| match error {
        PricingError::RateTooPrecise => error,
        _ => PricingError::ShareOutOfRange,
    })
}

fn fee_lines(face: Amount, terms: &DiscountTerms, days: i64) -> Result<Vec<FeeLine>, PricingError> {
    let line = |fee: &Fee| {
        let amount = match fee.charge() {
            FeeCharge::Flat(amount) => Some(amount),
            FeeCharge::PerMilleOfFace(number) => Ratio::of(face, number)
                .and_then(|ratio| ratio.over(1000))
                .and_then(Ratio::half_up),
            FeeCharge::AnnualOnFace(number) => Ratio::of(face, number)
                .and_then(|ratio| ratio.times(days))
                .and_then(|ratio| ratio.over(100 * terms.day_count.year_days()))
                .and_then(Ratio::half_up),
        };
        Ok(FeeLine {
            kind: fee.kind(),
            payer: fee.payer(),
            amount: amount.ok_or(PricingError::ProceedsNotPositive)?,
        })
    };
    terms.fees.iter().map(line).collect()
}

fn fee_sum(fees: &[FeeLine], payer: Payer) -> Result<Amount, PricingError> {
    fees.iter()
        .filter(|line| line.payer == payer)
        .try_fold(Amount::ZERO, |sum, line| sum.checked_add(line.amount))
        .ok_or(PricingError::ProceedsNotPositive)
}

/// `part / whole × year / days` as percent, half-up to 4 places, exactly.
pub(crate) fn percent_4(part: i128, whole: i128, year_days: i64, days: i64) -> Option<Decimal> {
    let ratio = Ratio::exact(part.checked_mul(100 * 10_000)?, whole);
    let rounded = ratio.times(year_days)?.over(days)?.round()?;
    Decimal::try_from_i128_with_scale(rounded, 4).ok()
}
