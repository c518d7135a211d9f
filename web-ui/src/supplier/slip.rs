//! The voucher for print, in the layout of the field's transfer slips.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::trace_fragment;
use ledger_app::trace_fragment::FragmentTrace;
use ledger_app::trace_fragment::Party;

use super::phrases;
use crate::answer::Answer;
use crate::dates;
use crate::i18n::Lang;
use crate::layout::Fact;
use crate::pages::voucher::Voucher;
use crate::pages::voucher::VoucherParty;
use crate::session::Signed;
use crate::terms_words;
use crate::words;

pub(super) async fn show(who: Signed, fragment: web::Path<String>) -> HttpResponse {
    who.answer(move |who| page(who, &fragment)).await
}

fn page(who: &Signed, id: &str) -> Result<Answer, AppError> {
    let trace = trace_fragment::run(&who.portal.app, &who.principal, id)?;
    let lang = who.lang;
    let paper = &trace.held.paper.paper;
    let range = trace.held.fragment.range;
    let amount = range.amount();
    let received = trace.path.last().and_then(|step| step.date);
    let transferred = received.filter(|_| trace.recourse.is_some());
    let number = |letter: &str| {
        format!(
            "{letter}-{}",
            phrases::short_hash(&trace.entry).to_uppercase()
        )
    };
    who.page(&Voucher {
        shell: who.shell()?,
        back: format!("/fragments/{id}"),
        number: paper.number.clone(),
        range: range.to_string(),
        transfer_number: if transferred.is_some() {
            number("T")
        } else {
            String::new()
        },
        receipt_number: id.to_owned(),
        origin_number: paper.number.clone(),
        issued: dates::long(paper.issue_date, lang),
        transferred: transferred
            .map(|day| dates::long(day, lang))
            .unwrap_or_default(),
        promised: dates::long(paper.due_date, lang),
        currency: paper.currency.code().to_owned(),
        amount: words::money(amount, paper.currency),
        boxes: words::boxes(amount, paper.currency),
        capitals: words::capitals(amount, paper.currency).unwrap_or_default(),
        parties: parties(lang, &trace),
        basis: basis(lang, &trace),
        terms: terms_words::lines(lang, &paper.terms, paper.currency),
        clauses: [
            "clause-trade",
            "clause-discharge",
            "clause-promise",
            "clause-account",
        ]
        .map(|key| lang.text(key))
        .to_vec(),
        proof: proof(lang, &trace),
    })
}

fn parties(lang: Lang, trace: &FragmentTrace) -> Vec<VoucherParty> {
    let mut parties = Vec::new();
    // For the payee the obligor is transferor and payer in one.
    if let Some(from) = trace
        .from
        .as_ref()
        .filter(|from| from.id != trace.held.obligor.id)
    {
        parties.push(party(lang.text("v-transferor"), from, false));
    }
    parties.push(party(lang.text("v-recipient"), &trace.holder, trace.own));
    parties.push(party(lang.text("v-payer"), &trace.held.obligor, false));
    parties
}

fn party(title: String, party: &Party, own: bool) -> VoucherParty {
    let number = &party.account_number;
    let tail = number
        .get(number.len().saturating_sub(4)..)
        .unwrap_or_default();
    VoucherParty {
        title,
        name: party.name.clone(),
        account: match (own, number.is_empty()) {
            (_, true) => "—".to_owned(),
            (true, false) => number.clone(),
            (false, false) => format!("**** {tail}"),
        },
        bank: party.account_bank_code.clone(),
        tax_number: match party.uscc.is_empty() {
            true => "—".to_owned(),
            false => party.uscc.clone(),
        },
    }
}

fn basis(lang: Lang, trace: &FragmentTrace) -> Vec<Fact> {
    let currency = trace.held.paper.paper.currency;
    let documents = trace.documents.iter().map(|d| {
        let sum = d
            .amount
            .map(|amount| words::money(amount, currency))
            .unwrap_or_default();
        (d.number.clone(), d.issued_on, sum)
    });
    let payables = trace.payables.iter().map(|p| {
        (
            p.invoice_no.clone(),
            p.invoice_date,
            words::money(p.amount, p.currency),
        )
    });
    let recourse = trace.recourse.map(|recourse| {
        let words = phrases::recourse(lang, recourse, currency);
        Fact::new(lang.text("quote-recourse"), words)
    });
    documents
        .chain(payables)
        .map(|(number, day, sum)| {
            let day = day.map(|day| dates::long(day, lang)).unwrap_or_default();
            let parts = [number, day, sum]
                .into_iter()
                .filter(|part| !part.is_empty());
            Fact::new(lang.text("invoice"), parts.collect::<Vec<_>>().join(" · "))
        })
        .chain(recourse)
        .collect()
}

fn proof(lang: Lang, trace: &FragmentTrace) -> Vec<Fact> {
    let proved = trace.path.iter().all(|step| step.proved);
    vec![
        Fact::new(lang.text("entry-hash"), trace.entry.clone()),
        Fact::new(
            lang.text("signatures"),
            lang.text(if proved {
                "proof-path-valid"
            } else {
                "proof-broken"
            }),
        ),
    ]
}
