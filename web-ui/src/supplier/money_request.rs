//! Ask banks for money on a fragment, and see what was asked before.

use actix_web::HttpResponse;
use chrono::DateTime;
use chrono::NaiveDate;
use chrono::NaiveTime;
use chrono::TimeDelta;
use chrono::Utc;
use ledger_app::business_time;
use ledger_app::error::AppError;
use ledger_app::finance_providers;
use ledger_app::held_fragment::HeldFragment;
use ledger_app::preview_transfer;
use ledger_app::request_finance;
use ledger_app::request_finance::RequestFinance;
use ledger_app::supplier_quotes;
use ledger_app::supplier_quotes::OwnRequest;
use ledger_app::trace_fragment;
use ledger_core::id::PartyId;

use super::choices;
use super::phrases;
use super::standing;
use crate::answer::Answer;
use crate::dates;
use crate::forms::Form;
use crate::pages::finance::Ask;
use crate::pages::finance::FinanceList;
use crate::pages::finance::RequestLine;
use crate::pages::finance::StandingLine;
use crate::posted::Posted;
use crate::session::Signed;
use crate::words;

/// Requests in the list.
const LISTED: i64 = 50;

/// Days that a request is open unless somebody chooses otherwise.
const USUAL_DAYS: u64 = 5;

pub(super) async fn list(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let requests = supplier_quotes::list(&who.portal.app, &who.principal, LISTED)?;
        who.page(&FinanceList {
            shell: who.shell()?,
            requests: requests.iter().map(|one| line(who, one)).collect(),
            can_ask: !choices::free(who, "")?.is_empty(),
        })
    })
    .await
}

fn line(who: &Signed, one: &OwnRequest) -> RequestLine {
    let (lang, request) = (who.lang, &one.asked.request);
    let state = request.state.word();
    let status = match (state, one.best_annual_cost) {
        ("open", Some(best)) => {
            let best = phrases::percent(best);
            lang.text_with("request-quotes", &[("count", &one.quotes), ("rate", &best)])
        }
        _ => lang.text(&format!("request-{state}")),
    };
    let until = dates::moment(request.expires_at, lang);
    RequestLine {
        href: format!("/finance/{}", request.id),
        amount: words::money(request.amount, request.currency),
        what: one.asked.obligor.name.clone(),
        status,
        state_class: match state {
            "open" | "signed" | "paying" => "waiting",
            "funded" => "financed",
            _ => "ended",
        },
        until: match state {
            "open" => lang.text_with("request-until", &[("moment", &until)]),
            _ => phrases::due(lang, who.business_date, one.asked.paper.paper.due_date),
        },
    }
}

pub(super) async fn show(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let mut form = phrases::query(who);
        if form.text("expires").is_empty() {
            let usual = local_today(who).checked_add_days(chrono::Days::new(USUAL_DAYS));
            form.push("expires", &usual.unwrap_or(who.business_date).to_string());
        }
        page(who, form, false)
    })
    .await
}

/// Requests end by the clock, not by the business date: a demo that travels in time still has
/// banks that answer in theirs.
fn local_today(who: &Signed) -> NaiveDate {
    business_time::local(who.portal.app.clock.now()).date()
}

fn page(who: &Signed, mut form: Form, again: bool) -> Result<Answer, AppError> {
    let who = who.at("/finance/new");
    let fragments = choices::free(&who, form.text("fragment"))?;
    if form.text("fragment").is_empty()
        && let Some(first) = fragments.first()
    {
        form.push("fragment", &first.id);
    }
    if form.text("amount").is_empty()
        && !again
        && let Ok(held) = sellable(&who, form.text("fragment"))
    {
        let whole = held.fragment.range.amount();
        form.push("amount", &whole.to_plain(held.paper.paper.currency));
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

pub(super) async fn send(posted: Posted) -> HttpResponse {
    posted.answer(ask).await
}

fn ask(who: &Signed, mut form: Form) -> Result<Answer, AppError> {
    let command = match read(who, &mut form) {
        Ok(Some(command)) => command,
        Ok(None) => return page(&phrases::unreadable(who, &form), form, true),
        Err(error) => {
            let who = phrases::refused(who, &mut form, error)?;
            return page(&who, form, true);
        }
    };
    match request_finance::run(&who.portal.app, &who.principal, &command, None) {
        Ok(asked) => Ok(Answer::see_other(format!("/finance/{}", asked.request))),
        Err(error) => {
            let who = phrases::refused(who, &mut form, error)?;
            page(&who, form, true)
        }
    }
}

fn read(who: &Signed, form: &mut Form) -> Result<Option<RequestFinance>, AppError> {
    let Some(fragment) = form.required("fragment") else {
        return Ok(None);
    };
    let held = sellable(who, &fragment)?;
    let amount = form.amount("amount", held.paper.paper.currency);
    let providers: Result<Vec<PartyId>, _> = form
        .all("bank")
        .iter()
        .map(|id| PartyId::parse(id))
        .collect();
    if providers.is_err() {
        form.refuse("bank", "not_offered");
    }
    let expires = form.date("expires");
    let expires_at = expires.and_then(end_of);
    let (Some(amount), Ok(providers), Some(expires_at)) = (amount, providers, expires_at) else {
        return Ok(None);
    };
    Ok(Some(RequestFinance {
        fragment,
        amount,
        providers,
        expires_at,
    }))
}

/// A fragment that may not be passed on to suppliers can still be sold: only the currency is
/// wanted here, the request itself asks everything else.
fn sellable(who: &Signed, fragment: &str) -> Result<HeldFragment, AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    match preview_transfer::standing(app, person, fragment) {
        Err(error) if matches!(error.code(), "not_transferable" | "too_deep") => {
            Ok(trace_fragment::run(app, person, fragment)?.held)
        }
        other => other,
    }
}

/// What standing rates give for what is chosen so far; nothing while it can't be read.
fn standing_lines(who: &Signed, form: &Form) -> Result<Vec<StandingLine>, AppError> {
    let fragment = form.text("fragment");
    let Ok(held) = sellable(who, fragment) else {
        return Ok(Vec::new());
    };
    // A copy: what can't be read yet is nobody's mistake before the form is sent.
    match form.clone().amount("amount", held.paper.paper.currency) {
        Some(amount) => standing::lines(who, fragment, amount),
        None => Ok(Vec::new()),
    }
}

/// The last second of a day on the platform's clocks.
fn end_of(day: NaiveDate) -> Option<DateTime<Utc>> {
    let last = day.and_time(NaiveTime::from_hms_opt(23, 59, 59)?).and_utc();
    let ahead = business_time::local(last).signed_duration_since(last.naive_utc());
    last.checked_sub_signed(TimeDelta::seconds(ahead.num_seconds()))
}
