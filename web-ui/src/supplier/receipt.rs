//! After a signature: what stands on record, and what comes next.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::entry_receipt;
use ledger_app::entry_receipt::EntryReceipt;
use ledger_app::error::AppError;
use ledger_core::signature::Seat;

use super::phrases;
use crate::answer::Answer;
use crate::dates;
use crate::i18n::Lang;
use crate::layout::Fact;
use crate::pages::receipt::Receipt;
use crate::session::Signed;
use crate::words;

pub(super) async fn show(who: Signed, spent: web::Path<String>) -> HttpResponse {
    who.answer(move |who| {
        let receipt = entry_receipt::run(&who.portal.app, &who.principal, &spent)?;
        page(who, &receipt)
    })
    .await
}

fn page(who: &Signed, receipt: &EntryReceipt) -> Result<Answer, AppError> {
    let lang = who.lang;
    let act = receipt.act.replace('_', "-");
    let currency = receipt.spent.paper.paper.currency;
    let amount = match &receipt.quote {
        Some(quote) => words::money(quote.proceeds, currency),
        None => words::money(receipt.amount, currency),
    };
    let other = &receipt.other;
    let mut links = vec![(lang.text("to-holdings"), "/".to_owned())];
    if let Some(made) = &receipt.made {
        links.push((lang.text("to-fragment"), format!("/fragments/{made}")));
    }
    if let Some(rest) = &receipt.rest {
        links.push((lang.text("to-rest"), format!("/fragments/{rest}")));
    }
    who.page(&Receipt {
        shell: who.shell()?,
        title: lang.text_with(&format!("receipt-{act}"), &[("other", other)]),
        amount,
        next: lang.text_with(&format!("receipt-{act}-next"), &[("other", other)]),
        facts: facts(lang, receipt),
        links,
    })
}

fn facts(lang: Lang, receipt: &EntryReceipt) -> Vec<Fact> {
    let paper = &receipt.spent.paper.paper;
    let signed = receipt
        .signatures
        .iter()
        .map(|signature| match signature.party.is_empty() {
            true => lang.text(seat(signature.seat)),
            false => signature.party.clone(),
        });
    let signed: Vec<String> = signed.collect();
    let recourse = receipt.quote.as_ref().map(|quote| {
        let words = phrases::recourse(lang, quote.recourse, quote.currency);
        Fact::new(lang.text("quote-recourse"), words)
    });
    let mut facts = vec![
        Fact::new(lang.text("paper"), words::paper_number(&paper.number)),
        Fact::new(lang.text("when"), dates::long(receipt.date, lang)),
        Fact::new(
            lang.text("signed-by"),
            signed.join(&lang.text("list-comma")),
        ),
        Fact::new(lang.text("entry-hash"), receipt.hash.clone()),
    ];
    facts.extend(recourse);
    facts
}

const fn seat(seat: Seat) -> &'static str {
    match seat {
        Seat::Book => "seat-book",
        Seat::Maker => "seat-maker",
        Seat::Checker => "seat-checker",
        Seat::Holder | Seat::Subject => "seat-holder",
        Seat::Recipient => "seat-recipient",
        Seat::FinanceProvider => "seat-provider",
    }
}
