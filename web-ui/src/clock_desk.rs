//! The 60-day clock of what an obligor owes small and medium suppliers: who has to be asked, who has
//! chosen, who was kept waiting; the breaches as a file.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::clock_view;
use ledger_app::clock_view::ByClass;
use ledger_app::clock_view::ClockItem;
use ledger_app::clock_view::ClockView;
use ledger_app::clock_view::ClocksListed;
use ledger_app::clock_view::standing_so;
use ledger_app::error::AppError;
use ledger_app::supplier_clock::ClockStanding;
use ledger_core::currency::Currency;
use ledger_core::id::PayableId;
use ledger_core::payment_clock::PaymentClock;

use crate::answer::Answer;
use crate::clock_bar;
use crate::clock_bar::ClockDays;
use crate::dates;
use crate::file_templates::CSV;
use crate::i18n::Lang;
use crate::import_problems::csv_line;
use crate::pages::clock::ClassLine;
use crate::pages::clock::ClockLine;
use crate::pages::clock::ClockPage;
use crate::session::Signed;
use crate::share_bar;
use crate::share_bar::Part;
use crate::share_bar::ShareBar;
use crate::share_bar::Weight;
use crate::words::money;
use crate::words::paper_number;
use crate::words::totals;

const HERE: &str = "/treasury/clock";

/// Debts on a page.
const PAGE: i64 = 50;

/// The order in which standings are shown: what is to be done first.
const STANDINGS: [ClockStanding; 5] = [
    ClockStanding::Breach,
    ClockStanding::ToChoose,
    ClockStanding::Chosen,
    ClockStanding::InTime,
    ClockStanding::Unknown,
];

/// What can be listed, as it stands in the address.
const LISTED: [(&str, ClocksListed); 3] = [
    ("past", ClocksListed::UnpaidPast),
    ("all", ClocksListed::Unpaid),
    ("breaches", ClocksListed::Past),
];

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/treasury/clock", web::get().to(page))
        .route("/treasury/clock.csv", web::get().to(file));
}

/// The list that is asked for, and its name.
fn listed(query: &[(String, String)]) -> (&'static str, ClocksListed) {
    let asked = query.iter().find(|(name, _)| name == "list");
    let known = LISTED
        .into_iter()
        .find(|(word, _)| asked.is_some_and(|(_, asked)| asked == word));
    known.unwrap_or(LISTED[0])
}

async fn page(who: Signed, query: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let query = query.into_inner();
    let (word, list) = listed(&query);
    let after = query.into_iter().find(|(name, _)| name == "after");
    who.answer(move |who| {
        let after = after
            .map(|(_, id)| PayableId::parse(&id).map_err(|_not_hex| AppError::NotFound))
            .transpose()?;
        let found = clock_view::view(&who.portal.app, &who.principal, list, after, PAGE)?;
        who.page(&view(who, word, &found)?)
    })
    .await
}

fn view(who: &Signed, word: &'static str, found: &ClockView) -> Result<ClockPage, AppError> {
    let lang = who.lang;
    let whole = found
        .page
        .iter()
        .filter_map(|item| Some(days(item, found)?.longest()));
    let whole = whole.max().unwrap_or(1);
    Ok(ClockPage {
        shell: who.shell()?,
        obliged: found.obliged,
        bars: bars(&found.unpaid, lang),
        classes: classes(&found.unpaid, lang),
        asks: sentence("clock-asks", &found.unpaid, ClockStanding::ToChoose, lang),
        breaches: sentence("clock-breaches", &found.unpaid, ClockStanding::Breach, lang),
        lists: LISTED
            .iter()
            .map(|(one, _)| {
                let href = format!("{HERE}?list={one}");
                (href, lang.text(&format!("clock-list-{one}")), *one == word)
            })
            .collect(),
        lead: lang.text(&format!("clock-lead-{word}")),
        lines: found
            .page
            .iter()
            .map(|item| line(item, found, whole, lang))
            .collect(),
        next: found
            .next
            .map(|id| format!("{HERE}?list={word}&after={id}"))
            .unwrap_or_default(),
    })
}

/// How many stand so and how much that is; nothing if none does.
fn sentence(key: &str, by: &ByClass, standing: ClockStanding, lang: Lang) -> Option<String> {
    let counted = standing_so(by, standing);
    (counted.debts > 0).then(|| {
        let total = totals(&counted.amount);
        lang.text_with(key, &[("count", &counted.debts), ("total", &total)])
    })
}

const fn weight(standing: ClockStanding) -> Weight {
    match standing {
        ClockStanding::Breach => Weight::Bad,
        ClockStanding::ToChoose => Weight::Watch,
        ClockStanding::Chosen => Weight::Own,
        ClockStanding::InTime => Weight::Good,
        ClockStanding::Unknown => Weight::Soft,
    }
}

/// One bar a currency: how the whole is shared out among the standings.
fn bars(by: &ByClass, lang: Lang) -> Vec<ShareBar> {
    let mut sums: BTreeMap<Currency, BTreeMap<ClockStanding, i128>> = BTreeMap::new();
    for ((_, standing), counted) in by {
        for (currency, minor) in counted.amount.iter() {
            let of = sums
                .entry(currency)
                .or_default()
                .entry(*standing)
                .or_default();
            *of = of.saturating_add(minor);
        }
    }
    let bar = |(currency, parts): (Currency, BTreeMap<ClockStanding, i128>)| {
        let words = |minor: i128| {
            let mut sum = ledger_app::currency_totals::CurrencyTotals::default();
            sum.add_minor(minor, currency);
            totals(&sum)
        };
        let whole = words(parts.values().sum());
        let part = |standing: ClockStanding| {
            let value = parts.get(&standing).copied()?;
            Some(Part {
                weight: weight(standing),
                value,
                label: lang.text(&format!("clock-standing-{}", standing.code())),
                words: words(value),
            })
        };
        share_bar::draw(
            &format!("clock-{currency}"),
            lang.text_with("clock-whole", &[("total", &whole)]),
            STANDINGS.into_iter().filter_map(part).collect(),
        )
    };
    sums.into_iter().map(bar).collect()
}

fn size(class: &str, lang: Lang) -> String {
    lang.text(&format!("size-{}", class.replace('_', "-")))
}

/// A line for each size of suppliers: how many debts stand how.
fn classes(by: &ByClass, lang: Lang) -> Vec<ClassLine> {
    let mut sizes: Vec<_> = by.keys().map(|(size, _)| *size).collect();
    sizes.dedup();
    sizes
        .into_iter()
        .map(|class| {
            let of = |standing| by.get(&(class, standing)).cloned().unwrap_or_default();
            ClassLine {
                size: size(class.word(), lang),
                cells: STANDINGS
                    .into_iter()
                    .map(|standing| {
                        let counted = of(standing);
                        let label = lang.text(&format!("clock-standing-{}", standing.code()));
                        let sum = match counted.debts {
                            0 => String::new(),
                            _ => totals(&counted.amount),
                        };
                        (label, counted.debts.to_string(), sum)
                    })
                    .collect(),
            }
        })
        .collect()
}

/// Its days, as far as they can be told.
fn days(item: &ClockItem, found: &ClockView) -> Option<ClockDays> {
    let clock = item.clock?;
    let since = |day: chrono::NaiveDate| day.signed_duration_since(clock.started_on).num_days();
    Some(ClockDays {
        allowed: since(clock.money_by),
        ends: since(item.ends_on),
        today: since(found.today),
    })
}

/// `3 days left`, `5 days ago`, `today`.
pub(crate) fn days_left(left: i64, lang: Lang) -> String {
    let days = left.unsigned_abs();
    match left {
        0 => lang.text("clock-today"),
        1.. => lang.text_with("clock-left", &[("days", &days)]),
        _ => lang.text_with("clock-gone", &[("days", &days)]),
    }
}

/// `30 days over`, or that it is in time.
pub(crate) fn days_over(over: i64, lang: Lang) -> String {
    match u64::try_from(over) {
        Ok(days) if days > 0 => lang.text_with("clock-over", &[("days", &days)]),
        _ => lang.text("clock-standing-in-time"),
    }
}

/// From what it is counted, with the day.
pub(crate) fn counted_from(clock: &PaymentClock, lang: Lang) -> String {
    let key = format!("clock-from-{}", clock.counted_from.code());
    let day = dates::long(clock.started_on, lang);
    lang.text_with(&key, &[("day", &day)])
}

fn line(item: &ClockItem, found: &ClockView, whole: i64, lang: Lang) -> ClockLine {
    let over = item.days_over().map(|over| days_over(over, lang));
    let ends = match item.paid_on {
        Some(day) => lang.text_with("clock-paid-on", &[("day", &dates::long(day, lang))]),
        None => dates::long(item.due_date, lang),
    };
    let standing = lang.text(&format!("clock-standing-{}", item.standing.code()));
    let described = format!("{} {}", standing, over.clone().unwrap_or_default());
    ClockLine {
        supplier: item.supplier.clone(),
        size: size(item.size_class.word(), lang),
        number: match item.invoice_no.as_str() {
            "" => item.payable_no.clone(),
            number => number.to_owned(),
        },
        paper: item
            .paper
            .clone()
            .map(|number| (paper_number(&number), number)),
        stage: lang.text(&format!("clock-stage-{}", item.stage.word())),
        amount: money(item.amount, item.currency),
        from: item
            .clock
            .map(|clock| counted_from(&clock, lang))
            .unwrap_or_default(),
        money_by: item
            .clock
            .map(|clock| dates::long(clock.money_by, lang))
            .unwrap_or_default(),
        left: item
            .days_left(found.today)
            .filter(|_| item.paid_on.is_none())
            .map(|left| days_left(left, lang))
            .unwrap_or_default(),
        ends,
        over: over.unwrap_or_default(),
        bar: days(item, found)
            .map(|days| clock_bar::draw(days, whole, weight(item.standing), &described))
            .unwrap_or_default(),
        standing,
        standing_class: match item.standing {
            ClockStanding::Breach => "overdue",
            ClockStanding::ToChoose => "waiting",
            ClockStanding::Chosen => "financed",
            ClockStanding::InTime => "ok",
            ClockStanding::Unknown => "off",
        },
        advice: lang.text(&format!("clock-advice-{}", item.standing.code())),
    }
}

async fn file(who: Signed, query: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let (word, list) = match query.iter().any(|(name, _)| name == "list") {
        true => listed(&query),
        false => LISTED[2],
    };
    who.answer(move |who| {
        let found = clock_view::view(
            &who.portal.app,
            &who.principal,
            list,
            None,
            i64::from(i32::MAX),
        )?;
        let name = format!("clock-{word}-{}.csv", found.today);
        let text = csv(&found, who.lang);
        Ok(Answer::file(name, CSV, text.into_bytes()))
    })
    .await
}

/// Every debt of the list: dates as in ISO 8601, amounts with a point, UTF-8 with a byte-order mark.
fn csv(found: &ClockView, lang: Lang) -> String {
    let mut text = String::from("\u{feff}");
    let heads = [
        "clock-supplier",
        "clock-size",
        "clock-payable",
        "invoice",
        "paper",
        "clock-stage",
        "clock-counted-from",
        "clock-first-day",
        "clock-last-day",
        "due-date",
        "clock-paid",
        "clock-days-over",
        "clock-standing",
        "clock-chosen-until",
        "currency",
        "amount",
    ];
    csv_line(&mut text, &heads.map(|key| lang.text(key)));
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    for item in &found.page {
        let from = item.clock.map(|clock| clock.counted_from.code());
        csv_line(
            &mut text,
            &[
                item.supplier.clone(),
                size(item.size_class.word(), lang),
                item.payable_no.clone(),
                item.invoice_no.clone(),
                item.paper.clone().unwrap_or_default(),
                lang.text(&format!("clock-stage-{}", item.stage.word())),
                from.map(|code| lang.text(&format!("clock-counted-{code}")))
                    .unwrap_or_default(),
                day(item.clock.map(|clock| clock.started_on)),
                day(item.clock.map(|clock| clock.money_by)),
                day(Some(item.due_date)),
                day(item.paid_on),
                item.days_over()
                    .map(|days| days.to_string())
                    .unwrap_or_default(),
                lang.text(&format!("clock-standing-{}", item.standing.code())),
                day(item.chosen_until),
                item.currency.to_string(),
                item.amount.to_plain(item.currency),
            ],
        );
    }
    text
}
