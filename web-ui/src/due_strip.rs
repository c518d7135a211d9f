//! The strip of due dates ahead: what a holder or a finance provider is paid, and when.

use chrono::Datelike as _;
use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;

use crate::charts::DueMark;
use crate::charts::DueStrip;
use crate::dates;
use crate::i18n::Lang;
use crate::layout::Chart;
use crate::svg::Size;
use crate::words;

/// Shortest strip of due dates, in days.
const STRIP: i64 = 90;

/// What falls due on one day in one currency.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Due {
    /// The day, a business day.
    pub(crate) date: NaiveDate,
    /// All of it together.
    pub(crate) amount: Amount,
    /// In what.
    pub(crate) currency: Currency,
}

/// Draws `due`, soonest first, from `today` on; `None` without any.
pub(crate) fn draw(lang: Lang, today: NaiveDate, due: &[Due]) -> Option<Chart> {
    let last = due.last()?;
    let day_of = |date: NaiveDate| date.signed_duration_since(today).num_days().max(0);
    let days = day_of(last.date).saturating_add(14).max(STRIP);
    let mark = |due: &Due| DueMark {
        day: day_of(due.date),
        value: due.amount.minor(),
        label: format!(
            "{} · {}",
            dates::long(due.date, lang),
            words::money(due.amount, due.currency)
        ),
        short: words::short_money(due.amount.minor(), due.currency, lang),
        overdue: due.date < today,
    };
    let drawn = DueStrip {
        id: "due".to_owned(),
        days,
        months: months(lang, today, days),
        marks: due.iter().map(mark).collect(),
        title: lang.text("due-dates"),
        description: lang.text_with("due-dates-count", &[("count", &due.len())]),
    };
    Some(Chart {
        narrow: drawn.draw(Size::Narrow),
        wide: drawn.draw(Size::Wide),
    })
}

/// Today and the first of each month on the strip; the first of them tells the year, and so does
/// January.
pub(crate) fn months(lang: Lang, today: NaiveDate, days: i64) -> Vec<(i64, String)> {
    let mut marks = vec![(0, lang.text("day-today"))];
    let mut first = today.with_day(1);
    while let Some(month) = first.and_then(|first| first.checked_add_months(chrono::Months::new(1)))
    {
        let day = month.signed_duration_since(today).num_days();
        if day > days {
            break;
        }
        let name = if marks.len() == 1 || month.month() == 1 {
            dates::month(month, lang)
        } else {
            dates::month_short(month, lang)
        };
        marks.push((day, name));
        first = Some(month);
    }
    marks
}
