//! The player's own arithmetic, apart from the ledger's: what a quote must come to. Whole numbers
//! only; each published figure is rounded once, half-up.

use chrono::NaiveDate;

use crate::failure::Failure;

/// One part of a percent, per mille or rate is kept to this many decimal places.
const PLACES: u32 = 8;

/// What a quote must come to, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reckoned {
    /// Days from the pay-out, counted, to the due date, not counted.
    pub days: i64,
    /// Interest.
    pub charge: i64,
    /// Each fee, in order.
    pub fees: Vec<i64>,
    /// What arrives on the account.
    pub proceeds: i64,
    /// What the holder gives up.
    pub cost: i64,
    /// The same as percent a year, in ten-thousandths of a percent.
    pub cost_per_year: i64,
}

/// A fee beside the interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReckonedFee {
    /// Minor units.
    Flat(i64),
    /// Per mille of the face, in 10⁻⁸.
    PerMille(i128),
}

/// Reads `2.85` as a whole number of 10⁻⁸.
///
/// # Errors
/// Not plain decimal text.
pub fn rate(text: &str) -> Result<i128, Failure> {
    let wrong = || Failure::story(format!("{text:?} is no rate"));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let places = usize::try_from(PLACES).unwrap_or(8);
    if fraction.len() > places || whole.is_empty() {
        return Err(wrong());
    }
    format!("{whole}{fraction:0<places$}")
        .parse::<u64>()
        .map(i128::from)
        .map_err(|_digits| wrong())
}

/// Reckons a purchase of `face` minor units: interest = face × rate × days / (100 × `year`).
///
/// # Errors
/// Figures outside of any sense.
pub fn quote(
    face: i64,
    annual_percent: i128,
    pay_date: NaiveDate,
    due_date: NaiveDate,
    year: i64,
    holder_fees: &[ReckonedFee],
) -> Result<Reckoned, Failure> {
    let days = due_date.signed_duration_since(pay_date).num_days();
    let charge = half_up(
        product(&[i128::from(face), annual_percent, i128::from(days)])?,
        product(&[100, i128::from(year), scale()])?,
    )?;
    let fees = holder_fees
        .iter()
        .map(|fee| match fee {
            ReckonedFee::Flat(amount) => Ok(*amount),
            ReckonedFee::PerMille(number) => half_up(
                product(&[i128::from(face), *number])?,
                product(&[1000, scale()])?,
            ),
        })
        .collect::<Result<Vec<i64>, Failure>>()?;
    let cost = fees
        .iter()
        .try_fold(charge, |sum, fee| sum.checked_add(*fee))
        .ok_or_else(absurd)?;
    let proceeds = face.checked_sub(cost).ok_or_else(absurd)?;
    let cost_per_year = half_up(
        product(&[i128::from(cost), i128::from(year), 100, 10_000])?,
        product(&[i128::from(proceeds), i128::from(days)])?,
    )?;
    Ok(Reckoned {
        days,
        charge,
        fees,
        proceeds,
        cost,
        cost_per_year,
    })
}

fn scale() -> i128 {
    10_i128.pow(PLACES)
}

fn product(factors: &[i128]) -> Result<i128, Failure> {
    factors
        .iter()
        .try_fold(1_i128, |all, factor| all.checked_mul(*factor))
        .ok_or_else(absurd)
}

/// Divides two positive whole numbers, half-up.
fn half_up(number: i128, by: i128) -> Result<i64, Failure> {
    if number < 0 || by <= 0 {
        return Err(absurd());
    }
    let doubled = number.checked_mul(2).and_then(|n| n.checked_add(by));
    doubled
        .and_then(|n| n.checked_div(by.checked_mul(2)?))
        .and_then(|n| i64::try_from(n).ok())
        .ok_or_else(absurd)
}

fn absurd() -> Failure {
    Failure::story("figures outside of any sense")
}
