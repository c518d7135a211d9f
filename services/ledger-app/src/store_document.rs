//! Keeps a trade document: content-addressed, its type and size checked.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;
use ledger_core::invoice::InvoiceFace;
use ledger_store::document_links::DocumentLink;
use ledger_store::documents::Document;
use ledger_store::documents::DocumentKind;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::capacity_hold;
use crate::contents;
use crate::document_type;
use crate::error::AppError;
use crate::invoice_face;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;

pub use crate::document_type::LARGEST;

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

/// What else a structured file says of a document.
#[derive(Debug, Clone, Default)]
pub struct StructuredFacts {
    /// The face of a fully digital invoice.
    pub face: Option<InvoiceFace>,
    /// Documents it rests on: the waybills an invoice bills, its order, its acceptance slip.
    pub rests_on: Vec<DocumentId>,
}

/// Keeps it and gives its id. The same invoice number of the same seller again gives the document
/// kept first, if content and amount agree.
///
/// # Errors
/// [`AppError::Invalid`] for a file that is too large or of a kind that is not taken, an invoice
/// without number or amount, or another invoice under the same number; `use_other_door` for what
/// changes an invoice or is signed at hand-over.
pub fn run(app: &App, who: &Principal, new: &NewDocument) -> Result<DocumentId, AppError> {
    keep(app, who, new, &StructuredFacts::default())
}

/// The same with what the file says in a structured form, which must agree with what is stated.
///
/// # Errors
/// As [`run`]; the faults of an invoice's face; `invoice_face_differs`; `unknown_document`.
pub fn structured(
    app: &App,
    who: &Principal,
    new: &NewDocument,
    facts: &StructuredFacts,
) -> Result<DocumentId, AppError> {
    keep(app, who, new, facts)
}

fn keep(
    app: &App,
    who: &Principal,
    new: &NewDocument,
    facts: &StructuredFacts,
) -> Result<DocumentId, AppError> {
    who.may(Action::StoreDocument)?;
    let number = new.number.trim();
    check_kind(new)?;
    if number.chars().count() > 100 {
        return Err(AppError::invalid_field(
            "invoice_number",
            "text_too_long",
            "use at most 100 characters",
        ));
    }
    let owner = new.issuer.unwrap_or(who.party);
    let (bytes, media_type, file_name) = content(new, owner)?;
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let kept = contents::keep(app, bytes)?;
    let document = Document {
        id: DocumentId::from_bytes(random::bytes()?),
        owner,
        counterparty: new.counterparty,
        kind: new.kind,
        number: number.to_owned(),
        issued_on: new.issued_on,
        amount: new.amount.map(|(amount, _)| amount),
        currency: new.amount.map(|(_, currency)| currency),
        sha256: kept.sha256(),
        media_type,
        size,
        file_name,
        used: Amount::ZERO,
    };
    app.store.write(|tx| {
        if document.kind == DocumentKind::Invoice {
            let known = tx.invoices_by_numbers(owner, std::slice::from_ref(&document.number))?;
            if let Some(known) = known.first() {
                return same_invoice(known, &document);
            }
        }
        if let Some(face) = &facts.face {
            invoice_face::check(tx, &document, face)?;
        }
        check_links(tx, who, &facts.rests_on)?;
        kept.keep_in(tx)?;
        tx.documents_insert(std::slice::from_ref(&document))?;
        if let Some(face) = &facts.face {
            tx.invoice_face_insert(&invoice_face::record(document.id, face))?;
        }
        let links: Vec<DocumentLink> = facts
            .rests_on
            .iter()
            .map(|rests_on| DocumentLink {
                document: document.id,
                rests_on: *rests_on,
            })
            .collect();
        tx.document_links_insert(&links)?;
        if let Some(circle) = app.circle() {
            capacity_hold::make_tokens(tx, circle, std::slice::from_ref(&document))?;
        }
        Ok(document.id)
    })
}

fn check_kind(new: &NewDocument) -> Result<(), AppError> {
    let number = new.number.trim();
    if new.kind == DocumentKind::Invoice && (number.is_empty() || new.amount.is_none()) {
        return Err(AppError::invalid_field(
            "invoice_number",
            "invoice_incomplete",
            "an invoice needs its number and its amount",
        ));
    }
    if matches!(
        new.kind,
        DocumentKind::CreditNote | DocumentKind::PriceTrueUp
    ) {
        return Err(AppError::invalid_field(
            "kind",
            "use_other_door",
            "a credit note or a true-up is handed in with the invoice it names",
        ));
    }
    Ok(())
}

/// A document may rest on what the caller has part in.
fn check_links(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    rests_on: &[DocumentId],
) -> Result<(), AppError> {
    let mut wanted = rests_on.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let found = tx.documents_by_ids(&wanted)?;
    let mine = |d: &&Document| d.owner == who.party || d.counterparty == Some(who.party);
    if found.iter().filter(mine).count() == wanted.len() {
        return Ok(());
    }
    Err(AppError::invalid_field(
        "documents",
        "unknown_document",
        "there is no such document of yours; hand it in first",
    ))
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

/// The bytes to keep: the file, checked, or the stated facts where there is no file.
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
    let media_type = document_type::of(&new.bytes)?;
    let name = document_type::file_name(&new.file_name);
    Ok((new.bytes.clone(), media_type.to_owned(), name))
}
