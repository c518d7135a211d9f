//! Ask banks for money on a fragment, and see what was asked before.

use actix_web::HttpResponse;
use chrono::DateTime;
use chrono::NaiveDate;
use chrono::NaiveTime;
use chrono::Utc;
use ledger_app::business_time;
use ledger_app::error::AppError;
use ledger_app::finance_providers;
use ledger_app::held_fragments;
use ledger_app::request_finance;
use ledger_app::request_finance::AskedPart;
use ledger_app::request_finance::Bidding;
use ledger_app::request_finance::Providers;
use ledger_app::request_finance::RequestFinance;
use ledger_app::supplier_quotes;
use ledger_app::supplier_quotes::OwnInquiry;
use ledger_core::id::PartyId;

use super::choices;
use super::phrases;
use super::standing;
use crate::answer::Answer;
use crate::dates;
use crate::forms::Form;
use crate::pages::finance::Ask;
use crate::pages::finance::AskChoice;
use crate::pages::finance::FinanceList;
use crate::pages::finance::RequestLine;
use crate::pages::finance::StandingLine;
use crate::pages::pay::with_currency;
use crate::posted::Posted;
use crate::session::Signed;
use crate::words;

/// Requests in the list.
const LISTED: i64 = 50;

/// Days that a request is open unless somebody chooses otherwise.
const USUAL_DAYS: u64 = 5;

/// Days in which sealed bids are taken unless somebody chooses otherwise.
const USUAL_BIDS_DAYS: u64 = 2;

pub(super) async fn list(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let requests = supplier_quotes::list(&who.portal.app, &who.principal, LISTED)?;
        who.page(&FinanceList {
            shell: who.shell()?,
            requests: requests.iter().filter_map(|one| line(who, one)).collect(),
            can_ask: !choices::free(who, "")?.is_empty(),
        })
    })
    .await
}

fn line(who: &Signed, one: &OwnInquiry) -> Option<RequestLine> {
    let (lang, asked) = (who.lang, one.parts.first()?);
    let state = one
        .parts
        .iter()
        .map(|part| part.request.state.word())
        .find(|state| *state == "open")
        .unwrap_or_else(|| asked.request.state.word());
    let status = match (state, one.best_annual_cost) {
        ("open", Some(best)) => {
            let best = phrases::percent(best);
            lang.text_with("request-quotes", &[("count", &one.offers), ("rate", &best)])
        }
        ("open", None) if one.bidders > 0 => {
            lang.text_with("request-bids", &[("count", &one.bidders)])
        }
        _ => lang.text(&format!("request-{state}")),
    };
    let until = dates::moment(one.inquiry.expires_at, lang);
    let obligor = &asked.obligor.name;
    Some(RequestLine {
        href: format!("/finance/{}", asked.request.id),
        amount: words::money(one.total, one.inquiry.currency),
        what: match one.parts.len() {
            1 => obligor.clone(),
            several => lang.text_with(
                "request-fragments",
                &[("obligor", obligor), ("count", &several)],
            ),
        },
        status,
        state_class: match state {
            "open" | "signed" | "paying" => "waiting",
            "funded" => "financed",
            _ => "ended",
        },
        until: match state {
            "open" => lang.text_with("request-until", &[("moment", &until)]),
            _ => phrases::due(lang, who.business_date, asked.paper.paper.due_date),
        },
    })
}

pub(super) async fn show(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let mut form = phrases::query(who);
        let today = business_time::local(who.portal.app.moment()?).date();
        let in_days = |days| {
            let day = today.checked_add_days(chrono::Days::new(days));
            day.unwrap_or(who.business_date)
        };
        if form.text("expires").is_empty() {
            form.push("expires", &in_days(USUAL_DAYS).to_string());
        }
        if form.text("bids_until").is_empty() {
            form.push("bids_until", &format!("{}T17:00", in_days(USUAL_BIDS_DAYS)));
        }
        page(who, form, false)
    })
    .await
}

fn page(who: &Signed, mut form: Form, again: bool) -> Result<Answer, AppError> {
    let who = who.at("/finance/new");
    let free = choices::free(&who, form.text("fragment"))?;
    if form.text("fragment").is_empty()
        && !again
        && let Some(first) = free.first()
    {
        form.push("fragment", &first.id);
    }
    let mut fragments = Vec::with_capacity(free.len());
    for choice in free {
        let amount_field = amount_field(&choice.id);
        if form.text(&amount_field).is_empty() && !(again && form.chose("fragment", &choice.id)) {
            form.push(&amount_field, &choice.plain);
        }
        fragments.push(AskChoice {
            amount_label: with_currency(&who.lang.text("ask-amount"), who.lang, &choice.currency),
            chosen: form.chose("fragment", &choice.id),
            amount_field,
            choice,
        });
    }
    let standing = standing_lines(&who, &form)?;
    let banks = finance_providers::run(&who.portal.app, &who.principal)?
        .into_iter()
        .map(|bank| (bank.party.to_string(), bank.name, bank.licence))
        .collect();
    let view = Ask {
        shell: who.shell()?,
        form,
        fragments,
        banks,
        standing,
    };
    if again {
        who.page_again(&view)
    } else {
        who.page(&view)
    }
}

/// The field for how much of a fragment.
fn amount_field(fragment: &str) -> String {
    format!("amount-{fragment}")
}

pub(super) async fn send(posted: Posted) -> HttpResponse {
    posted.answer(ask).await
}

fn ask(who: &Signed, mut form: Form) -> Result<Answer, AppError> {
    let asked = match read(who, &mut form) {
        Ok(Some(command)) => request_finance::run(&who.portal.app, &who.principal, &command, None),
        Ok(None) => return page(&phrases::unreadable(who, &form), form, true),
        Err(error) => Err(error),
    };
    match asked {
        Ok(asked) => {
            let request = asked.requests.first().ok_or(AppError::NotFound)?;
            Ok(Answer::see_other(format!("/finance/{request}")))
        }
        Err(error) => {
            if let [one] = form.all("fragment") {
                let field = amount_field(one);
                phrases::blame_amount(&mut form, &field, &error);
            }
            let who = phrases::refused(who, &mut form, error)?;
            page(&who, form, true)
        }
    }
}

/// What standing rates give for what is chosen so far; nothing while it can't be read.
fn standing_lines(who: &Signed, form: &Form) -> Result<Vec<StandingLine>, AppError> {
    // A copy: what can't be read yet is nobody's mistake before the form is sent.
    match parts(who, &mut form.clone()) {
        Ok(Some(parts)) => standing::lines(who, &parts),
        Ok(None) | Err(AppError::NotFound) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The fragments that are chosen, each with its amount.
fn parts(who: &Signed, form: &mut Form) -> Result<Option<Vec<AskedPart>>, AppError> {
    let ticked = form.all("fragment").iter();
    let chosen: Vec<String> = ticked.filter(|id| !id.is_empty()).cloned().collect();
    if chosen.is_empty() {
        form.refuse("fragment", "missing");
        return Ok(None);
    }
    let held = held_fragments::run(&who.portal.app, &who.principal, &chosen)?;
    let parts: Vec<Option<AskedPart>> = chosen
        .into_iter()
        .zip(held)
        .map(|(fragment, held)| {
            let currency = held.paper.paper.currency;
            let amount = form.amount(&amount_field(&fragment), currency)?;
            Some(AskedPart { fragment, amount })
        })
        .collect();
    Ok(parts.into_iter().collect())
}

fn read(who: &Signed, form: &mut Form) -> Result<Option<RequestFinance>, AppError> {
    let parts = parts(who, form)?;
    let providers = banks(who, form)?;
    let bidding = match form.text("bidding") {
        "sealed" => form
            .moment("bids_until")
            .and_then(business_time::from_local)
            .map(Bidding::Sealed),
        _ => Some(Bidding::Open),
    };
    let expires_at = form.date("expires").and_then(end_of);
    let (Some(parts), Some(providers), Some(bidding), Some(expires_at)) =
        (parts, providers, bidding, expires_at)
    else {
        return Ok(None);
    };
    Ok(Some(RequestFinance {
        parts,
        providers,
        bidding,
        expires_at,
    }))
}

/// Every bank ticked is all banks, however many they are.
fn banks(who: &Signed, form: &mut Form) -> Result<Option<Providers>, AppError> {
    let chosen: Result<Vec<PartyId>, _> = form
        .all("bank")
        .iter()
        .map(|id| PartyId::parse(id))
        .collect();
    let Ok(chosen) = chosen else {
        form.refuse("bank", "not_offered");
        return Ok(None);
    };
    let all = finance_providers::run(&who.portal.app, &who.principal)?;
    if !all.is_empty() && all.iter().all(|bank| chosen.contains(&bank.party)) {
        return Ok(Some(Providers::All));
    }
    Ok(Some(Providers::Chosen(chosen)))
}

/// The last second of a day on the platform's clocks, which go with the business date.
fn end_of(day: NaiveDate) -> Option<DateTime<Utc>> {
    business_time::from_local(day.and_time(NaiveTime::from_hms_opt(23, 59, 59)?))
}
