//! Sign one bank's offer, one quote or several: everything in it once more, then one passphrase.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::compared_offer::ComparedOffer;
use ledger_app::error::AppError;
use ledger_app::idempotency::IdempotencyKey;
use ledger_app::sign_quote;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use ledger_app::supplier_quotes::Comparison;
use ledger_core::id::QuoteId;

use super::carried;
use super::comparison;
use super::phrases;
use crate::answer::Answer;
use crate::dates;
use crate::forms::Form;
use crate::layout::Fact;
use crate::layout::Signing;
use crate::pages::finance::SignQuote;
use crate::posted::Posted;
use crate::session::Signed;
use crate::words;

const DEED: &str = "quote";

type Address = web::Path<(String, String)>;

pub(super) async fn show(who: Signed, at: Address) -> HttpResponse {
    let (request, quote) = at.into_inner();
    who.answer(move |who| page(who, &request, &quote, Form::default(), false))
        .await
}

pub(super) async fn sign(posted: Posted, at: Address) -> HttpResponse {
    let (request, quote) = at.into_inner();
    posted
        .answer(move |who, form| post(who, &request, &quote, form))
        .await
}

/// The offer of which a quote is part.
fn find(seen: &Comparison, quote: &str) -> Result<ComparedOffer, AppError> {
    let id = QuoteId::parse(quote).map_err(|_no_id| AppError::NotFound)?;
    let part = |offer: &&ComparedOffer| offer.quotes.iter().any(|quote| quote.id == id);
    let found = seen.offers.iter().find(part);
    found.cloned().ok_or(AppError::NotFound)
}

fn post(who: &Signed, request: &str, quote: &str, mut form: Form) -> Result<Answer, AppError> {
    let seen = comparison::load(who, request)?;
    let chosen = find(&seen, quote)?;
    match execute(who, &chosen, &form) {
        Ok(()) => Ok(Answer::see_other(receipt(&seen, &chosen)?)),
        Err(error) => {
            let who = phrases::refused(who, &mut form, error)?;
            page(&who, request, quote, form, true)
        }
    }
}

/// One fragment has its receipt; of several, the inquiry's page shows what has become of each.
fn receipt(seen: &Comparison, chosen: &ComparedOffer) -> Result<String, AppError> {
    let [one] = chosen.quotes.as_slice() else {
        return Ok(format!("/finance/{}", comparison::id_of(seen)?));
    };
    let part = seen
        .parts
        .iter()
        .find(|part| part.asked.request.id == one.request)
        .ok_or(AppError::NotFound)?;
    Ok(format!("/receipts/{}", part.fragment))
}

fn execute(who: &Signed, chosen: &ComparedOffer, form: &Form) -> Result<(), AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    let signer = signing::open_key(app, person, form.passphrase("passphrase"))?;
    let deed = carried::open(who, DEED, form)?;
    // What is signed is what was on the page: a quote that has come or gone since is not in it.
    let shown = deed.text("quotes").to_owned();
    let quotes: Result<Vec<QuoteId>, _> = shown.split(' ').map(QuoteId::parse).collect();
    let quotes = quotes.map_err(|_no_id| crate::posted::form_outdated())?;
    if !chosen.quotes.iter().any(|one| quotes.contains(&one.id)) {
        return Err(crate::posted::form_outdated());
    }
    let request: [&[u8]; 3] = [b"POST", b"/quotes/sign", shown.as_bytes()];
    let key = IdempotencyKey::new(person, deed.text(carried::ONCE), &request)?;
    sign_quote::offer(app, person, &With::With(&signer), &quotes, Some(key)).map(|_| ())
}

fn page(
    who: &Signed,
    request: &str,
    quote: &str,
    form: Form,
    again: bool,
) -> Result<Answer, AppError> {
    let seen = comparison::load(who, request)?;
    let chosen = find(&seen, quote)?;
    let back = format!("/finance/{}", comparison::id_of(&seen)?);
    if !chosen.stands && !again {
        return Ok(Answer::see_other(back));
    }
    let who = who.at(&format!("{back}/quotes/{}", comparison::quote_of(&chosen)?));
    let money = |amount| comparison::money(&chosen, amount);
    let comma = who.lang.text("list-comma");
    let pays_on =
        |one: &ledger_app::compared_offer::ComparedQuote| dates::long(one.quote.pay_date, who.lang);
    let view = SignQuote {
        shell: who.shell()?,
        form,
        bank: chosen.provider_name.clone(),
        proceeds: money(chosen.proceeds),
        pays_on: comparison::alike(&chosen, pays_on, &comma),
        cost: money(chosen.cost),
        cost_per_year: phrases::percent(chosen.annual_cost),
        deed: deed(&who, &seen, &chosen)?,
        back,
    };
    if again {
        who.page_again(&view)
    } else {
        who.page(&view)
    }
}

fn deed(who: &Signed, seen: &Comparison, chosen: &ComparedOffer) -> Result<Signing, AppError> {
    let lang = who.lang;
    let money = |amount| comparison::money(chosen, amount);
    let mut facts = what(who, seen, chosen);
    facts.push(Fact::new(lang.text("amount"), money(chosen.face)));
    facts.push(Fact::new(
        lang.text("quote-charge"),
        money(comparison::charge(chosen)),
    ));
    let fees = comparison::fees(lang, chosen)?;
    facts.extend(fees.into_iter().map(|(words, sum)| Fact::new(words, sum)));
    let recourse = |one: &ledger_app::compared_offer::ComparedQuote| {
        phrases::recourse(lang, one.quote.recourse, one.quote.currency)
    };
    facts.extend([
        Fact::new(lang.text("quote-proceeds"), money(chosen.proceeds)),
        Fact::new(
            lang.text("quote-recourse"),
            comparison::alike(chosen, recourse, &lang.text("list-comma")),
        ),
        Fact::new(
            lang.text("quote-valid"),
            dates::moment(chosen.expires_at, lang),
        ),
    ]);
    let mut consequences = vec![lang.text("deed-until-paid")];
    consequences.extend(phrases::always(lang));
    let ids: Vec<String> = chosen.quotes.iter().map(|one| one.id.to_string()).collect();
    let carried = [("quotes", ids.join(" "))];
    let several = chosen.quotes.len() > 1;
    let statement = if several { "deed-offer" } else { "deed-quote" };
    Ok(Signing {
        action: format!(
            "/finance/{}/quotes/{}/sign",
            comparison::id_of(seen)?,
            comparison::quote_of(chosen)?
        ),
        statement: lang.text_with(statement, &[("bank", &chosen.provider_name)]),
        facts,
        consequences,
        submit: lang.text("deed-quote-sign"),
        hidden: vec![(
            carried::FIELD.to_owned(),
            carried::seal(who, DEED, &carried)?,
        )],
    })
}

/// The fragments that are sold, each with its price.
fn what(who: &Signed, seen: &Comparison, chosen: &ComparedOffer) -> Vec<Fact> {
    let lang = who.lang;
    if let [one] = chosen.quotes.as_slice()
        && let Some(part) = seen
            .parts
            .iter()
            .find(|part| part.asked.request.id == one.request)
    {
        let number = &part.asked.paper.paper.number;
        return vec![
            Fact::new(lang.text("obligor"), part.asked.obligor.name.clone()),
            Fact::new(lang.text("paper"), words::paper_number(number)),
            Fact::new(lang.text("range"), one.quote.range.to_string()),
            Fact::new(lang.text("quote-rate"), comparison::rate(lang, &one.quote)),
        ];
    }
    let lines = comparison::lines(lang, seen, chosen);
    let fact = |line: crate::pages::finance::AskedLine| {
        Fact::new(line.what, format!("{} · {}", line.amount, line.note))
    };
    lines.into_iter().map(fact).collect()
}
