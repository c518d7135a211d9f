//! The trade documents in which a party has part: what each can still carry, what has changed it,
//! what it rests on, and who says what about it under its signature.

use std::collections::HashMap;

use ledger_core::hash::DocumentDigest;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;
use ledger_core::waybill::Waybill;
use ledger_store::attestations::AttestationRecord;
use ledger_store::document_capacity::DocumentAdjustment;
use ledger_store::document_capacity::DocumentCapacity;
use ledger_store::documents::Document;
use ledger_store::invoice_faces::InvoiceFaceRecord;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::waybills::WaybillRecord;

use crate::app::App;
use crate::contents;
use crate::document_type;
use crate::document_word;
use crate::error::AppError;
use crate::held_fragment;
use crate::policy::Action;
use crate::principal::Principal;

/// Most documents on one list.
pub const SHOWN: i64 = 200;

/// A word somebody has given about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Whose.
    pub party: String,
    /// The word with its signature.
    pub record: AttestationRecord,
}

/// A document as a side of it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSeen {
    /// The document.
    pub document: Document,
    /// Who issued it; the seller of an invoice.
    pub owner: String,
    /// The other side.
    pub counterparty: String,
    /// What it can carry and what of it is taken.
    pub capacity: DocumentCapacity,
    /// What changed it, with the document that did.
    pub adjustments: Vec<(DocumentAdjustment, Document)>,
    /// What it changes, if it is a credit note or true-up.
    pub adjusts: Option<DocumentAdjustment>,
    /// Its face, if it is a fully digital invoice read from its file.
    pub face: Option<InvoiceFaceRecord>,
    /// Facts of a waybill.
    pub waybill: Option<WaybillRecord>,
    /// What it rests on.
    pub rests_on: Vec<Document>,
    /// What is said about it.
    pub words: Vec<Word>,
}

/// The newest documents of the caller's party, at most [`SHOWN`].
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn list(app: &App, who: &Principal) -> Result<Vec<DocumentSeen>, AppError> {
    who.may(Action::ViewDocuments)?;
    app.store.read(|tx| {
        let mut documents = tx.documents_of_party(who.party, SHOWN)?;
        let waybills = tx.waybills_of_party(who.party, SHOWN)?;
        let more: Vec<DocumentId> = waybills
            .iter()
            .map(|w| w.document)
            .filter(|id| !documents.iter().any(|d| d.id == *id))
            .collect();
        documents.extend(tx.documents_by_ids(&more)?);
        seen(tx, documents)
    })
}

/// One of them.
///
/// # Errors
/// [`AppError::NotFound`] unless the caller's party has part in it.
pub fn one(app: &App, who: &Principal, id: DocumentId) -> Result<DocumentSeen, AppError> {
    who.may(Action::ViewDocuments)?;
    app.store.read(|tx| {
        let document = of_side(tx, who.party, id)?;
        seen(tx, vec![document])?.pop().ok_or(AppError::NotFound)
    })
}

/// Its contents.
///
/// # Errors
/// As [`one`].
pub fn content(
    app: &App,
    who: &Principal,
    id: DocumentId,
) -> Result<(Document, Vec<u8>), AppError> {
    who.may(Action::ViewDocuments)?;
    let document = app.store.read(|tx| of_side(tx, who.party, id))?;
    let bytes = contents::read(app, &document.sha256)?;
    Ok((document, bytes))
}

/// An electronic waybill, read from the bytes that both sides sign.
///
/// # Errors
/// As [`one`]; [`AppError::NotFound`] for any other kind of document.
pub fn waybill(app: &App, who: &Principal, id: DocumentId) -> Result<Waybill, AppError> {
    let (document, bytes) = content(app, who, id)?;
    if document.media_type != document_type::WAYBILL {
        return Err(AppError::NotFound);
    }
    Waybill::from_bytes(&bytes)
        .map_err(|error| AppError::Internal(format!("waybill {id}: {error}")))
}

/// The digest under which a document's contents are kept.
#[must_use]
pub const fn digest(document: &Document) -> DocumentDigest {
    DocumentDigest::from_bytes(document.sha256)
}

fn of_side(tx: &mut ReadTx<'_>, party: PartyId, id: DocumentId) -> Result<Document, AppError> {
    let found = tx.documents_by_ids(&[id])?.pop();
    let document = found.ok_or(AppError::NotFound)?;
    if document_word::is_side(tx, &document, party)? {
        Ok(document)
    } else {
        Err(AppError::NotFound)
    }
}

/// Everything about these documents, set-based, in their order.
fn seen(tx: &mut ReadTx<'_>, documents: Vec<Document>) -> Result<Vec<DocumentSeen>, AppError> {
    if documents.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<DocumentId> = documents.iter().map(|d| d.id).collect();
    let capacities: HashMap<DocumentId, DocumentCapacity> = tx
        .document_capacities(&ids)?
        .into_iter()
        .map(|c| (c.id, c))
        .collect();
    let adjustments = tx.document_adjustments_of(&ids)?;
    let own = tx.document_adjustments_by(&ids)?;
    let faces = tx.invoice_faces_of(&ids)?;
    let waybills = tx.waybills_by_documents(&ids)?;
    let links = tx.document_links_of(&ids)?;
    let words = tx.attestations_of(&ids)?;
    let others: Vec<DocumentId> = adjustments
        .iter()
        .map(|a| a.document)
        .chain(links.iter().map(|l| l.rests_on))
        .collect();
    let others: HashMap<DocumentId, Document> = tx
        .documents_by_ids(&others)?
        .into_iter()
        .map(|d| (d.id, d))
        .collect();
    let parties = documents
        .iter()
        .flat_map(|d| std::iter::once(d.owner).chain(d.counterparty))
        .chain(words.iter().map(|w| w.party));
    let names = held_fragment::names(tx, parties)?;
    let name = |id: &PartyId| names.get(id).map(|p| p.name.clone()).unwrap_or_default();
    let see = |document: Document| {
        let id = document.id;
        let other = |id| others.get(&id).cloned();
        Some(DocumentSeen {
            owner: name(&document.owner),
            counterparty: document.counterparty.as_ref().map(name).unwrap_or_default(),
            capacity: *capacities.get(&id)?,
            adjustments: adjustments
                .iter()
                .filter(|a| a.invoice == id)
                .filter_map(|a| Some((a.clone(), other(a.document)?)))
                .collect(),
            adjusts: own.iter().find(|a| a.document == id).cloned(),
            face: faces.iter().find(|f| f.document == id).cloned(),
            waybill: waybills.iter().find(|w| w.document == id).cloned(),
            rests_on: links
                .iter()
                .filter(|l| l.document == id)
                .filter_map(|l| other(l.rests_on))
                .collect(),
            words: words
                .iter()
                .filter(|w| w.document == id)
                .map(|w| Word {
                    party: name(&w.party),
                    record: w.clone(),
                })
                .collect(),
            document,
        })
    };
    Ok(documents.into_iter().filter_map(see).collect())
}
