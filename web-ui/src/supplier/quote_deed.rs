//! Sign one quote: everything in it once more, then the passphrase.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::idempotency::IdempotencyKey;
use ledger_app::sign_quote;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use ledger_app::supplier_quotes::ComparedQuote;
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

fn find(seen: &Comparison, quote: &str) -> Result<ComparedQuote, AppError> {
    let id = QuoteId::parse(quote).map_err(|_no_id| AppError::NotFound)?;
    let found = seen.quotes.iter().find(|one| one.id == id);
    found.cloned().ok_or(AppError::NotFound)
}

fn post(who: &Signed, request: &str, quote: &str, mut form: Form) -> Result<Answer, AppError> {
    let seen = comparison::load(who, request)?;
    let chosen = find(&seen, quote)?;
    match execute(who, &chosen, &form) {
        Ok(()) => Ok(Answer::see_other(format!("/receipts/{}", seen.fragment))),
        Err(error) => {
            let who = phrases::refused(who, &mut form, error)?;
            page(&who, request, quote, form, true)
        }
    }
}

fn execute(who: &Signed, chosen: &ComparedQuote, form: &Form) -> Result<(), AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    let signer = signing::open_key(app, person, form.passphrase("passphrase"))?;
    let deed = carried::open(who, DEED, form)?;
    let id = chosen.id.to_string();
    if deed.text("quote") != id {
        return Err(crate::posted::form_outdated());
    }
    let request: [&[u8]; 3] = [b"POST", b"/quotes/sign", id.as_bytes()];
    let key = IdempotencyKey::new(person, deed.text(carried::ONCE), &request)?;
    sign_quote::run(app, person, &With::With(&signer), chosen.id, Some(key)).map(|_| ())
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
    let back = format!("/finance/{}", seen.asked.request.id);
    if !chosen.stands && !again {
        return Ok(Answer::see_other(back));
    }
    let who = who.at(&format!("{back}/quotes/{}", chosen.id));
    let money = |amount| words::money(amount, chosen.quote.currency);
    let view = SignQuote {
        shell: who.shell()?,
        form,
        bank: chosen.provider_name.clone(),
        proceeds: money(chosen.quote.proceeds),
        pays_on: dates::long(chosen.quote.pay_date, who.lang),
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

fn deed(who: &Signed, seen: &Comparison, chosen: &ComparedQuote) -> Result<Signing, AppError> {
    let (lang, quote) = (who.lang, &chosen.quote);
    let money = |amount| words::money(amount, quote.currency);
    let number = &seen.asked.paper.paper.number;
    let mut facts = vec![
        Fact::new(lang.text("obligor"), seen.asked.obligor.name.clone()),
        Fact::new(lang.text("paper"), words::paper_number(number)),
        Fact::new(lang.text("range"), quote.range.to_string()),
        Fact::new(lang.text("amount"), money(quote.range.amount())),
        Fact::new(lang.text("quote-charge"), money(quote.charge)),
        Fact::new(lang.text("quote-rate"), comparison::rate(lang, quote)),
    ];
    let fees = comparison::fees(lang, quote);
    facts.extend(fees.into_iter().map(|(words, sum)| Fact::new(words, sum)));
    facts.extend([
        Fact::new(lang.text("quote-proceeds"), money(quote.proceeds)),
        Fact::new(
            lang.text("quote-recourse"),
            phrases::recourse(lang, quote.recourse, quote.currency),
        ),
        Fact::new(
            lang.text("quote-valid"),
            dates::moment(chosen.expires_at, lang),
        ),
    ]);
    let mut consequences = vec![lang.text("deed-until-paid")];
    consequences.extend(phrases::always(lang));
    let sealed = carried::seal(who, DEED, &[("quote", chosen.id.to_string())])?;
    Ok(Signing {
        action: format!(
            "/finance/{}/quotes/{}/sign",
            seen.asked.request.id, chosen.id
        ),
        statement: lang.text_with("deed-quote", &[("bank", &chosen.provider_name)]),
        facts,
        consequences,
        submit: lang.text("deed-quote-sign"),
        hidden: vec![(carried::FIELD.to_owned(), sealed)],
    })
}
