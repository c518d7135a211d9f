//! What the obligor owes: outstanding by maturity, and one paper as far as the obligor may see.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web;
use chrono::Datelike as _;
use chrono::NaiveDate;
use ledger_app::currency_totals::CurrencyTotals;
use ledger_app::error::AppError;
use ledger_app::outstanding;
use ledger_app::outstanding::Listed;
use ledger_app::outstanding::OwedPaper;
use ledger_app::outstanding::Position;
use ledger_app::trace_paper;
use ledger_app::trace_paper::PaperTrace;
use ledger_core::amount::Amount;
use ledger_core::cash_plan::CashPlan;
use ledger_core::currency::Currency;
use ledger_core::id::PaperId;
use ledger_core::paper::PaperState;

use crate::cash_by_day::Shown;
use crate::charts::Column;
use crate::charts::Columns;
use crate::clock_desk;
use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::layout::Chart;
use crate::layout::Fact;
use crate::layout::Figure;
use crate::pages::cash::CashByDay;
use crate::pages::papers::EntryLine;
use crate::pages::papers::Outstanding;
use crate::pages::papers::PaperLine;
use crate::pages::papers::PaperPage;
use crate::paper_drawing;
use crate::paper_withdrawal;
use crate::session::Signed;
use crate::svg::Size;
use crate::terms_words;
use crate::words::money;
use crate::words::short_money;
use crate::words::totals;

/// Papers on a page.
const PAGE: i64 = 100;

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/treasury/papers", web::get().to(page))
        .route("/papers/{number}", web::get().to(paper));
}

async fn page(who: Signed, query: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let query = query.into_inner();
    let listed = if query.iter().any(|(name, _)| name == "all") {
        Listed::All
    } else {
        Listed::Open
    };
    let after = query.into_iter().find(|(name, _)| name == "after");
    who.answer(move |who| {
        let after = after
            .map(|(_, id)| PaperId::parse(&id).map_err(|_not_hex| AppError::NotFound))
            .transpose()?;
        who.page(&view(who, listed, after)?)
    })
    .await
}

fn view(who: &Signed, listed: Listed, after: Option<PaperId>) -> Result<Outstanding, AppError> {
    let found = outstanding::view(&who.portal.app, &who.principal, listed, after, PAGE)?;
    let months = months(&found.position);
    let lang = who.lang;
    let row = |(month, (papers, sums)): (&NaiveDate, &(i64, CurrencyTotals))| {
        (dates::month(*month, lang), papers.to_string(), totals(sums))
    };
    Ok(Outstanding {
        shell: who.shell()?,
        figures: figures(&found.position, lang),
        needed: needed(&found.position, lang),
        chart: chart(&found.position, &months, lang),
        months: months.iter().map(row).collect(),
        papers: found.page.iter().map(|paper| line(paper, lang)).collect(),
        more: found
            .next
            .map(|id| match listed {
                Listed::Open => format!("/treasury/papers?after={id}"),
                Listed::All => format!("/treasury/papers?all=1&after={id}"),
            })
            .unwrap_or_default(),
        all: listed == Listed::All,
    })
}

/// What has to be paid on which day, a currency each.
fn needed(found: &Position, lang: Lang) -> Vec<CashByDay> {
    let mut plans: BTreeMap<Currency, CashPlan> = BTreeMap::new();
    for day in &found.days {
        let plan = plans.entry(day.currency).or_default();
        plan.add(day.due_date, i128::from(day.owed.minor()));
    }
    let several = plans.len() > 1;
    let section = |(currency, plan): (&Currency, &CashPlan)| {
        let shown = Shown {
            lang,
            today: found.today,
            currency: *currency,
            plan,
        };
        let mut title = lang.text("cash-needed");
        if several {
            title = format!("{title} · {currency}");
        }
        shown.section(title, "cash-needed-within")
    };
    plans.iter().map(section).collect()
}

type Months = BTreeMap<NaiveDate, (i64, CurrencyTotals)>;

fn months(found: &Position) -> Months {
    let mut months = Months::new();
    for day in &found.days {
        let first = day.due_date.with_day(1).unwrap_or(day.due_date);
        let (papers, sums) = months.entry(first).or_default();
        *papers = papers.saturating_add(day.papers);
        sums.add(day.owed, day.currency);
    }
    months
}

/// Outstanding, due next, not yet accepted; the home page shows them too.
#[must_use]
pub fn figures(found: &Position, lang: Lang) -> Vec<Figure> {
    let waiting = found.papers.get(&PaperState::PendingAcceptance.code());
    let open: i64 = found.days.iter().map(|day| day.papers).sum();
    let count = |papers: i64| {
        let papers = u64::try_from(papers).unwrap_or(0);
        lang.text_with("papers-count", &[("papers", &papers)])
    };
    let mut figures = vec![Figure {
        label: lang.text("outstanding"),
        value: totals(&found.owed),
        note: count(open),
    }];
    if let Some(next) = found.days.first() {
        figures.push(Figure {
            label: lang.text("due-next"),
            value: money(next.owed, next.currency),
            note: dates::long(next.due_date, lang),
        });
    }
    if let Some(waiting) = waiting.filter(|waiting| waiting.papers > 0) {
        figures.push(Figure {
            label: lang.text("paper-pending"),
            value: totals(&waiting.face),
            note: count(i64::try_from(waiting.papers).unwrap_or(i64::MAX)),
        });
    }
    figures
}

/// Columns by month in the currency in which most is owed; sums of others stand in the table.
fn chart(found: &Position, months: &Months, lang: Lang) -> Option<Chart> {
    let (currency, _) = found.owed.iter().max_by_key(|(_, minor)| *minor)?;
    let column = |(month, (_, sums)): (&NaiveDate, &(i64, CurrencyTotals))| {
        let minor = sums
            .iter()
            .find(|(of, _)| *of == currency)
            .map_or(0, |(_, minor)| minor);
        let value = i64::try_from(minor).unwrap_or(i64::MAX);
        Column {
            label: dates::column_month(*month, months.len(), lang),
            value,
            short: short_money(value, currency, lang),
            marked: *month < found.today.with_day(1).unwrap_or(found.today),
        }
    };
    let columns = Columns {
        id: "months".to_owned(),
        columns: months.iter().map(column).collect(),
        title: lang.text("outstanding-by-month"),
        description: lang.text_with("outstanding-sum", &[("total", &totals(&found.owed))]),
    };
    Some(Chart {
        narrow: columns.draw(Size::Narrow),
        wide: columns.draw(Size::Wide),
    })
}

/// The chart of the home page.
///
/// # Errors
/// As [`outstanding::position`].
pub fn home_chart(found: &Position, lang: Lang) -> Option<Chart> {
    chart(found, &months(found), lang)
}

/// A paper's state: key of its words, class of its dot.
#[must_use]
pub const fn state(state: PaperState) -> (&'static str, &'static str) {
    match state {
        PaperState::PendingAcceptance => ("paper-pending", "waiting"),
        PaperState::Active => ("paper-active", "ok"),
        PaperState::Refused => ("paper-refused", "bad"),
        PaperState::Withdrawn => ("paper-withdrawn", "off"),
        PaperState::PartSettled { .. } => ("paper-part-settled", "waiting"),
        PaperState::Settled => ("paper-settled", "off"),
        PaperState::Void => ("paper-void", "off"),
    }
}

fn line(paper: &OwedPaper, lang: Lang) -> PaperLine {
    let (key, class) = state(paper.state);
    PaperLine {
        number: paper.number.clone(),
        payee: paper.payee.clone(),
        amount: money(paper.face, paper.currency),
        issued: dates::long(paper.issue_date, lang),
        maturity: dates::long(paper.due_date, lang),
        state: lang.text(key),
        state_class: class,
    }
}

async fn paper(who: Signed, number: web::Path<String>) -> HttpResponse {
    who.answer(move |who| {
        let traced = trace_paper::run(&who.portal.app, &who.principal, &number)?;
        who.page(&paper_view(who, &traced, Form::default())?)
    })
    .await
}

/// One paper as its obligor sees it; `form` is what was typed into the deed that takes it back.
///
/// # Errors
/// The store's.
pub(crate) fn paper_view(
    who: &Signed,
    traced: &PaperTrace,
    form: Form,
) -> Result<PaperPage, AppError> {
    let (lang, paper) = (who.lang, &traced.paper.paper);
    let (key, class) = state(paper.state);
    let (face, currency) = (paper.face, paper.currency);
    let caption = lang.text("picture-obligor");
    Ok(PaperPage {
        shell: who.at("/treasury/papers").shell()?,
        number: paper.number.clone(),
        amount: money(face, currency),
        state: lang.text(key),
        state_class: class,
        withdrawal: paper_withdrawal::deed(who, traced),
        form,
        facts: facts(who, traced),
        terms: terms_words::lines(lang, &paper.terms, currency),
        picture: traced
            .picture
            .as_deref()
            .map(|cells| paper_drawing::draw(cells, face, currency, lang, caption)),
        payables: traced
            .payables
            .iter()
            .map(|payable| {
                let date = payable.invoice_date.map(|day| dates::long(day, lang));
                let number = match payable.invoice_no.as_str() {
                    "" => payable.payable_no.clone(),
                    number => number.to_owned(),
                };
                (
                    number,
                    date.unwrap_or_default(),
                    money(payable.amount, payable.currency),
                )
            })
            .collect(),
        entries: traced
            .history
            .iter()
            .map(|entry| EntryLine {
                when: dates::long(entry.date, lang),
                what: lang.text(&format!("owed-act-{}", entry.act.replace('_', "-"))),
                amount: entry_amount(entry.act, entry.amount, currency),
                hash: entry.hash.chars().take(12).collect(),
            })
            .collect(),
    })
}

fn entry_amount(act: &str, amount: Amount, currency: Currency) -> String {
    if act == "settle" {
        String::new()
    } else {
        money(amount, currency)
    }
}

/// The payee's 60-day clock and its choice, where the clock runs.
fn clock(traced: &PaperTrace, lang: Lang) -> Vec<Fact> {
    let Some(clock) = traced.clock else {
        return Vec::new();
    };
    let over = clock.days_over(traced.paper.paper.due_date);
    let last = dates::long(clock.money_by, lang);
    let made = traced.choices.last();
    let choice = match made {
        Some(choice) => lang.text_with(
            "clock-choice-made",
            &[
                ("day", &dates::moment(choice.made_at, lang)),
                ("until", &dates::long(choice.due_date, lang)),
            ],
        ),
        None if over > 0 => lang.text("clock-choice-needed"),
        None => lang.text("clock-choice-not-needed"),
    };
    vec![
        Fact::new(
            lang.text("clock-first-day"),
            clock_desk::counted_from(&clock, lang),
        ),
        Fact::new(
            lang.text("clock-last-day"),
            format!("{last} · {}", clock_desk::days_over(over, lang)),
        ),
        Fact::new(lang.text("clock-choice"), choice),
    ]
}

fn facts(who: &Signed, traced: &PaperTrace) -> Vec<Fact> {
    let (lang, paper) = (who.lang, &traced.paper.paper);
    let mut facts = vec![
        Fact::new(lang.text("obligor"), who.principal.party_name.clone()),
        Fact::new(lang.text("payee"), traced.payee.name.clone()),
        Fact::new(lang.text("issued"), dates::long(paper.issue_date, lang)),
        Fact::new(lang.text("maturity"), dates::long(paper.maturity, lang)),
        Fact::new(lang.text("due-date"), dates::long(paper.due_date, lang)),
    ];
    facts.extend(clock(traced, lang));
    for share in &traced.deeper {
        let label = match share.tier {
            Some(tier) => lang.text_with("held-at-tier", &[("tier", &u32::from(tier))]),
            None => lang.text("held-deeper"),
        };
        let words = share.amount.map_or_else(
            || lang.text("held-by-few"),
            |amount| money(amount, paper.currency),
        );
        facts.push(Fact::new(label, words));
        if let Some(financed) = share.financed {
            let words = lang.text("held-by-providers");
            facts.push(Fact::new(words, money(financed, paper.currency)));
        }
    }
    facts
}
