//! Pay a supplier with part of a fragment against an invoice: fill in, look, sign.

use std::io::Read as _;

use actix_web::HttpResponse;
use ledger_app::error::AppError;
use ledger_app::idempotency::IdempotencyKey;
use ledger_app::preview_transfer;
use ledger_app::preview_transfer::DocumentKind;
use ledger_app::preview_transfer::InvoiceFacts;
use ledger_app::preview_transfer::TransferPreview;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use ledger_app::store_document;
use ledger_app::store_document::NewDocument;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_core::id::DocumentId;

use super::carried;
use super::pay_form;
use super::pay_form::Payment;
use super::phrases;
use crate::answer::Answer;
use crate::dates;
use crate::forms::Form;
use crate::layout::Fact;
use crate::layout::Signing;
use crate::pages::pay::PayPreview;
use crate::posted::Posted;
use crate::posted::Uploaded;
use crate::posted::UploadedFile;
use crate::session::Signed;
use crate::words;

const DEED: &str = "pay";

pub(super) async fn show(who: Signed) -> HttpResponse {
    who.answer(|who| pay_form::page(who, phrases::query(who), false))
        .await
}

pub(super) async fn preview(uploaded: Uploaded) -> HttpResponse {
    uploaded.answer(look).await
}

pub(super) async fn sign(posted: Posted) -> HttpResponse {
    posted.answer(post).await
}

/// Checks what was typed, keeps the invoice, shows what would be signed.
fn look(who: &Signed, mut form: Form, file: Option<UploadedFile>) -> Result<Answer, AppError> {
    if !form.text("find").is_empty() {
        return pay_form::page(who, form, false);
    }
    let payment = match pay_form::read(who, &mut form) {
        Ok(Some(payment)) => payment,
        Ok(None) => return pay_form::page(&phrases::unreadable(who, &form), form, true),
        Err(error) => return pay_form::page_refused(who, form, error),
    };
    let done =
        preview_of(who, &payment).and_then(|seen| Ok((seen, keep_invoice(who, &payment, file)?)));
    match done {
        Ok((seen, invoice)) => {
            let facts = facts(&form, invoice);
            let sealed = carried::seal(who, DEED, &facts)?;
            let view = view(who, &form, &payment, &seen, sealed, Form::default())?;
            who.page(&view)
        }
        Err(error) => pay_form::page_refused(who, form, error),
    }
}

fn preview_of(who: &Signed, payment: &Payment) -> Result<TransferPreview, AppError> {
    let invoice = InvoiceFacts {
        number: payment.invoice_number.clone(),
        amount: payment.invoice_amount,
    };
    preview_transfer::run(
        &who.portal.app,
        &who.principal,
        &payment.fragment,
        payment.recipient,
        payment.amount,
        &invoice,
    )
}

fn keep_invoice(
    who: &Signed,
    payment: &Payment,
    file: Option<UploadedFile>,
) -> Result<DocumentId, AppError> {
    let mut bytes = Vec::new();
    let mut name = String::new();
    if let Some(mut file) = file {
        // One byte more than is taken tells that there are too many.
        let most = u64::try_from(store_document::LARGEST).unwrap_or(u64::MAX);
        let disk = |e: std::io::Error| AppError::Internal(format!("upload: {e}"));
        let mut content = file
            .content
            .reopen()
            .map_err(disk)?
            .take(most.saturating_add(1));
        content.read_to_end(&mut bytes).map_err(disk)?;
        name = std::mem::take(&mut file.name);
        if bytes.is_empty() {
            return Err(AppError::invalid_field(
                "file",
                "document_type_not_taken",
                "the file is empty",
            ));
        }
    }
    let new = NewDocument {
        kind: DocumentKind::Invoice,
        issuer: Some(payment.recipient),
        counterparty: Some(who.principal.party),
        number: payment.invoice_number.clone(),
        issued_on: Some(payment.invoice_date),
        amount: Some((payment.invoice_amount, payment.currency)),
        file_name: name,
        bytes,
    };
    store_document::run(&who.portal.app, &who.principal, &new)
}

/// What goes through the browser: the form's fields and the invoice kept.
fn facts(form: &Form, invoice: DocumentId) -> Vec<(&'static str, String)> {
    let mut facts: Vec<(&'static str, String)> = pay_form::FIELDS
        .into_iter()
        .map(|name| (name, form.text(name).to_owned()))
        .collect();
    facts.push(("document", invoice.to_string()));
    facts
}

fn post(who: &Signed, posted: Form) -> Result<Answer, AppError> {
    let mut form = carried::open(who, DEED, &posted)?;
    let document = DocumentId::parse(form.text("document"))
        .map_err(|_unsealed| AppError::Internal("a sealed deed has no document".to_owned()))?;
    let payment = match pay_form::read(who, &mut form) {
        Ok(Some(payment)) => payment,
        Ok(None) => return pay_form::page(&phrases::unreadable(who, &form), form, true),
        // A second press after the first went through: its receipt is the answer.
        Err(_used) if is_done(who, &form) => return Ok(receipt_of(&form)),
        Err(error) => return pay_form::page_refused(who, form, error),
    };
    match execute(who, &posted, &form, &payment, document) {
        Ok(()) => Ok(receipt_of(&form)),
        Err(AppError::WrongPassphrase) => {
            let mut wrong = Form::default();
            let who = phrases::refused(who, &mut wrong, AppError::WrongPassphrase)?;
            let seen = preview_of(&who, &payment)?;
            let facts = facts(&form, document);
            let sealed = carried::reseal(&who, DEED, &facts, form.text(carried::ONCE));
            who.page_again(&view(&who, &form, &payment, &seen, sealed, wrong)?)
        }
        Err(error) => pay_form::page_refused(who, form, error),
    }
}

fn receipt_of(form: &Form) -> Answer {
    Answer::see_other(format!("/receipts/{}", form.text("fragment")))
}

fn key(who: &Signed, form: &Form) -> Result<IdempotencyKey, AppError> {
    let body = pay_form::address(form);
    let request: [&[u8]; 3] = [b"POST", b"/pay/sign", body.as_bytes()];
    IdempotencyKey::new(&who.principal, form.text(carried::ONCE), &request)
}

/// Whether this very deed was done before.
fn is_done(who: &Signed, form: &Form) -> bool {
    let answered = key(who, form)
        .and_then(|key| key.answered::<transfer_fragment::Offered>(&who.portal.app.store));
    matches!(answered, Ok(Some(_offered)))
}

fn execute(
    who: &Signed,
    posted: &Form,
    form: &Form,
    payment: &Payment,
    document: DocumentId,
) -> Result<(), AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    let signer = signing::open_key(app, person, posted.passphrase("passphrase"))?;
    let command = OfferTransfer {
        fragment: payment.fragment.clone(),
        amount: payment.amount,
        to: payment.recipient,
        recourse: payment.recourse,
        documents: vec![document],
    };
    let once = key(who, form)?;
    transfer_fragment::offer(app, person, &With::With(&signer), &command, Some(once)).map(|_| ())
}

fn view(
    who: &Signed,
    form: &Form,
    payment: &Payment,
    seen: &TransferPreview,
    sealed: String,
    wrong: Form,
) -> Result<PayPreview, AppError> {
    let money = |amount| words::money(amount, payment.currency);
    let whole = seen.held.fragment.range.amount().minor().max(1);
    let cut = i128::from(payment.amount.minor()) * 1000 / i128::from(whole);
    Ok(PayPreview {
        shell: who.at("/pay").shell()?,
        form: wrong,
        recipient: seen.recipient.name.clone(),
        amount: money(payment.amount),
        range: seen.goes.to_string(),
        rest: seen
            .stays
            .map(|rest| money(rest.amount()))
            .unwrap_or_default(),
        rest_range: seen.stays.map(|rest| rest.to_string()).unwrap_or_default(),
        cut: u32::try_from(cut).unwrap_or(1000),
        deed: deed(who, payment, seen, sealed),
        back: pay_form::address(form),
    })
}

fn deed(who: &Signed, payment: &Payment, seen: &TransferPreview, sealed: String) -> Signing {
    let lang = who.lang;
    let paper = &seen.held.paper.paper;
    let invoice = format!(
        "{} · {} · {}",
        payment.invoice_number,
        dates::long(payment.invoice_date, lang),
        words::money(payment.invoice_amount, payment.currency)
    );
    let facts = vec![
        Fact::new(lang.text("obligor"), seen.held.obligor.name.clone()),
        Fact::new(lang.text("paper"), words::paper_number(&paper.number)),
        Fact::new(lang.text("range"), seen.goes.to_string()),
        Fact::new(lang.text("maturity"), dates::long(paper.due_date, lang)),
        Fact::new(lang.text("invoice"), invoice),
        Fact::new(
            lang.text("quote-recourse"),
            phrases::recourse(lang, payment.recourse, payment.currency),
        ),
    ];
    let mut consequences = vec![
        lang.text("deed-discharge"),
        lang.text("deed-until-accepted"),
    ];
    consequences.extend(phrases::always(lang));
    Signing {
        action: "/pay/sign".to_owned(),
        statement: lang.text("deed-pay"),
        facts,
        consequences,
        submit: lang.text("deed-pay-sign"),
        hidden: vec![(carried::FIELD.to_owned(), sealed)],
    }
}
