//! Trade documents, for suppliers and the treasury: hand in, look, attest, adjust.

use std::io::Read as _;

use actix_web::HttpResponse;
use actix_web::web;
use invoice_files::einvoice;
use ledger_app::adjust_invoice;
use ledger_app::adjust_invoice::AdjustInvoice;
use ledger_app::adjust_invoice::Change;
use ledger_app::attest_document;
use ledger_app::attest_document::AttestDocument;
use ledger_app::documents_view;
use ledger_app::error::AppError;
use ledger_app::find_partner;
use ledger_app::preview_transfer::DocumentKind;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use ledger_app::store_document;
use ledger_app::store_document::NewDocument;
use ledger_app::store_document::StructuredFacts;
use ledger_core::attestation::Statement;
use ledger_core::currency::Currency;
use ledger_core::id::DocumentId;
use ledger_core::invoice::InvoiceFace;

use crate::answer::Answer;
use crate::document_sheet;
use crate::forms::Form;
use crate::posted::Posted;
use crate::posted::Uploaded;
use crate::posted::UploadedFile;
use crate::session::Signed;

/// Kinds that are handed in as they are; the others have doors of their own.
pub(crate) const KINDS: [DocumentKind; 6] = [
    DocumentKind::Invoice,
    DocumentKind::PurchaseOrder,
    DocumentKind::AcceptanceSlip,
    DocumentKind::Waybill,
    DocumentKind::Contract,
    DocumentKind::Other,
];

/// Mounts the pages.
pub(crate) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/documents", web::get().to(list))
        .route("/documents", web::post().to(hand_in))
        .route("/documents/{document}", web::get().to(show))
        .route("/documents/{document}/content", web::get().to(content))
        .route("/documents/{document}/attest", web::post().to(attest))
        .route("/documents/{document}/adjust", web::post().to(adjust));
}

async fn list(who: Signed) -> HttpResponse {
    who.answer(|who| document_sheet::list(who, Form::default(), false))
        .await
}

async fn show(who: Signed, document: web::Path<String>) -> HttpResponse {
    who.answer(move |who| document_sheet::one(who, id(&document)?, Form::default(), false))
        .await
}

async fn content(who: Signed, document: web::Path<String>) -> HttpResponse {
    who.answer(move |who| {
        let (document, bytes) =
            documents_view::content(&who.portal.app, &who.principal, id(&document)?)?;
        let kind = match document.media_type.as_str() {
            "application/pdf" => "application/pdf",
            "image/png" => "image/png",
            "image/jpeg" => "image/jpeg",
            "text/csv" => "text/csv; charset=utf-8",
            "text/plain" => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        };
        Ok(Answer::file(document.file_name, kind, bytes))
    })
    .await
}

async fn hand_in(uploaded: Uploaded) -> HttpResponse {
    uploaded.answer(keep).await
}

async fn attest(posted: Posted, document: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| say(who, id(&document)?, form))
        .await
}

async fn adjust(uploaded: Uploaded, document: web::Path<String>) -> HttpResponse {
    uploaded
        .answer(move |who, form, file| change(who, id(&document)?, form, file))
        .await
}

fn id(text: &str) -> Result<DocumentId, AppError> {
    DocumentId::parse(text).map_err(|_not_hex| AppError::NotFound)
}

/// Puts a refusal into the form and over the page.
pub(crate) fn refused(who: &Signed, form: &mut Form, error: AppError) -> Result<Signed, AppError> {
    match &error {
        AppError::WrongPassphrase => form.refuse("passphrase", "see_above"),
        AppError::Invalid {
            field: Some(field), ..
        } => form.refuse(field, "see_above"),
        _ => {}
    }
    who.refused(error)
}

/// Keeps what was handed in and shows it.
fn keep(who: &Signed, mut form: Form, file: Option<UploadedFile>) -> Result<Answer, AppError> {
    match read(who, &mut form, file) {
        Ok(Some((new, facts))) => {
            match store_document::structured(&who.portal.app, &who.principal, &new, &facts) {
                Ok(document) => Ok(Answer::see_other(format!("/documents/{document}"))),
                Err(error) => {
                    let who = refused(who, &mut form, error)?.at("/documents");
                    document_sheet::list(&who, form, true)
                }
            }
        }
        Ok(None) => document_sheet::list(&who.at("/documents"), form, true),
        Err(error) => {
            let who = refused(who, &mut form, error)?.at("/documents");
            document_sheet::list(&who, form, true)
        }
    }
}

fn read(
    who: &Signed,
    form: &mut Form,
    file: Option<UploadedFile>,
) -> Result<Option<(NewDocument, StructuredFacts)>, AppError> {
    let kind = DocumentKind::from_word(form.text("kind")).filter(|kind| KINDS.contains(kind));
    if kind.is_none() {
        form.refuse("kind", "not_offered");
    }
    let number = form.required("invoice_number");
    let issued_on = form.date("issued_on");
    let currency = currency(form);
    let amount = match (form.text("amount").is_empty(), currency) {
        (true, _) | (false, None) => None,
        (false, Some(currency)) => form.amount("amount", currency).map(|a| (a, currency)),
    };
    let (Some(kind), Some(number), Some(issued_on)) = (kind, number, issued_on) else {
        return Ok(None);
    };
    if !form.errors().is_empty() {
        return Ok(None);
    }
    let (app, person) = (&who.portal.app, &who.principal);
    let partner = find_partner::run(app, person, "partner", form.text("partner"))?;
    let rests_on = rests_on(who, form)?;
    let (file_name, bytes) = bytes_of(file)?;
    let new = NewDocument {
        kind,
        issuer: None,
        counterparty: Some(partner),
        number,
        issued_on: Some(issued_on),
        amount,
        file_name,
        bytes,
    };
    let face = face_of(&new)?;
    Ok(Some((new, StructuredFacts { face, rests_on })))
}

/// The currency typed; yuan if none.
pub(crate) fn currency(form: &mut Form) -> Option<Currency> {
    let text = form.text("currency").trim().to_uppercase();
    if text.is_empty() {
        return Some(Currency::CNY);
    }
    let found = text.parse().ok();
    if found.is_none() {
        form.refuse("currency", "not_offered");
    }
    found
}

/// Documents named by their numbers, among those the caller has part in.
fn rests_on(who: &Signed, form: &Form) -> Result<Vec<DocumentId>, AppError> {
    let numbers: Vec<&str> = form
        .text("rests_on")
        .split([',', '，', ';', '；', '\n'])
        .map(str::trim)
        .filter(|number| !number.is_empty())
        .collect();
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let mine = documents_view::list(&who.portal.app, &who.principal)?;
    numbers
        .iter()
        .map(|number| {
            let found = mine.iter().find(|seen| seen.document.number == *number);
            found.map(|seen| seen.document.id).ok_or_else(|| {
                AppError::invalid_field(
                    "rests_on",
                    "unknown_document",
                    "there is no such document of yours; hand it in first",
                )
            })
        })
        .collect()
}

fn bytes_of(file: Option<UploadedFile>) -> Result<(String, Vec<u8>), AppError> {
    let Some(file) = file else {
        return Ok((String::new(), Vec::new()));
    };
    // One byte more than is taken tells that there are too many.
    let most = u64::try_from(store_document::LARGEST).unwrap_or(u64::MAX);
    let disk = |e: std::io::Error| AppError::Internal(format!("upload: {e}"));
    let mut bytes = Vec::new();
    file.content
        .reopen()
        .map_err(disk)?
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(disk)?;
    if bytes.is_empty() {
        return Err(AppError::invalid_field(
            "file",
            "document_type_not_taken",
            "the file is empty",
        ));
    }
    Ok((file.name, bytes))
}

/// The face of a fully digital invoice, if its structured file was handed in.
fn face_of(new: &NewDocument) -> Result<Option<InvoiceFace>, AppError> {
    if new.kind != DocumentKind::Invoice || !einvoice::is_xml(&new.bytes) {
        return Ok(None);
    }
    einvoice::read(&new.bytes)
        .map(Some)
        .map_err(|fault| AppError::invalid_field("file", fault.code(), fault.to_string()))
}

fn say(who: &Signed, document: DocumentId, mut form: Form) -> Result<Answer, AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    let Some(statement) = Statement::from_word(form.text("statement")) else {
        form.refuse("statement", "not_offered");
        return document_sheet::one(who, document, form, true);
    };
    let command = AttestDocument {
        document,
        statement,
        digest: None,
    };
    let done = signing::open_key(app, person, form.passphrase("passphrase"))
        .and_then(|signer| attest_document::run(app, person, &With::With(&signer), &command));
    match done {
        Ok(_added) => Ok(Answer::see_other(format!("/documents/{document}"))),
        Err(error) => {
            let who = refused(who, &mut form, error)?;
            document_sheet::one(&who, document, form, true)
        }
    }
}

fn change(
    who: &Signed,
    invoice: DocumentId,
    mut form: Form,
    file: Option<UploadedFile>,
) -> Result<Answer, AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    let seen = documents_view::one(app, person, invoice)?;
    let currency = seen.document.currency.unwrap_or(Currency::CNY);
    let change = match form.text("change") {
        "credit" => Some(Change::Credit),
        "down" => Some(Change::Down),
        "up" => Some(Change::Up),
        _ => {
            form.refuse("change", "not_offered");
            None
        }
    };
    let number = form.required("number");
    let issued_on = form.date("issued_on");
    let amount = form.amount("amount", currency);
    let (Some(change), Some(number), Some(issued_on), Some(amount)) =
        (change, number, issued_on, amount)
    else {
        return document_sheet::one(who, invoice, form, true);
    };
    let done = bytes_of(file).and_then(|(file_name, bytes)| {
        let command = AdjustInvoice {
            invoice,
            change,
            number,
            issued_on: Some(issued_on),
            amount,
            file_name,
            bytes,
        };
        adjust_invoice::run(app, person, &command)
    });
    match done {
        Ok(_adjusted) => Ok(Answer::see_other(format!("/documents/{invoice}"))),
        Err(error) => {
            let who = refused(who, &mut form, error)?;
            document_sheet::one(&who, invoice, form, true)
        }
    }
}
