//! Reads what pages show to people: amounts, dates, printed ranges, paper numbers.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;

use crate::failure::Doing;
use crate::failure::Failure;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Minor units of a story's amount in yuan: `1200000.00`.
///
/// # Errors
/// Not an amount.
pub fn yuan(text: &str) -> Result<i64, Failure> {
    Amount::parse(text, Currency::CNY)
        .map(Amount::minor)
        .doing(&format!("amount {text:?} of the story"))
}

/// Minor units as people read them: `1,200,000.00`.
#[must_use]
pub fn grouped(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    Amount::from_minor(minor.saturating_abs()).map_or_else(
        |_beyond| minor.to_string(),
        |amount| format!("{sign}{}", amount.to_grouped(Currency::CNY)),
    )
}

/// The one amount with two places in a text such as `¥1,200,000.00`, in minor units. `None` if
/// there is none, or more than one.
#[must_use]
pub fn amount(text: &str) -> Option<i64> {
    let all = amounts(text);
    match all.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

/// Every amount with two places in a text, in minor units.
#[must_use]
pub fn amounts(text: &str) -> Vec<i64> {
    text.split(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.'))
        .filter_map(|piece| {
            let plain = piece.trim_matches([',', '.']).replace(',', "");
            let (_, fraction) = plain.split_once('.')?;
            if fraction.len() == 2 {
                yuan(&plain).ok()
            } else {
                None
            }
        })
        .collect()
}

/// Whether the first number of a text such as `3.12 %` is `ten_thousandths` of a percent, rounded
/// half-up to the places that are shown.
#[must_use]
pub fn percent_fits(text: &str, ten_thousandths: i64) -> bool {
    let number = text
        .split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .find(|piece| piece.starts_with(|c: char| c.is_ascii_digit()));
    let Some((whole, fraction)) = number.and_then(|number| number.split_once('.')) else {
        return false;
    };
    let Some(dropped) = 4_usize.checked_sub(fraction.len()) else {
        return false;
    };
    let unit = 10_i64.saturating_pow(u32::try_from(dropped).unwrap_or(0));
    let rounded = ten_thousandths.saturating_add(unit / 2).checked_div(unit);
    let shown: Result<i64, _> = format!("{whole}{fraction}").parse();
    shown.is_ok() && shown.ok() == rounded
}

/// `ten_thousandths` of a percent as people read them: `3.1234 %`.
#[must_use]
pub fn percent_words(ten_thousandths: i64) -> String {
    format!(
        "{}.{:04} %",
        ten_thousandths / 10_000,
        ten_thousandths % 10_000
    )
}

/// A date as pages write it: `20 Nov 2026`, `2026年11月20日`, `2026-11-20`; words around it don't
/// matter.
#[must_use]
pub fn date(text: &str) -> Option<NaiveDate> {
    let numbers: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|piece| piece.parse().ok())
        .collect();
    let month = MONTHS
        .iter()
        .zip(1_u32..)
        .find(|(name, _)| text.split_whitespace().any(|word| word == **name));
    match (month, numbers.as_slice()) {
        (Some((_, month)), [day, year, ..]) => {
            NaiveDate::from_ymd_opt(i32::try_from(*year).ok()?, month, *day)
        }
        (None, [year, month, day, ..]) => {
            NaiveDate::from_ymd_opt(i32::try_from(*year).ok()?, *month, *day)
        }
        _ => None,
    }
}

/// A printed range, 1-based and inclusive: `1-120000000`, perhaps with grouped digits.
#[must_use]
pub fn range(text: &str) -> Option<(i64, i64)> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != ',')
        .map(|c| {
            if matches!(c, '–' | '—' | '−') {
                '-'
            } else {
                c
            }
        })
        .collect();
    plain
        .split(|c: char| !(c.is_ascii_digit() || c == '-'))
        .find_map(|piece| {
            let (first, last) = piece.split_once('-')?;
            let (first, last) = (first.parse().ok()?, last.parse().ok()?);
            (first >= 1 && first <= last).then_some((first, last))
        })
}

/// Ranges for people.
#[must_use]
pub fn ranges(ranges: &[(i64, i64)]) -> String {
    let all: Vec<String> = ranges
        .iter()
        .map(|(first, last)| format!("{first}-{last}"))
        .collect();
    all.join(" and ")
}

/// The digits of a paper number shown in groups, if there are thirty.
#[must_use]
pub fn paper_number(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let good = digits.len() == 30 && digits.bytes().all(|b| b.is_ascii_digit());
    good.then_some(digits)
}
