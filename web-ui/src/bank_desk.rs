//! What a finance provider's people see: requests offered to them, their quotes, what was bought
//! and paid out, what they hold. Deeds are done at the desk ([`provider_desk`](crate::provider_desk)).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger_app::currency_totals::CurrencyTotals;
use ledger_app::error::AppError;
use ledger_app::provider_book;
use ledger_app::provider_book::Holding;
use ledger_app::provider_book::OwnDiscount;
use ledger_app::provider_book::OwnQuote;
use ledger_app::provider_inbox;
use ledger_app::provider_inbox::DeskState;
use ledger_app::provider_inbox::InboxFilter;
use ledger_app::provider_inbox::OfferedRequest;
use ledger_app::retransfers_view;
use ledger_core::currency::Currency;
use ledger_core::fragment::FragmentState;

use crate::dates;
use crate::due_strip;
use crate::due_strip::Due;
use crate::i18n::Lang;
use crate::layout::Chart;
use crate::layout::Figure;
use crate::layout::Task;
use crate::pages::bank::BankBook;
use crate::pages::bank::BankLine;
use crate::session::Signed;
use crate::words::money;
use crate::words::paper_number;
use crate::words::totals;

/// Lines of each table, newest first; the rest is in the provider's own system.
const LINES: i64 = 50;

/// Fragments listed.
const HELD: i64 = 500;

/// The front page.
///
/// # Errors
/// [`AppError::Forbidden`] for anybody but a finance provider; the store's.
pub(crate) fn view(who: &Signed) -> Result<BankBook, AppError> {
    let (app, principal, lang) = (&who.portal.app, &who.principal, who.lang);
    let all = InboxFilter::default();
    let requests = provider_inbox::list(app, principal, &all, None, LINES)?;
    let quotes = provider_book::quotes(app, principal, None, LINES)?;
    let bought = provider_book::discounts(app, principal, None, LINES)?;
    let held = provider_book::holdings(app, principal, HELD)?;
    let open = requests.items.iter().filter(|one| one.available).count();
    let owed = bought
        .items
        .iter()
        .filter(|one| one.awaits_payment())
        .count();
    let figure = |key: &str, count: usize| Figure {
        label: lang.text(key),
        value: count.to_string(),
        note: String::new(),
    };
    Ok(BankBook {
        shell: who.shell()?,
        tasks: tasks(who, &requests.items)?,
        figures: vec![
            figure("bank-open-requests", open),
            figure("bank-to-pay", owed),
            held_figure(lang, &held),
        ],
        strip: strip(lang, who.business_date, &held),
        more: [requests.next, quotes.next, bought.next]
            .iter()
            .any(Option::is_some),
        requests: requests.items.iter().map(|one| request(who, one)).collect(),
        quotes: quotes.items.iter().map(|one| quote(who, one)).collect(),
        bought: bought.items.iter().map(|one| purchase(who, one)).collect(),
        held: held.iter().map(|one| holding(who, one)).collect(),
    })
}

/// What waits for a second pair of eyes.
fn tasks(who: &Signed, requests: &[OfferedRequest]) -> Result<Vec<Task>, AppError> {
    let waiting = requests
        .iter()
        .filter(|one| one.standing == DeskState::ToApprove);
    let (first, count) = (waiting.clone().next(), waiting.count());
    let mut tasks: Vec<Task> = first
        .map(|first| Task {
            title: who.lang.text_with("desk-tasks", &[("count", &count)]),
            note: first.asked.holder.name.clone(),
            amount: money(first.asked.request.amount, first.asked.request.currency),
            href: match count {
                1 => format!("/desk/requests/{}", first.asked.request.id),
                _ => format!("/desk?standing={}", DeskState::ToApprove.word()),
            },
            verb: who.lang.text("do-look"),
        })
        .into_iter()
        .collect();
    tasks.extend(offered_by_others(who)?);
    Ok(tasks)
}

/// What other providers offer this one.
fn offered_by_others(who: &Signed) -> Result<Vec<Task>, AppError> {
    let found = retransfers_view::list(&who.portal.app, &who.principal, None, LINES)?;
    let open = found.items.iter().filter(|one| one.open && !one.own);
    open.map(|one| {
        let deal = &one.retransferred;
        Ok(Task {
            title: who.lang.text("retransfer-task"),
            note: deal.seller.name.clone(),
            amount: face(deal.range()?, deal.retransfer.currency),
            href: format!("/desk/retransfers/{}", deal.retransfer.id),
            verb: who.lang.text("do-look"),
        })
    })
    .collect()
}

/// What is held, by its face, and how many fragments that is.
fn held_figure(lang: Lang, held: &[Holding]) -> Figure {
    let mut sums = CurrencyTotals::default();
    for one in held {
        sums.add(one.fragment.range.amount(), one.paper.paper.currency);
    }
    Figure {
        label: lang.text("bank-held"),
        value: totals(&sums),
        note: lang.text_with("figure-fragments", &[("count", &held.len())]),
    }
}

/// The portfolio by due date, one mark a day and currency.
fn strip(lang: Lang, today: NaiveDate, held: &[Holding]) -> Option<Chart> {
    let mut days: BTreeMap<(NaiveDate, String), Due> = BTreeMap::new();
    for one in held {
        let paper = &one.paper.paper;
        let (amount, currency) = (one.fragment.range.amount(), paper.currency);
        days.entry((paper.due_date, currency.to_string()))
            .and_modify(|due| due.amount = due.amount.checked_add(amount).unwrap_or(due.amount))
            .or_insert(Due {
                date: paper.due_date,
                amount,
                currency,
            });
    }
    let due: Vec<Due> = days.into_values().collect();
    due_strip::draw(lang, today, &due)
}

/// Words and dot of a state that stands in the texts under `prefix`.
fn state(who: &Signed, prefix: &str, word: &str, line: &mut BankLine) {
    line.state = who
        .lang
        .text(&format!("{prefix}-{}", word.replace('_', "-")));
    line.state_class = match word {
        "invited" | "offered" | "signed" | "registered" => "waiting",
        "quoted" | "paying" => "offered",
        "accepted" | "funded" | "held" => "ok",
        "unknown" | "overdue" => "overdue",
        _ => "off",
    };
}

fn request(who: &Signed, one: &OfferedRequest) -> BankLine {
    let asked = &one.asked;
    let mut line = BankLine {
        href: format!("/desk/requests/{}", asked.request.id),
        who: asked.holder.name.clone(),
        paper: paper_number(&asked.paper.paper.number),
        range: asked.range().map(|r| r.to_string()).unwrap_or_default(),
        obligor: asked.obligor.name.clone(),
        day: dates::long(asked.paper.paper.due_date, who.lang),
        until: dates::moment(asked.request.expires_at, who.lang),
        amount: money(asked.request.amount, asked.request.currency),
        ..BankLine::default()
    };
    match (one.available, one.mine.word()) {
        (true, word) => state(who, "asked", word, &mut line),
        (false, "declined") => state(who, "asked", "declined", &mut line),
        (false, _over) => state(who, "asked", "over", &mut line),
    }
    line
}

fn quote(who: &Signed, one: &OwnQuote) -> BankLine {
    let (quote, row) = (&one.quote, &one.row);
    let mut line = BankLine {
        day: dates::long(quote.pay_date, who.lang),
        until: dates::moment(row.expires_at, who.lang),
        rate: format!("{}%", quote.rate),
        proceeds: money(quote.proceeds, quote.currency),
        amount: face(quote.range, quote.currency),
        ..BankLine::default()
    };
    state(who, "own-quote", row.state.word(), &mut line);
    line
}

fn face(range: ledger_core::range::Range, currency: Currency) -> String {
    money(range.amount(), currency)
}

fn purchase(who: &Signed, one: &OwnDiscount) -> BankLine {
    let quote = &one.quote.quote;
    let mut line = BankLine {
        href: format!("/desk/purchases/{}", quote.id),
        who: one.asked.holder.name.clone(),
        paper: paper_number(&one.asked.paper.paper.number),
        range: quote.range.to_string(),
        day: dates::long(quote.pay_date, who.lang),
        proceeds: money(quote.proceeds, quote.currency),
        amount: face(quote.range, quote.currency),
        ..BankLine::default()
    };
    state(who, "bought", one.discount.state.word(), &mut line);
    line
}

fn holding(who: &Signed, one: &Holding) -> BankLine {
    let paper_of = &one.paper.paper;
    let mut line = BankLine {
        href: format!("/fragments/{}", one.id),
        obligor: one.obligor.clone(),
        paper: paper_number(&paper_of.number),
        range: one.fragment.range.to_string(),
        day: dates::long(paper_of.due_date, who.lang),
        amount: face(one.fragment.range, paper_of.currency),
        ..BankLine::default()
    };
    let word = match one.fragment.state {
        FragmentState::Pledged { .. } => "pledged",
        FragmentState::Frozen { .. } => "frozen",
        FragmentState::Recourse { .. } => "claimed",
        FragmentState::WrittenOff => "written_off",
        FragmentState::Offered { .. } => "offered",
        _ if paper_of.due_date < who.business_date => "overdue",
        _ => "held",
    };
    state(who, "bank", word, &mut line);
    line
}
