//! Reading dates from a cell. Ambiguous orders are never guessed: the mapping must name them.

use chrono::Datelike;
use chrono::NaiveDate;
use serde::Deserialize;
use serde::Serialize;

/// A way to write a date. Month and day may lack their leading nought, except in `yyyymmdd`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateFormat {
    /// ISO 8601, `2026-03-31`.
    #[serde(rename = "yyyy-mm-dd")]
    Iso,
    /// `2026/3/31`.
    #[serde(rename = "yyyy/mm/dd")]
    YearSlash,
    /// `2026年3月31日`.
    #[serde(rename = "yyyy年m月d日")]
    Chinese,
    /// `20260331`.
    #[serde(rename = "yyyymmdd")]
    Compact,
    /// `31/03/2026`.
    #[serde(rename = "dd/mm/yyyy")]
    DayFirst,
    /// `03/31/2026`.
    #[serde(rename = "mm/dd/yyyy")]
    MonthFirst,
    /// `31.03.2026`.
    #[serde(rename = "dd.mm.yyyy")]
    DayFirstDots,
}

/// How an export writes dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DateStyle {
    /// The formats tried.
    pub formats: Vec<DateFormat>,
    /// Whether a time of day after the date is dropped; otherwise only midnight is taken.
    pub drop_time: bool,
}

impl Default for DateStyle {
    /// The four formats that can't be mistaken for one another.
    fn default() -> Self {
        DateStyle {
            formats: vec![
                DateFormat::Iso,
                DateFormat::YearSlash,
                DateFormat::Chinese,
                DateFormat::Compact,
            ],
            drop_time: false,
        }
    }
}

/// Why a cell is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateProblem {
    /// No format of the style fits, or there is no such day.
    Invalid,
    /// Day and month could be either, and the mapping doesn't say which comes first.
    Ambiguous,
    /// Outside the years 1990 to 2099: a slip of the finger, not a trade date.
    OutOfRange,
}

/// Reads a cell by the style.
///
/// # Errors
/// [`DateProblem`].
pub fn read_date(text: &str, style: &DateStyle) -> Result<NaiveDate, DateProblem> {
    let text = without_time(text, style.drop_time).ok_or(DateProblem::Invalid)?;
    let found = style
        .formats
        .iter()
        .find_map(|format| in_format(text, *format));
    let Some(date) = found else {
        let day_and_month = in_format(text, DateFormat::DayFirst)
            .or_else(|| in_format(text, DateFormat::MonthFirst))
            .or_else(|| in_format(text, DateFormat::DayFirstDots));
        return Err(match day_and_month {
            Some(_) => DateProblem::Ambiguous,
            None => DateProblem::Invalid,
        });
    };
    if (1990..2100).contains(&date.year()) {
        Ok(date)
    } else {
        Err(DateProblem::OutOfRange)
    }
}

/// The date's part of `2026-03-31 00:00:00` and `2026-03-31T00:00:00.000`.
fn without_time(text: &str, drop_time: bool) -> Option<&str> {
    let Some((date, time)) = text.split_once([' ', 'T']) else {
        return Some(text);
    };
    let is_time = time.contains(':')
        && time
            .bytes()
            .all(|b| b.is_ascii_digit() || b":.".contains(&b));
    let is_midnight = time.bytes().all(|b| b"0:.".contains(&b));
    (is_time && (drop_time || is_midnight)).then_some(date)
}

fn in_format(text: &str, format: DateFormat) -> Option<NaiveDate> {
    match format {
        DateFormat::Iso => year_first(text.split('-')),
        DateFormat::YearSlash => year_first(text.split('/')),
        DateFormat::Chinese => year_first(text.strip_suffix('日')?.split(['年', '月'])),
        DateFormat::Compact => {
            let (year, rest) = text.split_at_checked(4)?;
            let (month, day) = rest.split_at_checked(2)?;
            (day.len() == 2).then_some(())?;
            year_first([year, month, day].into_iter())
        }
        DateFormat::DayFirst => year_last(text, '/').and_then(|(a, b, y)| date_of(y, b, a)),
        DateFormat::MonthFirst => year_last(text, '/').and_then(|(a, b, y)| date_of(y, a, b)),
        DateFormat::DayFirstDots => year_last(text, '.').and_then(|(a, b, y)| date_of(y, b, a)),
    }
}

fn year_first<'t>(mut parts: impl Iterator<Item = &'t str>) -> Option<NaiveDate> {
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    date_of(year, month, day)
}

fn year_last(text: &str, separator: char) -> Option<(&str, &str, &str)> {
    let mut parts = text.split(separator);
    let found = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then_some(found)
}

fn date_of(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let number = |text: &str, lengths: std::ops::RangeInclusive<usize>| -> Option<u32> {
        let sound = lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        sound.then(|| text.parse().ok()).flatten()
    };
    let year = i32::try_from(number(year, 4..=4)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(month, 1..=2)?, number(day, 1..=2)?)
}
