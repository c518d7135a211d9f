//! One purchase: let the payment go, or say that the own system has ordered it.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::policy::Action;
use ledger_app::provider_book;
use ledger_app::provider_book::OwnDiscount;
use ledger_app::register_discount;
use ledger_app::report_payout;
use ledger_app::signing;
use ledger_core::id::QuoteId;

use super::phrases;
use crate::answer::Answer;
use crate::blame::blame;
use crate::forms::Form;
use crate::layout::Fact;
use crate::layout::Signing;
use crate::pages::desk::DeskPurchase;
use crate::posted::Posted;
use crate::session::Signed;
use crate::words;

pub(super) async fn show(who: Signed, quote: web::Path<String>) -> HttpResponse {
    who.answer(move |who| {
        let view = view(who, id(&quote)?, Form::default())?;
        who.page(&view)
    })
    .await
}

fn id(quote: &str) -> Result<QuoteId, AppError> {
    QuoteId::parse(quote).map_err(|_no_id| AppError::NotFound)
}

fn view(who: &Signed, quote: QuoteId, form: Form) -> Result<DeskPurchase, AppError> {
    let (lang, person) = (who.lang, &who.principal);
    let own = provider_book::discount(&who.portal.app, person, quote)?;
    let price = phrases::price(lang, &own.quote.quote);
    let waits = own.awaits_payment();
    let lets_go = person.may(Action::ReportPayment).is_ok();
    // The register comes first: without its certificate no money goes.
    let to_register = waits && own.certificate.is_none();
    let word = own.discount.state.word();
    Ok(DeskPurchase {
        shell: who.shell()?,
        id: quote.to_string(),
        proceeds: price.proceeds.clone(),
        state: lang.text(&format!("bought-{word}")),
        state_class: match word {
            "signed" | "registered" => "waiting",
            "paying" => "offered",
            "funded" => "ok",
            "unknown" => "overdue",
            _ => "ended",
        },
        to_register: to_register && lets_go,
        deed: (waits && lets_go && !to_register).then(|| deed(who, &own)),
        others: waits && !lets_go,
        facts: facts(who, &own).into_iter().chain(price.facts).collect(),
        form,
    })
}

fn facts(who: &Signed, own: &OwnDiscount) -> Vec<Fact> {
    let lang = who.lang;
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    let mut facts = vec![
        fact("holder", own.asked.holder.name.clone()),
        fact("obligor", own.asked.obligor.name.clone()),
        fact("paper", words::paper_number(&own.asked.paper.paper.number)),
        fact("range", own.quote.quote.range.to_string()),
        fact("desk-to-account", own.instruction.creditor_account.clone()),
        fact("desk-end-to-end", own.instruction.end_to_end_id.clone()),
    ];
    if let Some(certificate) = &own.certificate {
        facts.push(fact("desk-certificate", certificate.clone()));
    }
    facts
}

fn deed(who: &Signed, own: &OwnDiscount) -> Signing {
    let (lang, quote) = (who.lang, &own.quote.quote);
    let money = words::money(quote.proceeds, quote.currency);
    let holder = &own.asked.holder.name;
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    Signing {
        action: format!("/desk/purchases/{}/pay", quote.id),
        statement: lang.text_with("desk-pay-deed", &[("holder", holder), ("proceeds", &money)]),
        facts: vec![
            fact("quote-proceeds", money.clone()),
            fact("desk-to-account", own.instruction.creditor_account.clone()),
            fact("desk-end-to-end", own.instruction.end_to_end_id.clone()),
        ],
        consequences: vec![lang.text("desk-pay-follows")],
        submit: lang.text("desk-pay-do"),
        hidden: Vec::new(),
    }
}

pub(super) async fn let_go(posted: Posted, quote: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let quote = id(&quote)?;
            let (app, person) = (&who.portal.app, &who.principal);
            // The key signs nothing here: its passphrase shows that it is this person who lets go.
            let done = signing::open_key(app, person, form.passphrase("passphrase"))
                .and_then(|_signer| report_payout::authorise(app, person, quote, None));
            shown(who, quote, form, done.map(|_payout| ()))
        })
        .await
}

/// Records the certificate of the public register.
pub(super) async fn registered(posted: Posted, quote: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let quote = id(&quote)?;
            let (app, person) = (&who.portal.app, &who.principal);
            let done = register_discount::run(app, person, quote, form.text("certificate"), None);
            shown(who, quote, form, done.map(|_registered| ()))
        })
        .await
}

pub(super) async fn reported(posted: Posted, quote: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let quote = id(&quote)?;
            let (app, person) = (&who.portal.app, &who.principal);
            let done = report_payout::report(app, person, quote, form.text("reference"), None);
            shown(who, quote, form, done.map(|_payout| ()))
        })
        .await
}

fn shown(
    who: &Signed,
    quote: QuoteId,
    mut form: Form,
    done: Result<(), AppError>,
) -> Result<Answer, AppError> {
    let here = format!("/desk/purchases/{quote}");
    match done {
        Ok(()) => Ok(Answer::see_other(here)),
        Err(error) => {
            let others = [
                ("certificate_invalid", "certificate"),
                ("certificate_taken", "certificate"),
                ("already_registered", "certificate"),
                ("payment_reference_invalid", "reference"),
            ];
            blame(&mut form, &error, &others);
            let who = who.at(&here).refused(error)?;
            who.page_again(&view(&who, quote, form)?)
        }
    }
}
