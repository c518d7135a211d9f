//! The offers on one inquiry side by side, next to what comes of waiting.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::compared_offer::ComparedOffer;
use ledger_app::compared_offer::ComparedQuote;
use ledger_app::error::AppError;
use ledger_app::supplier_quotes;
use ledger_app::supplier_quotes::Comparison;
use ledger_app::supplier_quotes::Part;
use ledger_app::withdraw_inquiry;
use ledger_core::amount::Amount;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_core::quote::Quote;

use super::phrases;
use crate::answer::Answer;
use crate::dates;
use crate::i18n::Lang;
use crate::layout::Fact;
use crate::pages::finance::AskedLine;
use crate::pages::finance::OfferCard;
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
            match withdraw_inquiry::run(&who.portal.app, &who.principal, id) {
                Ok(()) => Ok(Answer::see_other("/finance")),
                Err(error) if error.code() == "request_not_open" => {
                    page(&phrases::banner(&who.at(&address), &error), &request)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

/// The comparison of the inquiry to which a request of the caller's own belongs.
pub(super) fn load(who: &Signed, request: &str) -> Result<Comparison, AppError> {
    let id = RequestId::parse(request).map_err(|_no_id| AppError::NotFound)?;
    supplier_quotes::run(&who.portal.app, &who.principal, id)
}

pub(super) fn page(who: &Signed, request: &str) -> Result<Answer, AppError> {
    let seen = load(who, request)?;
    let (lang, currency) = (who.lang, seen.inquiry.currency);
    let money = |amount| words::money(amount, currency);
    let open = seen.is_open();
    let mut offers = Vec::with_capacity(seen.offers.len());
    // Those that stand come first, the best before all others; who is as good as the first is the
    // best too.
    let worth = |offer: &ComparedOffer| (offer.complete, offer.annual_cost, offer.proceeds);
    let best = seen.offers.first().filter(|first| first.stands).map(worth);
    for offer in &seen.offers {
        let is_best = offer.stands && best == Some(worth(offer));
        offers.push(card(lang, &seen, offer, is_best)?);
    }
    let several = seen.parts.len() > 1;
    let parts = seen.parts.iter().filter(|_| several);
    who.page(&Quotes {
        shell: who.shell()?,
        id: id_of(&seen)?,
        amount: money(seen.total),
        facts: facts(who, &seen)?,
        parts: parts.map(|part| asked_line(who, part)).collect(),
        offers,
        hold: seen
            .hold
            .iter()
            .map(|day| (dates::long(day.due_date, lang), money(day.amount)))
            .collect(),
        sealed: sealed(lang, &seen).filter(|_| open),
        waiting: if open { seen.waiting } else { Vec::new() },
        open,
        can_withdraw: open,
    })
}

/// The request by which an inquiry is addressed.
pub(super) fn id_of(seen: &Comparison) -> Result<String, AppError> {
    let first = seen.parts.first().ok_or(AppError::NotFound)?;
    Ok(first.asked.request.id.to_string())
}

/// The quote by which an offer is addressed.
pub(super) fn quote_of(offer: &ComparedOffer) -> Result<QuoteId, AppError> {
    let first = offer.quotes.first().ok_or(AppError::NotFound)?;
    Ok(first.id)
}

/// While bids are sealed nothing is known but their number.
fn sealed(lang: Lang, seen: &Comparison) -> Option<String> {
    let until = seen.inquiry.bids_until.filter(|_| seen.sealed)?;
    let moment = dates::moment(until, lang);
    let count = u32::try_from(seen.bidders).unwrap_or(u32::MAX);
    Some(lang.text_with("bids-sealed", &[("count", &count), ("moment", &moment)]))
}

fn asked_line(who: &Signed, part: &Part) -> AskedLine {
    let request = &part.asked.request;
    let state = match &part.discount {
        Some(discount) => format!("discount-{}", discount.word()),
        None => format!("request-{}", request.state.word()),
    };
    let due = phrases::due(who.lang, who.business_date, part.asked.paper.paper.due_date);
    AskedLine {
        what: part.asked.obligor.name.clone(),
        amount: words::money(request.amount, request.currency),
        note: format!("{due} · {}", who.lang.text(&state)),
    }
}

fn facts(who: &Signed, seen: &Comparison) -> Result<Vec<Fact>, AppError> {
    let first = seen.parts.first().ok_or(AppError::NotFound)?;
    let lang = who.lang;
    let mut facts = Vec::new();
    if seen.parts.len() == 1 {
        let due = first.asked.paper.paper.due_date;
        facts.push(Fact::new(
            lang.text("obligor"),
            first.asked.obligor.name.clone(),
        ));
        facts.push(Fact::new(
            lang.text("maturity"),
            phrases::due(lang, who.business_date, due),
        ));
    } else {
        let count = lang.text_with("fragments-count", &[("count", &seen.parts.len())]);
        facts.push(Fact::new(lang.text("ask-fragments"), count));
    }
    if let Some(until) = seen.inquiry.bids_until {
        let until = dates::moment(until, lang);
        facts.push(Fact::new(lang.text("ask-bids-until"), until));
    }
    facts.push(Fact::new(
        lang.text("ask-expires"),
        dates::moment(seen.inquiry.expires_at, lang),
    ));
    facts.push(Fact::new(lang.text("state"), state(lang, seen, first)));
    if !seen.declined.is_empty() {
        let names = seen.declined.join(&lang.text("list-comma"));
        facts.push(Fact::new(lang.text("quotes-declined"), names));
    }
    Ok(facts)
}

fn state(lang: Lang, seen: &Comparison, first: &Part) -> String {
    let standing = seen.offers.iter().filter(|offer| offer.stands).count();
    let best = seen.offers.iter().find(|offer| offer.stands);
    if let Some(best) = best {
        let rate = phrases::percent(best.annual_cost);
        return lang.text_with("request-quotes", &[("count", &standing), ("rate", &rate)]);
    }
    match &first.discount {
        Some(discount) => lang.text(&format!("discount-{}", discount.word())),
        None if seen.is_open() && seen.sealed => lang.text("request-sealed"),
        None => lang.text(&format!("request-{}", first.asked.request.state.word())),
    }
}

/// Every fee with who bears it, as lines of the card and of the deed; the same kind by the same
/// payer once.
pub(super) fn fees(lang: Lang, offer: &ComparedOffer) -> Result<Vec<(String, String)>, AppError> {
    let mut sums: BTreeMap<(&str, &str), Amount> = BTreeMap::new();
    let mut shares = Amount::ZERO;
    let beyond = || AppError::Internal("fees beyond the ledger".to_owned());
    for quote in offer.quotes.iter().map(|compared| &compared.quote) {
        shares = shares.checked_add(quote.obligor_share).ok_or_else(beyond)?;
        for fee in &quote.fees {
            let sum = sums.entry((&fee.kind, &fee.payer)).or_insert(Amount::ZERO);
            *sum = sum.checked_add(fee.amount).ok_or_else(beyond)?;
        }
    }
    let money = |amount| money(offer, amount);
    let mut lines: Vec<(String, String)> = sums
        .into_iter()
        .map(|((kind, payer), amount)| {
            let kind = lang.text(&format!("fee-{kind}"));
            let payer = lang.text(&format!("fee-by-{payer}"));
            let line = lang.text_with("fee-line", &[("kind", &kind), ("payer", &payer)]);
            (line, money(amount))
        })
        .collect();
    if !shares.is_zero() {
        lines.push((lang.text("fee-obligor-share"), money(shares)));
    }
    Ok(lines)
}

/// An amount in the currency of an offer.
pub(super) fn money(offer: &ComparedOffer, amount: Amount) -> String {
    let first = offer.quotes.first().map(|one| one.quote.currency);
    first.map_or_else(String::new, |currency| words::money(amount, currency))
}

/// All interest of an offer.
pub(super) fn charge(offer: &ComparedOffer) -> Amount {
    let charges = offer.quotes.iter().map(|one| one.quote.charge);
    charges
        .reduce(|sum, next| sum.checked_add(next).unwrap_or(sum))
        .unwrap_or(Amount::ZERO)
}

/// `2.85% · actual/360 · 184 days`.
pub(super) fn rate(lang: Lang, quote: &Quote) -> String {
    let days = lang.text_with("days-count", &[("days", &u32::from(quote.days))]);
    let count = lang.text(&format!("day-count-{}", quote.day_count.replace('_', "-")));
    format!("{}% · {count} · {days}", quote.rate)
}

/// What all quotes of an offer say alike, or each of what they say.
pub(super) fn alike(
    offer: &ComparedOffer,
    say: impl Fn(&ComparedQuote) -> String,
    between: &str,
) -> String {
    let mut said: Vec<String> = Vec::new();
    for quote in &offer.quotes {
        let words = say(quote);
        if !said.contains(&words) {
            said.push(words);
        }
    }
    said.join(between)
}

fn card(
    lang: Lang,
    seen: &Comparison,
    offer: &ComparedOffer,
    best: bool,
) -> Result<OfferCard, AppError> {
    let comma = lang.text("list-comma");
    let several = offer.quotes.len() > 1;
    Ok(OfferCard {
        href: format!("/finance/{}/quotes/{}", id_of(seen)?, quote_of(offer)?),
        bank: offer.provider_name.clone(),
        at_once: offer.at_once,
        covers: covers(lang, seen, offer),
        proceeds: money(offer, offer.proceeds),
        charge: money(offer, charge(offer)),
        rate: match offer.quotes.as_slice() {
            [one] => rate(lang, &one.quote),
            _ => String::new(),
        },
        fees: fees(lang, offer)?,
        cost: money(offer, offer.cost),
        cost_per_year: phrases::percent(offer.annual_cost),
        pays_on: alike(offer, |q| dates::long(q.quote.pay_date, lang), &comma),
        recourse: alike(
            offer,
            |q| phrases::recourse(lang, q.quote.recourse, q.quote.currency),
            &comma,
        ),
        valid_until: dates::moment(offer.expires_at, lang),
        lines: if several {
            lines(lang, seen, offer)
        } else {
            Vec::new()
        },
        best,
        chosen: offer.state.word() == "accepted",
        stands: offer.stands,
        why_not: if offer.stands {
            String::new()
        } else {
            lang.text(&format!("quote-{}", gone(offer.state.word())))
        },
    })
}

fn covers(lang: Lang, seen: &Comparison, offer: &ComparedOffer) -> String {
    if seen.parts.len() == 1 || offer.quotes.len() == seen.parts.len() {
        return String::new();
    }
    let (some, all) = (offer.quotes.len(), seen.parts.len());
    lang.text_with("offer-covers", &[("count", &some), ("all", &all)])
}

/// Each fragment of an offer with its price.
pub(super) fn lines(lang: Lang, seen: &Comparison, offer: &ComparedOffer) -> Vec<AskedLine> {
    let of = |compared: &ComparedQuote| {
        let quote = &compared.quote;
        let part = seen
            .parts
            .iter()
            .find(|part| part.asked.request.id == compared.request)?;
        let paper = &part.asked.paper.paper.number;
        Some(AskedLine {
            what: format!(
                "{} {}",
                part.asked.obligor.name,
                phrases::short_paper(paper, quote.range)
            ),
            amount: words::money(quote.range.amount(), quote.currency),
            note: format!(
                "{} → {}",
                rate(lang, quote),
                words::money(quote.proceeds, quote.currency)
            ),
        })
    };
    offer.quotes.iter().filter_map(of).collect()
}

/// An offer that doesn't stand any more, though nobody has ended it yet, is past its moment.
fn gone(state: &str) -> &str {
    if state == "offered" { "lapsed" } else { state }
}
