//! A paper issued to us, or a fragment offered: accept it or refuse it.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer as Reply;
use ledger_app::cash_choice;
use ledger_app::entry_receipt;
use ledger_app::error::AppError;
use ledger_app::idempotency::IdempotencyKey;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use ledger_app::trace_fragment;
use ledger_app::trace_fragment::FragmentTrace;
use ledger_core::fragment::FragmentState;
use ledger_core::refusal::Refusal;

use super::carried;
use super::phrases;
use super::recall;
use crate::answer::Answer;
use crate::cash_choice_box;
use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::layout::Fact;
use crate::layout::Signing;
use crate::pages::offer::Choice;
use crate::pages::offer::Offer;
use crate::posted::Posted;
use crate::session::Signed;
use crate::terms_words;
use crate::words;

/// Why something may be refused: value, and key of the words.
const REASONS: [(&str, &str); 4] = [
    ("amount", "refuse-amount"),
    ("trade", "refuse-trade"),
    ("cash", "refuse-cash"),
    ("date", "refuse-date"),
];

const DEED: &str = "answer";

pub(super) async fn show(who: Signed, fragment: web::Path<String>) -> HttpResponse {
    who.answer(move |who| page(who, &fragment, Form::default(), false))
        .await
}

pub(super) async fn accept(posted: Posted, fragment: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| answer(who, &fragment, form, Reply::Accept))
        .await
}

pub(super) async fn refuse(posted: Posted, fragment: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| answer(who, &fragment, form, Reply::Refuse))
        .await
}

fn answer(who: &Signed, id: &str, mut form: Form, reply: Reply) -> Result<Answer, AppError> {
    let reason = REASONS
        .iter()
        .find(|(value, _)| *value == form.text("reason"));
    if reply == Reply::Refuse && reason.is_none() {
        form.refuse("reason", "not_offered");
        return page(&phrases::unreadable(who, &form), id, form, true);
    }
    match post(who, id, &form, reply, reason.map(|(_, key)| *key)) {
        Ok(()) => Ok(Answer::see_other(format!("/receipts/{id}"))),
        Err(error) => {
            let who = phrases::refused(who, &mut form, error)?;
            page(&who, id, form, true)
        }
    }
}

fn post(
    who: &Signed,
    id: &str,
    form: &Form,
    reply: Reply,
    reason: Option<&str>,
) -> Result<(), AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    let signer = signing::open_key(app, person, form.passphrase("passphrase"))?;
    let with = With::With(&signer);
    match reply {
        Reply::Accept => {
            let once = carried::open(who, DEED, form)?;
            let key = IdempotencyKey::new(
                person,
                once.text(carried::ONCE),
                &[b"POST", b"/offers/accept", id.as_bytes()],
            )?;
            match cash_choice_box::digest(form)? {
                None => answer_offer::run(app, person, &with, id, reply, Some(key))?,
                Some(agreed) => {
                    answer_offer::accept_choosing(app, person, &with, id, agreed, Some(key))?
                }
            };
        }
        Reply::Refuse => {
            // Whoever reads it may have chosen the other language.
            let words = reason.map(|key| Lang::ALL.map(|lang| lang.text(key)).join(" / "));
            answer_offer::refuse(app, person, &with, id, &words.unwrap_or_default(), None)?;
        }
    }
    Ok(())
}

/// The choice to be made before a paper is accepted, if one has to be made.
fn choice(who: &Signed, trace: &FragmentTrace) -> Result<Option<Choice>, AppError> {
    if trace.held.fragment.state != FragmentState::PendingAcceptance {
        return Ok(None);
    }
    let asked = cash_choice::asked(&who.portal.app, &trace.held)?;
    Ok(asked.map(|asked| cash_choice_box::shown(who.lang, &asked)))
}

/// The page; what was answered already leads to its receipt.
fn page(who: &Signed, id: &str, form: Form, again: bool) -> Result<Answer, AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    let trace = match trace_fragment::run(app, person, id) {
        Err(AppError::NotFound) => {
            entry_receipt::run(app, person, id)?;
            return Ok(Answer::see_other(format!("/receipts/{id}")));
        }
        other => other?,
    };
    if trace.held.fragment.spent {
        return Ok(Answer::see_other(format!("/receipts/{id}")));
    }
    if trace.own && matches!(trace.held.fragment.state, FragmentState::Offered { .. }) {
        return recall::page(who, id, form, &trace, again);
    }
    let waits = match trace.held.fragment.state {
        FragmentState::PendingAcceptance => trace.own,
        FragmentState::Offered { .. } => !trace.own,
        FragmentState::Held
        | FragmentState::FinanceLocked { .. }
        | FragmentState::Pledged { .. }
        | FragmentState::Frozen { .. }
        | FragmentState::Redeemed => false,
        FragmentState::Recourse { .. } | FragmentState::WrittenOff => false,
    };
    if !waits {
        return Err(Refusal::NothingToAnswer.into());
    }
    let view = view(&who.at(&format!("/offers/{id}")), id, form, &trace)?;
    if again {
        who.page_again(&view)
    } else {
        who.page(&view)
    }
}

fn view(who: &Signed, id: &str, form: Form, trace: &FragmentTrace) -> Result<Offer, AppError> {
    let lang = who.lang;
    let paper = &trace.held.paper.paper;
    let from = trace
        .from
        .as_ref()
        .map(|party| party.name.clone())
        .unwrap_or_default();
    let amount = words::money(trace.held.fragment.range.amount(), paper.currency);
    let named = |document: &ledger_app::trace_fragment::Document| {
        let href = format!("/fragments/{id}/documents/{}", document.id);
        (
            format!("{} {}", lang.text("invoice"), document.number),
            href,
        )
    };
    Ok(Offer {
        shell: who.shell()?,
        form,
        id: id.to_owned(),
        from,
        amount: amount.clone(),
        due: phrases::due(lang, trace.today, paper.due_date),
        facts: facts(lang, trace),
        terms: terms_words::lines(lang, &paper.terms, paper.currency),
        documents: trace.documents.iter().map(named).collect(),
        choice: choice(who, trace)?,
        accept: deed(who, id, trace, amount)?,
        reasons: REASONS
            .iter()
            .map(|(value, key)| ((*value).to_owned(), lang.text(key)))
            .collect(),
    })
}

fn facts(lang: Lang, trace: &FragmentTrace) -> Vec<Fact> {
    let paper = &trace.held.paper.paper;
    let mut facts = vec![
        Fact::new(lang.text("obligor"), trace.held.obligor.name.clone()),
        Fact::new(lang.text("paper"), words::paper_number(&paper.number)),
        Fact::new(lang.text("range"), trace.held.fragment.range.to_string()),
        Fact::new(lang.text("maturity"), dates::long(paper.due_date, lang)),
    ];
    let invoices: Vec<&str> = match trace.payables.is_empty() {
        true => trace.documents.iter().map(|d| d.number.as_str()).collect(),
        false => trace
            .payables
            .iter()
            .map(|p| p.invoice_no.as_str())
            .collect(),
    };
    if !invoices.is_empty() {
        let comma = lang.text("list-comma");
        facts.push(Fact::new(lang.text("invoice"), invoices.join(&comma)));
    }
    facts
}

fn deed(
    who: &Signed,
    id: &str,
    trace: &FragmentTrace,
    amount: String,
) -> Result<Signing, AppError> {
    let lang = who.lang;
    let is_paper = trace.held.fragment.state == FragmentState::PendingAcceptance;
    let mut facts = vec![Fact::new(lang.text("amount"), amount)];
    let mut consequences = Vec::new();
    if let Some(recourse) = trace.recourse {
        let words = phrases::recourse(lang, recourse, trace.held.paper.paper.currency);
        facts.push(Fact::new(lang.text("quote-recourse"), words));
        consequences.push(lang.text("deed-discharge"));
    }
    consequences.extend(phrases::always(lang));
    Ok(Signing {
        action: format!("/offers/{id}/accept"),
        statement: lang.text(if is_paper {
            "deed-accept-paper"
        } else {
            "deed-accept-offer"
        }),
        facts,
        consequences,
        submit: lang.text("deed-accept"),
        hidden: vec![(
            carried::FIELD.to_owned(),
            carried::seal(who, DEED, &[("fragment", id.to_owned())])?,
        )],
    })
}
