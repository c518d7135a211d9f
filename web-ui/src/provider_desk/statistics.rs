//! A finance provider's own figures, with a chart, and as a file.

use actix_web::HttpResponse;
use actix_web::web;
use chrono::NaiveDate;
use ledger_app::currency_totals::CurrencyTotals;
use ledger_app::error::AppError;
use ledger_app::provider_statistics;
use ledger_app::provider_statistics::Line;
use ledger_app::provider_statistics::Statistics;
use ledger_app::provider_statistics::Sums;
use ledger_core::currency::Currency;

use crate::answer::Answer;
use crate::charts::Column;
use crate::charts::Columns;
use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::layout::Chart;
use crate::pages::statistics::StatisticsLine;
use crate::pages::statistics::StatisticsPage;
use crate::session::Signed;
use crate::supplier::phrases::percent;
use crate::supplier::phrases::query;
use crate::svg::Size;
use crate::words;

const HERE: &str = "/desk/statistics";

/// Most columns that can be told apart.
const COLUMNS: usize = 24;

async fn show(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let mut form = query(who);
        let (from, to) = (day(&mut form, "from"), day(&mut form, "to"));
        let (app, person) = (&who.portal.app, &who.principal);
        match provider_statistics::run(app, person, from, to) {
            Ok(found) => who.page(&view(who, form, &found)?),
            Err(error) => {
                form.refuse("to", "see_above");
                let who = who.refused(error)?;
                let usual = provider_statistics::run(app, person, None, None)?;
                who.page_again(&view(&who, form, &usual)?)
            }
        }
    })
    .await
}

fn day(form: &mut Form, name: &str) -> Option<NaiveDate> {
    if form.text(name).is_empty() {
        return None;
    }
    form.date(name)
}

fn view(who: &Signed, mut form: Form, found: &Statistics) -> Result<StatisticsPage, AppError> {
    let lang = who.lang;
    for (name, day) in [("from", found.from), ("to", found.to)] {
        if form.text(name).is_empty() {
            form.push(name, &day.to_string());
        }
    }
    let currency = |_of: &()| String::new();
    let tenor = |of: &provider_statistics::Tenor| lang.text(&format!("tenor-{}", of.word()));
    let tables = vec![
        (
            lang.text("statistics-by-currency"),
            lines(&found.totals, currency),
        ),
        (
            lang.text("statistics-by-month"),
            lines(&found.months, |of| dates::month(*of, lang)),
        ),
        (
            lang.text("statistics-by-obligor"),
            lines(&found.obligors, String::clone),
        ),
        (
            lang.text("statistics-by-tenor"),
            lines(&found.tenors, tenor),
        ),
    ];
    Ok(StatisticsPage {
        shell: who.shell()?,
        chart: chart(lang, found),
        tables,
        file: format!("{HERE}.csv?from={}&to={}", found.from, found.to),
        form,
    })
}

fn lines<K>(of: &[Line<K>], name: impl Fn(&K) -> String) -> Vec<StatisticsLine> {
    of.iter()
        .map(|line| {
            let name = name(&line.of);
            let of = if name.is_empty() {
                line.currency.to_string()
            } else {
                name
            };
            shown(of, line.currency, &line.sums)
        })
        .collect()
}

fn shown(of: String, currency: Currency, sums: &Sums) -> StatisticsLine {
    let money = |minor: i128| {
        let mut one = CurrencyTotals::default();
        one.add_minor(minor, currency);
        words::totals(&one)
    };
    StatisticsLine {
        of,
        purchases: sums.purchases.to_string(),
        bought: money(sums.bought),
        held: money(sums.held),
        overdue: money(sums.overdue),
        matured: money(sums.matured),
        returned: money(sums.returned),
        passed_on: money(sums.passed_on()),
        charge: sums
            .average_charge()
            .map_or_else(|| "–".to_owned(), percent),
    }
}

/// Bought by month in the currency in which most was bought; other currencies stand in the tables.
fn chart(lang: Lang, found: &Statistics) -> Option<Chart> {
    let main = found.totals.iter().max_by_key(|line| line.sums.bought)?;
    let months: Vec<&Line<NaiveDate>> = found
        .months
        .iter()
        .filter(|line| line.currency == main.currency)
        .collect();
    let skip = months.len().saturating_sub(COLUMNS);
    let columns = months.into_iter().skip(skip).map(|line| {
        let minor = i64::try_from(line.sums.bought).unwrap_or(i64::MAX);
        Column {
            label: dates::month_short(line.of, lang),
            value: minor,
            short: words::short_money(minor, line.currency, lang),
            marked: line.sums.overdue > 0,
        }
    });
    let drawn = Columns {
        id: "bought".to_owned(),
        columns: columns.collect(),
        title: lang.text("statistics-chart"),
        description: lang.text("statistics-chart-says"),
    };
    Some(Chart {
        narrow: drawn.draw(Size::Narrow),
        wide: drawn.draw(Size::Wide),
    })
}

async fn file(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let mut form = query(who);
        let (from, to) = (day(&mut form, "from"), day(&mut form, "to"));
        let found = provider_statistics::run(&who.portal.app, &who.principal, from, to)?;
        Ok(Answer::file(
            format!("statistics-{}-{}.csv", found.from, found.to),
            "text/csv; charset=utf-8",
            provider_statistics::csv(&found).into_bytes(),
        ))
    })
    .await
}

/// Mounts the pages.
pub(super) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(show))
        .route("/desk/statistics.csv", web::get().to(file));
}
