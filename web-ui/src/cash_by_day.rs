//! A plan of money in one currency, drawn and written for people.

use chrono::Days;
use chrono::NaiveDate;
use ledger_app::currency_totals::CurrencyTotals;
use ledger_core::cash_plan::CashPlan;
use ledger_core::cash_plan::PlannedDay;
use ledger_core::currency::Currency;

use crate::cash_chart::CashChart;
use crate::cash_chart::CashLine;
use crate::charts::DueMark;
use crate::dates;
use crate::due_strip;
use crate::i18n::Lang;
use crate::layout::Chart;
use crate::layout::Figure;
use crate::pages::cash::CashByDay;
use crate::pages::cash::CashRow;
use crate::supplier::phrases;
use crate::svg::Size;
use crate::words;

/// Shortest span that is drawn, in days.
const SPAN: i64 = 90;

/// A plan with the words for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown<'a> {
    /// Language of the page.
    pub(crate) lang: Lang,
    /// The business date.
    pub(crate) today: NaiveDate,
    /// In what.
    pub(crate) currency: Currency,
    /// The money.
    pub(crate) plan: &'a CashPlan,
}

/// One running total to be drawn: class, name, plan.
pub(crate) type Line<'a> = (&'static str, String, &'a CashPlan);

impl Shown<'_> {
    /// Chart, figures and table under `title`; `within` is the key of the figures' label.
    pub(crate) fn section(&self, title: String, within: &str) -> CashByDay {
        let name = title.clone();
        CashByDay {
            figures: self.figures(within),
            chart: self.chart(title.clone(), &[("way-hold", name, self.plan)]),
            rows: self.plan.days().iter().map(|day| self.row(day)).collect(),
            title,
        }
    }

    /// Minor units of the plan's currency in words.
    pub(crate) fn money(&self, minor: i128) -> String {
        let mut sum = CurrencyTotals::default();
        sum.add_minor(minor, self.currency);
        words::totals(&sum)
    }

    fn figures(&self, within: &str) -> Vec<Figure> {
        let figure = |days: u32| {
            let last = self.today.checked_add_days(Days::new(days.into()));
            Figure {
                label: self.lang.text_with(within, &[("days", &days)]),
                value: self.money(self.plan.up_to(last.unwrap_or(self.today))),
                note: String::new(),
            }
        };
        let mut figures: Vec<Figure> = [7, 30, 90].into_iter().map(figure).collect();
        figures.push(Figure {
            label: self.lang.text("cash-total"),
            value: self.money(self.plan.total()),
            note: String::new(),
        });
        figures
    }

    fn row(&self, day: &PlannedDay) -> CashRow {
        CashRow {
            date: dates::long(day.date, self.lang),
            when: phrases::when(self.lang, self.today, day.date),
            amount: self.money(day.minor),
            running: self.money(day.running),
            late: day.date < self.today,
        }
    }

    /// The plan's days, with the running totals of `lines`.
    pub(crate) fn chart(&self, title: String, lines: &[Line<'_>]) -> Chart {
        let day_of = |date: NaiveDate| date.signed_duration_since(self.today).num_days().max(0);
        let planned = self.plan.days();
        let last = lines.iter().flat_map(|(_, _, plan)| plan.days());
        let last = last.map(|day| day_of(day.date)).max().unwrap_or(0);
        let days = last.saturating_add(14).max(SPAN);
        let drawn = CashChart {
            id: format!("cash-{}-{}", lines.len(), self.currency),
            days,
            months: due_strip::months(self.lang, self.today, days),
            lines: lines
                .iter()
                .map(|(class, name, plan)| CashLine {
                    class,
                    label: format!("{name} · {}", self.money(plan.total())),
                    steps: plan
                        .days()
                        .iter()
                        .map(|day| (day_of(day.date), drawable(day.running)))
                        .collect(),
                    short: words::short_money(drawable(plan.total()), self.currency, self.lang),
                })
                .collect(),
            marks: planned
                .iter()
                .map(|day| DueMark {
                    day: day_of(day.date),
                    value: drawable(day.minor),
                    label: format!(
                        "{} · {}",
                        dates::long(day.date, self.lang),
                        self.money(day.minor)
                    ),
                    short: words::short_money(drawable(day.minor), self.currency, self.lang),
                    overdue: day.date < self.today,
                })
                .collect(),
            title,
            description: self.lang.text_with(
                "cash-described",
                &[
                    ("count", &planned.len()),
                    ("total", &self.money(self.plan.total())),
                ],
            ),
        };
        Chart {
            narrow: drawn.draw(Size::Narrow),
            wide: drawn.draw(Size::Wide),
        }
    }
}

/// Minor units as far as a drawing goes.
fn drawable(minor: i128) -> i64 {
    i64::try_from(minor).unwrap_or(i64::MAX)
}
