//! Words about documents and waybills over the wire: what to sign, and what was signed.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_app::attest_document::AttestDocument;
use ledger_app::error::AppError;
use ledger_app::hand_over_goods::HandOver;
use ledger_core::attestation::Attestation;
use ledger_core::attestation::Statement;
use ledger_core::hash::DocumentDigest;
use ledger_core::id::DocumentId;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::waybill::WaybillLine;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::base64_of;
use crate::wire::bytes_of;

/// What to say about a document.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttestationAsked {
    /// `seen_original`, `goods_received`, `debt_confirmed`, `carried`, `balance_agreed`, `disputed`.
    pub statement: String,
    /// SHA-256 of the contents, hexadecimal; a third party that is no side of the document needs it.
    pub digest: Option<String>,
}

impl AttestationAsked {
    /// As the use case takes it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `statement_unknown`, `digest_malformed`.
    pub fn read(&self, document: DocumentId) -> Result<AttestDocument, AppError> {
        let digest = self
            .digest
            .as_deref()
            .map(DocumentDigest::parse)
            .transpose();
        Ok(AttestDocument {
            document,
            statement: Statement::from_word(&self.statement).ok_or_else(|| {
                AppError::invalid_field("statement", "statement_unknown", "say one of the words")
            })?,
            digest: digest.map_err(|_not_hex| {
                AppError::invalid_field("digest", "digest_malformed", "64 hexadecimal digits")
            })?,
        })
    }
}

/// What to sign: the bytes as they are.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ToSign {
    /// Base 64.
    pub payload: String,
    /// SHA-256 of the document's contents, hexadecimal.
    pub digest: String,
    /// The business date in the payload.
    pub said_on: NaiveDate,
}

impl ToSign {
    /// For an answer.
    #[must_use]
    pub fn of(word: &Attestation) -> ToSign {
        ToSign {
            payload: base64_of(&word.signing_payload()),
            digest: word.document.to_string(),
            said_on: word.on,
        }
    }
}

/// An attestation with its signature.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttestationSigned {
    /// As prepared.
    pub statement: String,
    /// As prepared.
    pub digest: Option<String>,
    /// Id of the key that signed.
    pub key: String,
    /// Ed25519 signature over the payload, 64 bytes, base 64.
    pub signature: String,
}

impl AttestationSigned {
    /// Without the signature.
    #[must_use]
    pub fn asked(&self) -> AttestationAsked {
        AttestationAsked {
            statement: self.statement.clone(),
            digest: self.digest.clone(),
        }
    }

    /// Key and signature.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `key_id_invalid`, `not_base64`, `signature_length`.
    pub fn signature(&self) -> Result<(KeyId, [u8; 64]), AppError> {
        read_signature(&self.key, &self.signature)
    }
}

fn read_signature(key: &str, signature: &str) -> Result<(KeyId, [u8; 64]), AppError> {
    let key = KeyId::parse(key).map_err(|error| {
        AppError::invalid_field("key", "key_id_invalid", format!("no key id: {error}"))
    })?;
    let bytes = <[u8; 64]>::try_from(bytes_of("signature", signature)?).map_err(|_length| {
        AppError::invalid_field(
            "signature",
            "signature_length",
            "an Ed25519 signature has 64 bytes",
        )
    })?;
    Ok((key, bytes))
}

/// One line of goods.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GoodsLine {
    /// VIN, article or batch number.
    pub item: String,
    /// How many, whole pieces.
    pub quantity: i64,
}

/// A waybill; the caller's party carries.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaybillAsked {
    /// The carrier's own number.
    pub number: String,
    /// Id of who sends.
    pub shipper: String,
    /// Id of who receives.
    pub receiver: String,
    /// Plate of the vehicle, or number of the train, ship or container.
    pub vehicle: String,
    /// When the goods were picked up.
    pub picked_up_at: DateTime<Utc>,
    /// When they were handed over.
    pub handed_over_at: DateTime<Utc>,
    /// The goods.
    pub lines: Vec<GoodsLine>,
    /// What was missing or damaged.
    #[serde(default)]
    pub exceptions: String,
}

impl WaybillAsked {
    /// As the use case takes it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `unknown_party`.
    pub fn read(&self) -> Result<HandOver, AppError> {
        let party = |field, text: &str| {
            PartyId::parse(text).map_err(|_not_an_id| {
                AppError::invalid_field(field, "unknown_party", "there is no such id")
            })
        };
        Ok(HandOver {
            number: self.number.clone(),
            shipper: party("shipper", &self.shipper)?,
            receiver: party("receiver", &self.receiver)?,
            vehicle: self.vehicle.clone(),
            picked_up_at: self.picked_up_at,
            handed_over_at: self.handed_over_at,
            lines: self
                .lines
                .iter()
                .map(|line| WaybillLine {
                    item: line.item.clone(),
                    quantity: line.quantity,
                })
                .collect(),
            exceptions: self.exceptions.clone(),
        })
    }
}

/// A waybill with the carrier's signature.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaybillSigned {
    /// As prepared.
    pub waybill: WaybillAsked,
    /// Id of the key that signed.
    pub key: String,
    /// Ed25519 signature over the payload, 64 bytes, base 64.
    pub signature: String,
}

impl WaybillSigned {
    /// Key and signature.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `key_id_invalid`, `not_base64`, `signature_length`.
    pub fn signature(&self) -> Result<(KeyId, [u8; 64]), AppError> {
        read_signature(&self.key, &self.signature)
    }
}
