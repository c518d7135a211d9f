//! Trade documents over the wire.

use chrono::NaiveDate;
use invoice_files::einvoice;
use ledger_app::adjust_invoice::AdjustInvoice;
use ledger_app::adjust_invoice::Adjusted;
use ledger_app::adjust_invoice::Change;
use ledger_app::documents_view::DocumentSeen;
use ledger_app::documents_view::Word;
use ledger_app::error::AppError;
use ledger_app::preview_transfer::DocumentKind;
use ledger_app::store_document::NewDocument;
use ledger_app::store_document::StructuredFacts;
use ledger_core::amount::Amount;
use ledger_core::attestation::Attestation;
use ledger_core::currency::Currency;
use ledger_core::hash::DocumentDigest;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire::base64_of;
use crate::wire::bytes_of;

/// A list of documents.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DocumentList {
    /// The documents, newest first.
    pub items: Vec<TradeDocumentOut>,
}

/// A document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TradeDocumentOut {
    /// Its id.
    pub id: String,
    /// `invoice`, `credit_note`, `price_true_up`, `purchase_order`, `acceptance_slip`, `waybill`,
    /// `contract`, `statement` or `other`.
    pub kind: String,
    /// Its own number.
    pub number: String,
    /// Who issued it; the seller of an invoice.
    pub owner: String,
    /// The other side.
    pub counterparty: String,
    /// Its date.
    pub issued_on: Option<NaiveDate>,
    /// SHA-256 of its contents, hexadecimal.
    pub digest: String,
    /// Media type of its contents.
    pub media_type: String,
    /// What it can carry; of documents with an amount.
    pub capacity: Option<CapacityOut>,
    /// What is said about it.
    pub attestations: Vec<AttestationOut>,
}

/// What a document can carry. `total` is its amount, less credit notes, more or less true-ups;
/// `free` is what is left of it, zero where more is taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CapacityOut {
    /// In all.
    pub total: Money,
    /// By offers here, open or accepted.
    pub used: Money,
    /// Held for uses being prepared.
    pub reserved: Money,
    /// On other platforms of the circle.
    pub elsewhere: Money,
    /// Left.
    pub free: Money,
    /// How much more is taken than can be carried.
    pub overdrawn: Money,
}

/// A word about a document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttestationOut {
    /// Id of the party.
    pub party_id: String,
    /// Its name.
    pub party: String,
    /// What it says.
    pub statement: String,
    /// On which day.
    pub said_on: NaiveDate,
    /// Id of the key.
    pub key: String,
    /// What was signed, base 64.
    pub payload: String,
    /// Ed25519 signature over it, base 64.
    pub signature: String,
}

impl TradeDocumentOut {
    /// For an answer.
    #[must_use]
    pub fn of(seen: &DocumentSeen) -> TradeDocumentOut {
        let (document, capacity) = (&seen.document, &seen.capacity);
        TradeDocumentOut {
            id: document.id.to_string(),
            kind: document.kind.word().to_owned(),
            number: document.number.clone(),
            owner: seen.owner.clone(),
            counterparty: seen.counterparty.clone(),
            issued_on: document.issued_on,
            digest: hex::encode(document.sha256),
            media_type: document.media_type.clone(),
            capacity: document.currency.map(|currency| {
                let money = |amount| Money::of(amount, currency);
                CapacityOut {
                    total: money(capacity.total()),
                    used: money(capacity.used),
                    reserved: money(capacity.reserved),
                    elsewhere: money(capacity.elsewhere),
                    free: money(capacity.free()),
                    overdrawn: money(capacity.overdrawn),
                }
            }),
            attestations: seen.words.iter().map(AttestationOut::of).collect(),
        }
    }
}

impl AttestationOut {
    /// For an answer.
    #[must_use]
    pub fn of(word: &Word) -> AttestationOut {
        let record = &word.record;
        let said = Attestation {
            document: DocumentDigest::from_bytes(record.sha256),
            by: record.party,
            statement: record.statement,
            on: record.said_on,
        };
        AttestationOut {
            party_id: record.party.to_string(),
            party: word.party.clone(),
            statement: record.statement.word().to_owned(),
            said_on: record.said_on,
            key: record.key.to_string(),
            payload: base64_of(&said.signing_payload()),
            signature: base64_of(&record.signature),
        }
    }
}

/// A document to be kept.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandIn {
    /// `invoice`, `purchase_order`, `acceptance_slip`, `waybill`, `contract` or `other`.
    pub kind: String,
    /// Id of the other side.
    pub counterparty: String,
    /// Its own number.
    pub number: String,
    /// Its date.
    pub issued_on: NaiveDate,
    /// How much it is over; an invoice needs it.
    pub amount: Option<Money>,
    /// Ids of documents it rests on.
    #[serde(default)]
    pub rests_on: Vec<String>,
    /// The file's name.
    #[serde(default)]
    pub file_name: String,
    /// The file, base 64: PDF, OFD, XML, PNG or JPEG.
    #[serde(default)]
    pub content: String,
}

impl HandIn {
    /// As the use case takes it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with the code of the first field that can't be read.
    pub fn read(&self) -> Result<(NewDocument, StructuredFacts), AppError> {
        let wrong = |field, code, words: &str| AppError::invalid_field(field, code, words);
        let kind = DocumentKind::from_word(&self.kind)
            .filter(|kind| *kind != DocumentKind::Statement)
            .ok_or_else(|| wrong("kind", "kind_unknown", "hand in one of the kinds named"))?;
        let counterparty = PartyId::parse(&self.counterparty)
            .map_err(|_not_an_id| wrong("counterparty", "unknown_party", "there is no such id"))?;
        let amount = self.amount.as_ref().map(read_money).transpose()?;
        let bytes = bytes_of("content", &self.content)?;
        let face = if kind == DocumentKind::Invoice && einvoice::is_xml(&bytes) {
            let read = einvoice::read(&bytes);
            Some(read.map_err(|e| AppError::invalid_field("content", e.code(), e.to_string()))?)
        } else {
            None
        };
        let rests_on = self
            .rests_on
            .iter()
            .map(|id| {
                DocumentId::parse(id).map_err(|_not_an_id| {
                    wrong("rests_on", "unknown_document", "there is no such document")
                })
            })
            .collect::<Result<_, AppError>>()?;
        let new = NewDocument {
            kind,
            issuer: None,
            counterparty: Some(counterparty),
            number: self.number.clone(),
            issued_on: Some(self.issued_on),
            amount,
            file_name: self.file_name.clone(),
            bytes,
        };
        Ok((new, StructuredFacts { face, rests_on }))
    }
}

fn read_money(money: &Money) -> Result<(Amount, Currency), AppError> {
    let currency: Currency = money.currency.parse().map_err(|_unknown| {
        AppError::invalid_field("amount", "currency_unknown", "use an ISO 4217 code")
    })?;
    Ok((Amount::parse(&money.amount, currency)?, currency))
}

/// Something is on record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DocumentMade {
    /// Its id.
    pub document: String,
}

impl DocumentMade {
    /// For an answer.
    #[must_use]
    pub fn of(document: &DocumentId) -> DocumentMade {
        DocumentMade {
            document: document.to_string(),
        }
    }
}

/// A credit note or price true-up.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// `credit`, `down` or `up`.
    pub change: String,
    /// Its own number.
    pub number: String,
    /// Its date.
    pub issued_on: NaiveDate,
    /// By how much, in the invoice's currency.
    pub amount: String,
    /// The file's name.
    #[serde(default)]
    pub file_name: String,
    /// The file, base 64.
    #[serde(default)]
    pub content: String,
}

impl Adjustment {
    /// As the use case takes it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `change_unknown`, `not_base64`, or the amount's codes.
    pub fn read(&self, invoice: DocumentId, currency: Currency) -> Result<AdjustInvoice, AppError> {
        let change = match self.change.as_str() {
            "credit" => Change::Credit,
            "down" => Change::Down,
            "up" => Change::Up,
            _ => {
                return Err(AppError::invalid_field(
                    "change",
                    "change_unknown",
                    "change is credit, down or up",
                ));
            }
        };
        Ok(AdjustInvoice {
            invoice,
            change,
            number: self.number.clone(),
            issued_on: Some(self.issued_on),
            amount: Amount::parse(&self.amount, currency)?,
            file_name: self.file_name.clone(),
            bytes: bytes_of("content", &self.content)?,
        })
    }
}

/// What became of a credit note or true-up.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AdjustmentOut {
    /// Its id.
    pub document: String,
    /// By how much.
    pub amount: Option<Money>,
    /// Whether it counts; a rise waits for the buyer.
    pub counted: bool,
    /// How much more the invoice has carried than it now may.
    pub overdrawn: Option<Money>,
}

impl AdjustmentOut {
    /// For an answer.
    #[must_use]
    pub fn of(done: &Adjusted, amount: Amount, currency: Option<Currency>) -> AdjustmentOut {
        AdjustmentOut {
            document: done.document.to_string(),
            amount: currency.map(|currency| Money::of(amount, currency)),
            counted: done.counted,
            overdrawn: currency.map(|currency| Money::of(done.overdrawn, currency)),
        }
    }
}
