//! The requests that the provider was invited to, narrowed and paged.

use actix_web::HttpResponse;
use chrono::NaiveDate;
use ledger_app::error::AppError;
use ledger_app::provider_inbox;
use ledger_app::provider_inbox::DeskState;
use ledger_app::provider_inbox::InboxFilter;
use ledger_app::provider_inbox::OfferedRequest;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;

use super::phrases;
use crate::answer::Answer;
use crate::dates;
use crate::forms::Form;
use crate::page_mark;
use crate::pages::desk::Inbox;
use crate::pages::desk::InboxLine;
use crate::session::Signed;
use crate::supplier::phrases::due;
use crate::supplier::phrases::query;
use crate::words;

const HERE: &str = "/desk";

/// Requests on a page.
const PAGE: i64 = 50;

/// Fields that narrow the list, as they stand in the address.
const FIELDS: [&str; 8] = [
    "standing", "obligor", "holder", "currency", "least", "most", "from", "to",
];

pub(super) async fn show(who: Signed) -> HttpResponse {
    who.answer(|who| page(who, query(who))).await
}

fn page(who: &Signed, mut form: Form) -> Result<Answer, AppError> {
    let (app, principal, lang) = (&who.portal.app, &who.principal, who.lang);
    let filter = read(&mut form);
    let after = page_mark::read(form.text("after"));
    let found = provider_inbox::list(app, principal, &filter, after, PAGE)?;
    let parties = provider_inbox::parties(app, principal)?;
    let named = |list: Vec<(PartyId, String)>| {
        let value = |(id, name): (PartyId, String)| (id.to_string(), name);
        list.into_iter().map(value).collect()
    };
    let mut standings = vec![(
        address(&form, "standing", "", None),
        lang.text("desk-standing-all"),
        filter.standing.is_none(),
    )];
    standings.extend(DeskState::ALL.iter().map(|standing| {
        (
            address(&form, "standing", standing.word(), None),
            phrases::standing(lang, *standing).0,
            filter.standing == Some(*standing),
        )
    }));
    let next = found
        .next
        .map(|place| address(&form, "", "", Some(&page_mark::of(place))));
    who.page(&Inbox {
        shell: who.shell()?,
        standings,
        obligors: named(parties.obligors),
        holders: named(parties.holders),
        lines: found.items.iter().map(|one| line(who, one)).collect(),
        next: next.unwrap_or_default(),
        form,
    })
}

/// The address of this list with one field set otherwise.
fn address(form: &Form, field: &str, value: &str, after: Option<&str>) -> String {
    let mut to = url::form_urlencoded::Serializer::new(String::new());
    for name in FIELDS {
        let value = if name == field {
            value
        } else {
            form.text(name)
        };
        if !value.is_empty() {
            to.append_pair(name, value);
        }
    }
    if let Some(after) = after {
        to.append_pair("after", after);
    }
    match to.finish() {
        query if query.is_empty() => HERE.to_owned(),
        query => format!("{HERE}?{query}"),
    }
}

/// What is asked for; what can't be read is marked and not asked.
fn read(form: &mut Form) -> InboxFilter {
    let party = |text: &str| PartyId::parse(text).ok();
    let currency: Option<Currency> = form.text("currency").parse().ok();
    if currency.is_none() && !form.text("currency").is_empty() {
        form.refuse("currency", "currency_unknown");
    }
    let mut filter = InboxFilter {
        standing: DeskState::ALL
            .iter()
            .copied()
            .find(|standing| standing.word() == form.text("standing")),
        obligor: party(form.text("obligor")),
        holder: party(form.text("holder")),
        currency,
        ..InboxFilter::default()
    };
    // Bounds are in the chosen currency, or else in the one most papers have.
    let unit = currency.unwrap_or(Currency::CNY);
    filter.least = bound(form, "least", unit);
    filter.most = bound(form, "most", unit);
    if filter.least.is_some() || filter.most.is_some() {
        filter.currency = Some(unit);
    }
    filter.due_from = day(form, "from");
    filter.due_to = day(form, "to");
    filter
}

fn bound(form: &mut Form, name: &str, currency: Currency) -> Option<Amount> {
    if form.text(name).is_empty() {
        return None;
    }
    form.amount(name, currency)
}

fn day(form: &mut Form, name: &str) -> Option<NaiveDate> {
    if form.text(name).is_empty() {
        return None;
    }
    form.date(name)
}

fn line(who: &Signed, one: &OfferedRequest) -> InboxLine {
    let (asked, lang) = (&one.asked, who.lang);
    let (state, state_class) = phrases::standing(lang, one.standing);
    InboxLine {
        href: format!("/desk/requests/{}", asked.request.id),
        who: asked.holder.name.clone(),
        obligor: asked.obligor.name.clone(),
        paper: words::paper_number(&asked.paper.paper.number),
        range: asked.range().map(|r| r.to_string()).unwrap_or_default(),
        due: due(lang, who.business_date, asked.paper.paper.due_date),
        until: dates::moment(asked.request.expires_at, lang),
        amount: words::money(asked.request.amount, asked.request.currency),
        state,
        state_class,
    }
}
