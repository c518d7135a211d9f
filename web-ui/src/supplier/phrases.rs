//! States, dates and terms in the words of the supplier's pages.

use chrono::NaiveDate;
use ledger_app::error::AppError;
use ledger_app::portfolio::HoldingState;
use ledger_core::currency::Currency;
use ledger_core::range::Range;
use ledger_core::recourse::Recourse;

use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::layout::Banner;
use crate::layout::Tone;
use crate::refusal;
use crate::session::Signed;
use crate::words;

/// `in 43 days`, `today`, `3 days ago`.
pub(crate) fn when(lang: Lang, today: NaiveDate, date: NaiveDate) -> String {
    let days = date.signed_duration_since(today).num_days();
    let count = u32::try_from(days.unsigned_abs()).unwrap_or(u32::MAX);
    match days {
        0 => lang.text("day-today"),
        1.. => lang.text_with("days-ahead", &[("days", &count)]),
        _ => lang.text_with("days-ago", &[("days", &count)]),
    }
}

/// `due 8 Feb 2027, in 80 days`.
pub(crate) fn due(lang: Lang, today: NaiveDate, date: NaiveDate) -> String {
    let (day, when) = (dates::long(date, lang), when(lang, today, date));
    lang.text_with("due-line", &[("date", &day), ("when", &when)])
}

/// A state in words and the class of its dot.
pub(super) fn state(lang: Lang, state: &HoldingState) -> (String, &'static str) {
    match state {
        HoldingState::Held => (lang.text("held-free"), "live"),
        HoldingState::Offered(to) => (lang.text_with("held-offered", &[("to", to)]), "offered"),
        HoldingState::Selling(to) => (lang.text_with("held-selling", &[("to", to)]), "financed"),
        HoldingState::Redeeming(by) => (lang.text_with("held-redeeming", &[("by", by)]), "waiting"),
        HoldingState::Pledged(to) => (lang.text_with("held-pledged", &[("to", to)]), "financed"),
        HoldingState::Frozen => (lang.text("held-frozen"), "waiting"),
        HoldingState::Claimed(from) => {
            (lang.text_with("held-claimed", &[("from", from)]), "waiting")
        }
        HoldingState::WrittenOff => (lang.text("held-written-off"), "off"),
        HoldingState::Due => (lang.text("held-due"), "waiting"),
        HoldingState::Overdue => (lang.text("held-overdue"), "overdue"),
    }
}

/// Recourse in words; always said.
pub(crate) fn recourse(lang: Lang, recourse: Recourse, currency: Currency) -> String {
    match recourse {
        Recourse::Without => lang.text("recourse-without"),
        Recourse::With => lang.text("recourse-with"),
        Recourse::Limited(cap) => {
            lang.text_with("recourse-limited", &[("cap", &words::money(cap, currency))])
        }
    }
}

/// A paper and a range in one short line: the last digits tell papers apart.
pub(super) fn short_paper(number: &str, range: Range) -> String {
    let from = number.len().saturating_sub(9);
    format!("…{} · {range}", number.get(from..).unwrap_or(number))
}

/// Start of a hash, in groups of four.
pub(crate) fn short_hash(hash: &str) -> String {
    let groups = [hash.get(..4), hash.get(4..8), hash.get(8..12)];
    groups.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A rate a year: `2.91%`.
pub(crate) fn percent(rate: rust_decimal::Decimal) -> String {
    format!(
        "{}%",
        rate.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
    )
}

/// The query of a page as a form.
pub(crate) fn query(who: &Signed) -> Form {
    let query = who.path.split_once('?').map_or("", |(_, query)| query);
    Form::parse(query.as_bytes())
}

/// On which field of a supplier's form an error is about.
fn field_of(code: &str) -> Option<&'static str> {
    Some(match code {
        "zero_amount" | "more_than_held" | "below_minimum_fragment" => "amount",
        "document_used_up" => "invoice_amount",
        "fragment_spent"
        | "fragment_not_free"
        | "past_maturity"
        | "paper_not_active"
        | "not_transferable"
        | "too_deep"
        | "recourse_not_allowed"
        | "fragment_already_requested"
        | "fragment_asked_twice"
        | "too_many_fragments"
        | "no_fragment"
        | "currencies_differ"
        | "unknown_fragment"
        | "deed_does_not_fit"
        | "deed_expired"
        | "not_found" => "fragment",
        "self_transfer" | "recipient_not_active" | "unknown_party" | "wrong_kind_of_party" => {
            "recipient"
        }
        "invoice_number_taken"
        | "document_not_for_this_trade"
        | "invoice_incomplete"
        | "no_trade_document"
        | "unknown_document"
        | "text_too_long" => "invoice_number",
        "document_too_large" | "document_type_not_taken" => "document",
        "cash_choice_missing" | "cash_choice_outdated" => "cash_choice",
        "search_too_short" => "search",
        "expiry_not_possible" => "expires",
        "bids_until_not_possible" => "bids_until",
        "no_provider" | "too_many_providers" | "provider_not_active" => "bank",
        "wrong_passphrase" => "passphrase",
        _ => return None,
    })
}

/// Marks `field` if an error is about an amount.
pub(super) fn blame_amount(form: &mut Form, field: &str, error: &AppError) {
    if field_of(error.code()) == Some("amount") {
        form.refuse(field, "see_above");
    }
}

/// Marks the field an error is about and puts its words over the page; a fault that is nobody's
/// input is handed on.
///
/// # Errors
/// The error itself unless it is about what the person did.
pub(super) fn refused(who: &Signed, form: &mut Form, error: AppError) -> Result<Signed, AppError> {
    if let Some(field) = field_of(error.code()) {
        form.refuse(field, "see_above");
    }
    who.refused(error)
}

/// The same where fields can't even be read: they carry their own words.
pub(crate) fn unreadable(who: &Signed, form: &Form) -> Signed {
    let code = form
        .errors()
        .first()
        .map(|error| error.code)
        .unwrap_or_default();
    let lang = who.lang;
    who.with_banner(Banner {
        tone: Tone::Refused,
        title: lang.text("form-wrong"),
        advice: lang.text("form-wrong-do"),
        code: code.to_owned(),
    })
}

/// What is always said over a passphrase.
pub(super) fn always(lang: Lang) -> Vec<String> {
    vec![lang.text("deed-final"), lang.text("deed-answer-for")]
}

/// Whether an error speaks in a banner; used where a page has no form.
pub(super) fn banner(who: &Signed, error: &AppError) -> Signed {
    who.with_banner(refusal::banner(error, who.lang))
}
