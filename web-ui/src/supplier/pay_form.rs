//! The form for paying a supplier: read from what was typed, or shown again with what is wrong.

use chrono::NaiveDate;
use ledger_app::error::AppError;
use ledger_app::find_supplier;
use ledger_app::preview_transfer;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
use ledger_core::recourse::Recourse;

use super::choices;
use super::phrases;
use crate::answer::Answer;
use crate::forms::Form;
use crate::pages::pay::Pay;
use crate::session::Signed;

/// The fields that are kept when the form is left and come back to.
pub(super) const FIELDS: [&str; 8] = [
    "fragment",
    "recipient",
    "amount",
    "recourse",
    "recourse_cap",
    "invoice_number",
    "invoice_date",
    "invoice_amount",
];

/// A payment as typed, every field readable.
#[derive(Debug, Clone)]
pub(super) struct Payment {
    pub(super) fragment: String,
    pub(super) recipient: PartyId,
    pub(super) amount: Amount,
    pub(super) currency: Currency,
    pub(super) recourse: Recourse,
    pub(super) invoice_number: String,
    pub(super) invoice_date: NaiveDate,
    pub(super) invoice_amount: Amount,
}

/// Reads the form; what can't be read is marked in it and gives `None`.
///
/// # Errors
/// The fragment's own: it is not the caller's, or can't be passed on.
pub(super) fn read(who: &Signed, form: &mut Form) -> Result<Option<Payment>, AppError> {
    let Some(fragment) = form.required("fragment") else {
        return Ok(None);
    };
    let held = preview_transfer::standing(&who.portal.app, &who.principal, &fragment)?;
    let currency = held.paper.paper.currency;
    let recipient = PartyId::parse(form.text("recipient")).ok();
    if recipient.is_none() {
        form.refuse("recipient", "not_offered");
    }
    let amount = form.amount("amount", currency);
    let recourse = recourse(form, currency, amount);
    let invoice_number = form.required("invoice_number");
    let invoice_date = form.date("invoice_date");
    let invoice_amount = form.amount("invoice_amount", currency);
    if let Some(date) = invoice_date
        && date > who.business_date
    {
        form.refuse("invoice_date", "date_ahead");
        return Ok(None);
    }
    let read = || {
        Some(Payment {
            fragment,
            recipient: recipient?,
            amount: amount?,
            currency,
            recourse: recourse?,
            invoice_number: invoice_number?,
            invoice_date: invoice_date?,
            invoice_amount: invoice_amount?,
        })
    };
    Ok(read())
}

/// Recourse is chosen, never supposed: none of the three stands chosen in an empty form.
fn recourse(form: &mut Form, currency: Currency, amount: Option<Amount>) -> Option<Recourse> {
    match form.required("recourse")?.as_str() {
        "without" => Some(Recourse::Without),
        "with" => Some(Recourse::With),
        "limited" => {
            let cap = form.amount("recourse_cap", currency)?;
            if amount.is_some_and(|amount| cap > amount) {
                form.refuse("recourse_cap", "cap_above_amount");
                return None;
            }
            Some(Recourse::Limited(cap))
        }
        _ => {
            form.refuse("recourse", "not_offered");
            None
        }
    }
}

/// Who can be chosen: those found by what was typed, else those known from earlier invoices; and
/// whoever was chosen before.
fn recipients(who: &Signed, form: &mut Form) -> Result<Vec<(String, String)>, AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    let search = form.text("search").to_owned();
    let found = match find_supplier::run(app, person, &search) {
        Err(error) if error.code() == "search_too_short" => {
            form.refuse("search", "search_too_short");
            find_supplier::run(app, person, "")?
        }
        other => other?,
    };
    if found.is_empty() && !search.is_empty() {
        form.refuse("search", "nobody_found");
    }
    let line = |name: &str, code: &str| match code {
        "" => name.to_owned(),
        code => format!("{name} · {code}"),
    };
    Ok(found
        .iter()
        .map(|one| (one.party.to_string(), line(&one.name, &one.credit_code)))
        .collect())
}

/// The form, with what was typed and what is wrong with it.
pub(super) fn page(who: &Signed, mut form: Form, again: bool) -> Result<Answer, AppError> {
    let who = who.at("/pay");
    let fragments = choices::free(&who, form.text("fragment"))?;
    let recipients = recipients(&who, &mut form)?;
    if recipients.len() == 1
        && form.text("recipient").is_empty()
        && !form.text("search").is_empty()
        && let Some((only, _)) = recipients.first()
    {
        form.push("recipient", only);
    }
    let view = Pay {
        shell: who.shell()?,
        form,
        fragments,
        recipients,
    };
    if again {
        who.page_again(&view)
    } else {
        who.page(&view)
    }
}

/// The form again after the ledger, or a field, said no.
pub(super) fn page_refused(
    who: &Signed,
    mut form: Form,
    error: AppError,
) -> Result<Answer, AppError> {
    let who = phrases::refused(who, &mut form, error)?;
    page(&who, form, true)
}

/// The address of the form with what was typed.
pub(super) fn address(form: &Form) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in FIELDS {
        query.append_pair(name, form.text(name));
    }
    format!("/pay?{}", query.finish())
}
