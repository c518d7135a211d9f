//! Says something about a document under one's signature: seen, received, owed, carried, agreed,
//! disputed. The buyer's word that it owes lets a waiting price true-up count.

use ledger_core::attestation::Attestation;
use ledger_core::attestation::Statement;
use ledger_core::hash::DocumentDigest;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;
use ledger_store::attestations::AttestationRecord;
use ledger_store::documents::Document;
use ledger_store::documents::DocumentKind;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;

use crate::app::App;
use crate::document_word;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;
use crate::signing::Signing;

/// What to say about what.
#[derive(Debug, Clone, Copy)]
pub struct AttestDocument {
    /// The document.
    pub document: DocumentId,
    /// What is said.
    pub statement: Statement,
    /// Digest of the contents as the caller knows them. A third party, who is no side of the
    /// document, shows by it that it has the document before it.
    pub digest: Option<DocumentDigest>,
}

/// What the caller would sign: its own system signs these bytes and brings the signature.
///
/// # Errors
/// As [`run`].
pub fn prepare(
    app: &App,
    who: &Principal,
    command: &AttestDocument,
) -> Result<Attestation, AppError> {
    who.may(Action::AttestDocument)?;
    app.store.read(|tx| {
        let document = known(tx, who.party, command)?;
        let on = tx.business_date_today()?;
        Ok(word(&document, who.party, command.statement, on))
    })
}

/// Says it; false if the same was said before by the same party, which changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] for a document the caller is no side of and whose digest it can't name;
/// [`AppError::Invalid`] `document_changed`, `statement_not_yours`, `signature_wrong`.
pub fn run(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    command: &AttestDocument,
) -> Result<bool, AppError> {
    who.may(Action::AttestDocument)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let document = known(tx, who.party, command)?;
        check_seat(tx, &document, who.party, command.statement)?;
        let on = tx.business_date_today()?;
        let word = word(&document, who.party, command.statement, on);
        let signed = document_word::sign(tx, who.party, signing, &word)?;
        let added = tx.attestation_insert(&AttestationRecord {
            document: document.id,
            party: who.party,
            statement: command.statement,
            sha256: document.sha256,
            said_on: on,
            key: signed.key,
            signature: signed.bytes,
            made_at: now,
        })?;
        if added {
            let buyer = document.counterparty == Some(who.party);
            if command.statement == Statement::DebtConfirmed && buyer {
                let _counted = tx.document_true_up_count(document.id, now)?;
            }
        }
        Ok(added)
    })
}

const fn word(
    document: &Document,
    by: PartyId,
    statement: Statement,
    on: chrono::NaiveDate,
) -> Attestation {
    Attestation {
        document: DocumentDigest::from_bytes(document.sha256),
        by,
        statement,
        on,
    }
}

/// The document, if the caller may speak about it.
fn known(
    tx: &mut ReadTx<'_>,
    party: PartyId,
    command: &AttestDocument,
) -> Result<Document, AppError> {
    let found = tx.documents_by_ids(&[command.document])?.pop();
    let document = found.ok_or(AppError::NotFound)?;
    let same = command
        .digest
        .is_none_or(|digest| *digest.bytes() == document.sha256);
    let side = document_word::is_side(tx, &document, party)?;
    match (side, command.digest.is_some(), same) {
        (true, _, true) | (false, true, true) => Ok(document),
        (true, _, false) => Err(AppError::invalid_field(
            "digest",
            "document_changed",
            "this is not the digest of the document; look at it again",
        )),
        (false, ..) => Err(AppError::NotFound),
    }
}

/// Some words are only one side's to say.
fn check_seat(
    tx: &mut WriteTx<'_>,
    document: &Document,
    party: PartyId,
    statement: Statement,
) -> Result<(), AppError> {
    let waybill = if document.kind == DocumentKind::Waybill {
        tx.waybills_by_documents(&[document.id])?.pop()
    } else {
        None
    };
    let buyer = document.counterparty == Some(party);
    let lawful = match statement {
        Statement::SeenOriginal | Statement::Disputed => true,
        Statement::DebtConfirmed => buyer,
        Statement::GoodsReceived => waybill.map_or(buyer, |w| w.receiver == party),
        Statement::Carried => waybill.is_some_and(|w| w.carrier == party),
        Statement::BalanceAgreed => {
            document.kind == DocumentKind::Statement && (buyer || document.owner == party)
        }
    };
    if lawful {
        Ok(())
    } else {
        Err(AppError::invalid_field(
            "statement",
            "statement_not_yours",
            "only the buyer or receiver, the carrier or the sides of a statement may say this",
        ))
    }
}
