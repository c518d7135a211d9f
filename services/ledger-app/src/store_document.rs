//! Keeps a trade document: content-addressed, its type and size checked.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::hash::sha256_of;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;
use ledger_store::documents::Document;
use ledger_store::documents::DocumentBlob;
use ledger_store::documents::DocumentKind;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;

/// Largest document in bytes.
pub const LARGEST: usize = 10 * 1024 * 1024;

/// A trade document as a party hands it in.
#[derive(Debug, Clone)]
pub struct NewDocument {
    /// What it is.
    pub kind: DocumentKind,
    /// Who issued it: the seller of an invoice. None: the party that hands it in.
    pub issuer: Option<PartyId>,
    /// The other side of the trade.
    pub counterparty: Option<PartyId>,
    /// Its own number.
    pub number: String,
    /// Its date.
    pub issued_on: Option<NaiveDate>,
    /// How much it is over.
    pub amount: Option<(Amount, Currency)>,
    /// The file's name.
    pub file_name: String,
    /// The file's bytes; empty if only the facts are known, then their canonical form is kept.
    pub bytes: Vec<u8>,
}

/// Keeps it and gives its id. The same invoice number of the same seller again gives the document
/// kept first, if content and amount agree.
///
/// # Errors
/// [`AppError::Invalid`] for a file that is too large or of a kind that is not taken, an invoice
/// without number or amount, or another invoice under the same number.
pub fn run(app: &App, who: &Principal, new: &NewDocument) -> Result<DocumentId, AppError> {
    who.may(Action::StoreDocument)?;
    let number = new.number.trim();
    if new.kind == DocumentKind::Invoice && (number.is_empty() || new.amount.is_none()) {
        return Err(AppError::invalid_field(
            "invoice_number",
            "invoice_incomplete",
            "an invoice needs its number and its amount",
        ));
    }
    if number.chars().count() > 100 {
        return Err(AppError::invalid_field(
            "invoice_number",
            "text_too_long",
            "use at most 100 characters",
        ));
    }
    if new.bytes.len() > LARGEST {
        return Err(AppError::invalid_field(
            "file",
            "document_too_large",
            format!("a document may have {} MB", LARGEST / 1024 / 1024),
        ));
    }
    let owner = new.issuer.unwrap_or(who.party);
    let (bytes, media_type, file_name) = content(new, owner)?;
    let document = Document {
        id: DocumentId::from_bytes(random::bytes()?),
        owner,
        counterparty: new.counterparty,
        kind: new.kind,
        number: number.to_owned(),
        issued_on: new.issued_on,
        amount: new.amount.map(|(amount, _)| amount),
        currency: new.amount.map(|(_, currency)| currency),
        sha256: sha256_of(&bytes),
        media_type,
        size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        file_name,
        used: Amount::ZERO,
    };
    let blob = DocumentBlob {
        sha256: document.sha256,
        bytes,
    };
    app.store.write(|tx| {
        if document.kind == DocumentKind::Invoice {
            let known = tx.invoices_by_numbers(owner, std::slice::from_ref(&document.number))?;
            if let Some(known) = known.first() {
                return same_invoice(known, &document);
            }
        }
        tx.document_blobs_insert(std::slice::from_ref(&blob))?;
        tx.documents_insert(std::slice::from_ref(&document))?;
        Ok(document.id)
    })
}

fn same_invoice(known: &Document, new: &Document) -> Result<DocumentId, AppError> {
    if (known.amount, known.currency) == (new.amount, new.currency) {
        Ok(known.id)
    } else {
        Err(AppError::invalid_field(
            "invoice_number",
            "invoice_number_taken",
            "this seller has another invoice under the same number; check number and amount",
        ))
    }
}

/// The bytes to keep: the file, or the stated facts where there is no file.
fn content(new: &NewDocument, owner: PartyId) -> Result<(Vec<u8>, String, String), AppError> {
    if new.bytes.is_empty() {
        let facts = format!(
            "issuer: {owner}\nnumber: {}\ndate: {}\namount: {}\n",
            new.number.trim(),
            new.issued_on.map(|d| d.to_string()).unwrap_or_default(),
            new.amount
                .map(|(a, c)| format!("{c} {}", a.to_plain(c)))
                .unwrap_or_default(),
        );
        return Ok((
            facts.into_bytes(),
            "text/plain".to_owned(),
            "facts.txt".to_owned(),
        ));
    }
    let media_type = sniff(&new.bytes).ok_or_else(|| {
        AppError::invalid_field(
            "file",
            "document_type_not_taken",
            "send a PDF, an OFD, an XML or an image (PNG, JPEG)",
        )
    })?;
    let name: String = new
        .file_name
        .chars()
        .filter(|c| !c.is_control())
        .take(120)
        .collect();
    Ok((new.bytes.clone(), media_type.to_owned(), name))
}

/// Type by content, not by name or by what the browser says.
fn sniff(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"PK\x03\x04", "application/ofd"),
        (b"<?xml", "application/xml"),
        (b"\xef\xbb\xbf<?xml", "application/xml"),
    ];
    MAGIC
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, kind)| *kind)
}
