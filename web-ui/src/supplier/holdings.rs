//! What a supplier holds and what waits for it: its first page.

use chrono::NaiveDate;
use ledger_app::error::AppError;
use ledger_app::portfolio;
use ledger_app::portfolio::OpenInquiry;
use ledger_app::portfolio::Portfolio;
use ledger_app::portfolio::Waiting;
use ledger_app::portfolio::WaitsFor;
use ledger_core::amount::Amount;

use super::phrases;
use crate::answer::Answer;
use crate::dates;
use crate::due_strip;
use crate::due_strip::Due;
use crate::i18n::Lang;
use crate::layout::Chart;
use crate::layout::Figure;
use crate::layout::Task;
use crate::pages::holdings::Holding;
use crate::pages::holdings::Holdings;
use crate::session::Signed;
use crate::words;

/// Holdings on one page.
const PAGE: i64 = 50;

/// Answers `/` for a supplier; `?after=` goes on from a holding.
///
/// # Errors
/// As [`portfolio::run`].
pub fn front_page(who: &Signed) -> Result<Answer, AppError> {
    let query = phrases::query(who);
    let after = Some(query.text("after")).filter(|after| !after.is_empty());
    let seen = portfolio::run(&who.portal.app, &who.principal, after, PAGE)?;
    let lang = who.lang;
    who.page(&Holdings {
        shell: who.shell()?,
        tasks: tasks(lang, &seen),
        figures: figures(lang, &seen)?,
        strip: strip(lang, &seen)?,
        holdings: seen
            .holdings
            .iter()
            .map(|held| holding(lang, seen.today, held))
            .collect(),
        more: seen
            .next
            .map(|next| format!("/?after={next}"))
            .unwrap_or_default(),
    })
}

fn holding(lang: Lang, today: NaiveDate, held: &portfolio::Holding) -> Holding {
    let (state, state_class) = phrases::state(lang, &held.state);
    Holding {
        id: held.fragment.clone(),
        obligor: held.obligor.clone(),
        paper: held.number.clone(),
        range: held.range.to_string(),
        amount: words::money(held.amount, held.currency),
        maturity: dates::long(held.due_date, lang),
        when: phrases::when(lang, today, held.due_date),
        state,
        state_class,
        free: held.is_free(),
        joinable: held.joinable,
    }
}

fn tasks(lang: Lang, seen: &Portfolio) -> Vec<Task> {
    let waiting = seen
        .waiting
        .iter()
        .filter(|w| w.waits_for != WaitsFor::Payment);
    let requests = seen.inquiries.iter().filter(|one| one.offers > 0);
    waiting
        .map(|waiting| to_answer(lang, seen.today, waiting))
        .chain(requests.map(|request| to_compare(lang, request)))
        .collect()
}

fn to_answer(lang: Lang, today: NaiveDate, waiting: &Waiting) -> Task {
    let held = &waiting.holding;
    let key = match waiting.waits_for {
        WaitsFor::Paper => "task-paper",
        WaitsFor::Offer | WaitsFor::Payment => "task-offer",
    };
    Task {
        title: lang.text_with(key, &[("from", &waiting.from)]),
        note: phrases::due(lang, today, held.due_date),
        amount: words::money(held.amount, held.currency),
        href: format!("/offers/{}", held.fragment),
        verb: lang.text("task-answer"),
    }
}

fn to_compare(lang: Lang, request: &OpenInquiry) -> Task {
    let best = request
        .best_annual_cost
        .map(phrases::percent)
        .unwrap_or_default();
    Task {
        title: lang.text_with("task-quotes", &[("count", &request.offers)]),
        note: lang.text_with(
            "task-best",
            &[("obligor", &request.obligor), ("rate", &best)],
        ),
        amount: words::money(request.amount, request.currency),
        href: format!("/finance/{}", request.request),
        verb: lang.text("task-compare"),
    }
}

fn figures(lang: Lang, seen: &Portfolio) -> Result<Vec<Figure>, AppError> {
    let count: i64 = seen.days.iter().map(|day| day.fragments).sum();
    let count = usize::try_from(count).unwrap_or(0);
    let mut figures = vec![Figure {
        label: lang.text("figure-held"),
        value: words::totals(&seen.total),
        note: lang.text_with("figure-fragments", &[("count", &count)]),
    }];
    if let Some(next) = seen.days.iter().find(|day| day.due_date >= seen.today) {
        let sum = sum(next.minor()?);
        figures.push(Figure {
            label: lang.text("figure-next"),
            value: words::money(sum, next.currency),
            note: phrases::due(lang, seen.today, next.due_date),
        });
    }
    if !seen.inquiries.is_empty() {
        figures.push(Figure {
            label: lang.text("figure-asking"),
            value: seen.inquiries.len().to_string(),
            note: String::new(),
        });
    }
    Ok(figures)
}

/// A sum for a drawing; what is beyond the largest amount is drawn as that.
fn sum(minor: i128) -> Amount {
    i64::try_from(minor)
        .ok()
        .and_then(|minor| Amount::from_minor(minor).ok())
        .unwrap_or(Amount::ZERO)
}

fn strip(lang: Lang, seen: &Portfolio) -> Result<Option<Chart>, AppError> {
    let mut due = Vec::with_capacity(seen.days.len());
    for day in &seen.days {
        due.push(Due {
            date: day.due_date,
            amount: sum(day.minor()?),
            currency: day.currency,
        });
    }
    Ok(due_strip::draw(lang, seen.today, &due))
}
