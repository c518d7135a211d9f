//! Dates and times as people read them.

use chrono::DateTime;
use chrono::Datelike as _;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_app::business_time;

use crate::i18n::Lang;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn month_name(date: NaiveDate) -> &'static str {
    usize::try_from(date.month0())
        .ok()
        .and_then(|at| MONTHS.get(at))
        .copied()
        .unwrap_or_default()
}

/// `20 Nov 2026`, `2026年11月20日`.
#[must_use]
pub fn long(date: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Lang::En => format!("{} {} {}", date.day(), month_name(date), date.year()),
    }
}

/// `Nov 2026`, `2026年11月`.
#[must_use]
pub fn month(date: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月", date.year(), date.month()),
        Lang::En => format!("{} {}", month_name(date), date.year()),
    }
}

/// Months under columns: with the year as long as that fits under each, else short.
#[must_use]
pub fn column_month(date: NaiveDate, columns: usize, lang: Lang) -> String {
    if columns <= 6 {
        month(date, lang)
    } else {
        month_short(date, lang)
    }
}

/// For under a column: `Nov`, `11月`.
#[must_use]
pub fn month_short(date: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}月", date.month()),
        Lang::En => month_name(date).to_owned(),
    }
}

/// A moment on the platform's clocks: `20 Nov 2026 14:05`.
#[must_use]
pub fn moment(at: DateTime<Utc>, lang: Lang) -> String {
    let local = business_time::local(at);
    format!("{} {}", long(local.date(), lang), local.format("%H:%M"))
}
