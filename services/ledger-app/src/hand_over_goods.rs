//! The carrier writes an electronic waybill at hand-over and signs it; the receiver then signs the
//! same bytes ([`attest_document`](crate::attest_document), `goods_received`).

use chrono::DateTime;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::attestation::Attestation;
use ledger_core::attestation::Statement;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;
use ledger_core::waybill::Waybill;
use ledger_core::waybill::WaybillLine;
use ledger_store::attestations::AttestationRecord;
use ledger_store::documents::Document;
use ledger_store::documents::DocumentKind;
use ledger_store::parties::PartyState;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::waybills::WaybillRecord;

use crate::app::App;
use crate::business_time;
use crate::contents;
use crate::document_type;
use crate::document_word;
use crate::error::AppError;
use crate::letters;
use crate::notice::Notice;
use crate::notice_documents::GoodsHandedOver;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;
use crate::signing::Signing;

/// What was carried and handed over.
#[derive(Debug, Clone)]
pub struct HandOver {
    /// Number of the waybill, the carrier's own.
    pub number: String,
    /// Who sent the goods.
    pub shipper: PartyId,
    /// Who receives them.
    pub receiver: PartyId,
    /// Plate of the vehicle, or number of the train, ship or container.
    pub vehicle: String,
    /// When they were picked up.
    pub picked_up_at: DateTime<Utc>,
    /// When they were handed over.
    pub handed_over_at: DateTime<Utc>,
    /// The goods.
    pub lines: Vec<WaybillLine>,
    /// What was missing or damaged; empty for nothing.
    pub exceptions: String,
}

/// The waybill that the caller, the carrier, would sign, and the day of its signature.
///
/// # Errors
/// As [`run`].
pub fn prepare(
    app: &App,
    who: &Principal,
    command: &HandOver,
) -> Result<(Waybill, Attestation), AppError> {
    who.may(Action::AttestDocument)?;
    let waybill = waybill(who.party, command)?;
    let word = app.store.read(|tx| {
        check_parties(tx, command)?;
        word(tx, who.party, &waybill)
    })?;
    Ok((waybill, word))
}

/// Keeps the waybill under the carrier's signature and tells the receiver. The same waybill again
/// gives the document kept first.
///
/// # Errors
/// [`AppError::Invalid`] with the waybill's own fault, `waybill_number_taken`,
/// `recipient_not_active`, `signature_wrong`.
pub fn run(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    command: &HandOver,
) -> Result<DocumentId, AppError> {
    who.may(Action::AttestDocument)?;
    let waybill = waybill(who.party, command)?;
    let bytes = waybill.to_bytes().map_err(unlawful)?;
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let kept = contents::keep(app, bytes)?;
    let now = app.clock.now();
    let document = Document {
        id: DocumentId::from_bytes(random::bytes()?),
        owner: command.shipper,
        counterparty: Some(command.receiver),
        kind: DocumentKind::Waybill,
        number: waybill.number.clone(),
        issued_on: Some(business_time::local(command.handed_over_at).date()),
        amount: None,
        currency: None,
        sha256: kept.sha256(),
        media_type: document_type::WAYBILL.to_owned(),
        size,
        file_name: "waybill.bin".to_owned(),
        used: Amount::ZERO,
    };
    app.store.write(|tx| {
        check_parties(tx, command)?;
        let known = tx.documents_by_digests(&[document.sha256])?;
        if let Some(known) = known.iter().find(|d| d.media_type == document.media_type) {
            return Ok(known.id);
        }
        let word = word(tx, who.party, &waybill)?;
        let signed = document_word::sign(tx, who.party, signing, &word)?;
        kept.keep_in(tx)?;
        tx.documents_insert(std::slice::from_ref(&document))
            .map_err(|error| {
                if error.is_duplicate_of("document_waybill_unique") {
                    AppError::invalid_field(
                        "number",
                        "waybill_number_taken",
                        "there is another waybill under this number",
                    )
                } else {
                    error.into()
                }
            })?;
        tx.waybill_insert(&WaybillRecord {
            document: document.id,
            carrier: who.party,
            shipper: command.shipper,
            receiver: command.receiver,
            picked_up_at: command.picked_up_at,
            handed_over_at: command.handed_over_at,
        })?;
        tx.attestation_insert(&AttestationRecord {
            document: document.id,
            party: who.party,
            statement: Statement::Carried,
            sha256: document.sha256,
            said_on: word.on,
            key: signed.key,
            signature: signed.bytes,
            made_at: now,
        })?;
        let notice = Notice::GoodsHandedOver(GoodsHandedOver {
            document: document.id.to_string(),
            carrier: who.party_name.clone(),
            number: document.number.clone(),
        });
        letters::tell_parties(tx, now, &[(command.receiver, notice)])?;
        Ok(document.id)
    })
}

fn waybill(carrier: PartyId, command: &HandOver) -> Result<Waybill, AppError> {
    let sane = [command.picked_up_at, command.handed_over_at]
        .into_iter()
        .all(business_time::is_sane);
    let waybill = Waybill {
        number: command.number.trim().to_owned(),
        carrier,
        shipper: command.shipper,
        receiver: command.receiver,
        vehicle: command.vehicle.trim().to_owned(),
        picked_up_at: command.picked_up_at.timestamp(),
        handed_over_at: command.handed_over_at.timestamp(),
        lines: command.lines.clone(),
        exceptions: command.exceptions.trim().to_owned(),
    };
    match waybill.fault() {
        None if sane => Ok(waybill),
        None => Err(AppError::invalid_field(
            "handed_over_at",
            "waybill_handed_over_before_pick_up",
            "give the moments of pick-up and hand-over",
        )),
        Some(code) => Err(AppError::invalid(
            code,
            "give number, sender, receiver, vehicle, both moments and at least one line of goods",
        )),
    }
}

fn word(tx: &mut ReadTx<'_>, carrier: PartyId, waybill: &Waybill) -> Result<Attestation, AppError> {
    Ok(Attestation {
        document: waybill.digest().map_err(unlawful)?,
        by: carrier,
        statement: Statement::Carried,
        on: tx.business_date_today()?,
    })
}

fn check_parties(tx: &mut ReadTx<'_>, command: &HandOver) -> Result<(), AppError> {
    let found = tx.parties_by_ids(&[command.shipper, command.receiver])?;
    let active = |id| {
        found
            .iter()
            .any(|p| p.id == id && p.state == PartyState::Active)
    };
    if active(command.shipper) && active(command.receiver) {
        Ok(())
    } else {
        Err(AppError::invalid_field(
            "receiver",
            "recipient_not_active",
            "sender and receiver must take part at present",
        ))
    }
}

fn unlawful(error: ledger_core::canonical::CanonicalError) -> AppError {
    AppError::invalid("waybill_lines_missing", error.to_string())
}
