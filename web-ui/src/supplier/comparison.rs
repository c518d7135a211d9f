//! The quotes on one request side by side, next to what comes of waiting.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::request_finance;
use ledger_app::supplier_quotes;
use ledger_app::supplier_quotes::ComparedQuote;
use ledger_app::supplier_quotes::Comparison;
use ledger_core::id::RequestId;
use ledger_core::quote::Quote;

use super::phrases;
use crate::answer::Answer;
use crate::dates;
use crate::i18n::Lang;
use crate::layout::Fact;
use crate::pages::finance::QuoteCard;
use crate::pages::finance::Quotes;
use crate::posted::Posted;
use crate::session::Signed;
use crate::words;

pub(super) async fn show(who: Signed, request: web::Path<String>) -> HttpResponse {
    who.answer(move |who| page(who, &request)).await
}

pub(super) async fn withdraw(posted: Posted, request: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, _form| {
            let id = RequestId::parse(&request).map_err(|_no_id| AppError::NotFound)?;
            let address = format!("/finance/{id}");
            match request_finance::withdraw(&who.portal.app, &who.principal, id) {
                Ok(()) => Ok(Answer::see_other("/finance")),
                Err(error) if error.code() == "request_not_open" => {
                    page(&phrases::banner(&who.at(&address), &error), &request)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

/// The comparison of a request of the caller's own.
pub(super) fn load(who: &Signed, request: &str) -> Result<Comparison, AppError> {
    let id = RequestId::parse(request).map_err(|_no_id| AppError::NotFound)?;
    supplier_quotes::run(&who.portal.app, &who.principal, id)
}

pub(super) fn page(who: &Signed, request: &str) -> Result<Answer, AppError> {
    let seen = load(who, request)?;
    let (lang, asked) = (who.lang, &seen.asked);
    let open = asked.request.state.word() == "open";
    let best = seen
        .quotes
        .first()
        .filter(|quote| quote.stands)
        .map(|quote| quote.id);
    let cards = seen
        .quotes
        .iter()
        .map(|quote| card(lang, &seen, quote, best == Some(quote.id)));
    who.page(&Quotes {
        shell: who.shell()?,
        id: asked.request.id.to_string(),
        amount: words::money(asked.request.amount, asked.request.currency),
        facts: facts(who, &seen),
        quotes: cards.collect(),
        hold_date: dates::long(seen.hold.due_date, lang),
        hold_amount: words::money(seen.hold.amount, asked.request.currency),
        waiting: if open {
            seen.waiting.clone()
        } else {
            Vec::new()
        },
        open,
        can_withdraw: open,
    })
}

fn facts(who: &Signed, seen: &Comparison) -> Vec<Fact> {
    let (lang, asked) = (who.lang, &seen.asked);
    let paper = &asked.paper.paper;
    let mut facts = vec![
        Fact::new(lang.text("obligor"), asked.obligor.name.clone()),
        Fact::new(
            lang.text("maturity"),
            phrases::due(lang, who.business_date, paper.due_date),
        ),
        Fact::new(
            lang.text("ask-expires"),
            dates::moment(asked.request.expires_at, lang),
        ),
    ];
    let standing = seen.quotes.iter().filter(|quote| quote.stands).count();
    let best = seen
        .quotes
        .first()
        .map(|quote| phrases::percent(quote.annual_cost));
    let state = match &seen.discount {
        None if standing > 0 => lang.text_with(
            "request-quotes",
            &[("count", &standing), ("rate", &best.unwrap_or_default())],
        ),
        Some(discount) => lang.text(&format!("discount-{}", discount.word())),
        None => lang.text(&format!("request-{}", asked.request.state.word())),
    };
    facts.push(Fact::new(lang.text("state"), state));
    if !seen.declined.is_empty() {
        let names = seen.declined.join(&lang.text("list-comma"));
        facts.push(Fact::new(lang.text("quotes-declined"), names));
    }
    facts
}

/// Every fee with who bears it, as lines of the card and of the deed.
pub(super) fn fees(lang: Lang, quote: &Quote) -> Vec<(String, String)> {
    let mut lines: Vec<(String, String)> = quote
        .fees
        .iter()
        .map(|fee| {
            let kind = lang.text(&format!("fee-{}", fee.kind));
            let payer = lang.text(&format!("fee-by-{}", fee.payer));
            let line = lang.text_with("fee-line", &[("kind", &kind), ("payer", &payer)]);
            (line, words::money(fee.amount, quote.currency))
        })
        .collect();
    if !quote.obligor_share.is_zero() {
        let share = words::money(quote.obligor_share, quote.currency);
        lines.push((lang.text("fee-obligor-share"), share));
    }
    lines
}

/// `2.85% · actual/360 · 184 days`.
pub(super) fn rate(lang: Lang, quote: &Quote) -> String {
    let days = lang.text_with("days-count", &[("days", &u32::from(quote.days))]);
    let count = lang.text(&format!("day-count-{}", quote.day_count.replace('_', "-")));
    format!("{}% · {count} · {days}", quote.rate)
}

fn card(lang: Lang, seen: &Comparison, compared: &ComparedQuote, best: bool) -> QuoteCard {
    let quote = &compared.quote;
    let money = |amount| words::money(amount, quote.currency);
    QuoteCard {
        href: format!("/finance/{}/quotes/{}", seen.asked.request.id, compared.id),
        bank: compared.provider_name.clone(),
        at_once: compared.at_once,
        proceeds: money(quote.proceeds),
        charge: money(quote.charge),
        rate: rate(lang, quote),
        fees: fees(lang, quote),
        cost: money(compared.cost),
        cost_per_year: phrases::percent(compared.annual_cost),
        pays_on: dates::long(quote.pay_date, lang),
        recourse: phrases::recourse(lang, quote.recourse, quote.currency),
        valid_until: dates::moment(compared.expires_at, lang),
        best,
        chosen: compared.state.word() == "accepted",
        stands: compared.stands,
        why_not: if compared.stands {
            String::new()
        } else {
            lang.text(&format!("quote-{}", gone(compared.state.word())))
        },
    }
}

/// An offer that doesn't stand any more, though nobody has ended it yet, is past its moment.
fn gone(state: &str) -> &str {
    if state == "offered" { "lapsed" } else { state }
}
