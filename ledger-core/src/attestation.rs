//! A party's signed word about a trade document: that it has seen the original, had the goods, owes
//! the money. The document is named by the digest of its contents, so the word holds for exactly
//! these bytes.

use chrono::NaiveDate;

use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::hash::DocumentDigest;
use crate::id::PartyId;
use crate::signature::is_signed_raw;

const DOMAIN: &[u8] = b"tallystick/v1/attestation\0";

/// What is attested. The codes are part of what is signed: they are never given to another word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Statement {
    /// The original has been seen and agrees.
    SeenOriginal,
    /// The goods have been received as the document says.
    GoodsReceived,
    /// The debt exists as the document says; of a price true-up: agreed.
    DebtConfirmed,
    /// The goods were carried and handed over as the document says.
    Carried,
    /// The balance and its items agree (对账相符).
    BalanceAgreed,
    /// What the document says is disputed.
    Disputed,
}

impl Statement {
    /// Every one of them.
    pub const ALL: &'static [Statement] = &[
        Statement::SeenOriginal,
        Statement::GoodsReceived,
        Statement::DebtConfirmed,
        Statement::Carried,
        Statement::BalanceAgreed,
        Statement::Disputed,
    ];

    /// Its byte in canonical form.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Statement::SeenOriginal => 1,
            Statement::GoodsReceived => 2,
            Statement::DebtConfirmed => 3,
            Statement::Carried => 4,
            Statement::BalanceAgreed => 5,
            Statement::Disputed => 6,
        }
    }

    /// Its stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Statement::SeenOriginal => "seen_original",
            Statement::GoodsReceived => "goods_received",
            Statement::DebtConfirmed => "debt_confirmed",
            Statement::Carried => "carried",
            Statement::BalanceAgreed => "balance_agreed",
            Statement::Disputed => "disputed",
        }
    }

    /// From its byte.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Statement> {
        Self::ALL.iter().copied().find(|s| s.code() == code)
    }

    /// From its word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Statement> {
        Self::ALL.iter().copied().find(|s| s.word() == word)
    }
}

/// What somebody says about a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attestation {
    /// Digest of the document's contents.
    pub document: DocumentDigest,
    /// Who says it.
    pub by: PartyId,
    /// What.
    pub statement: Statement,
    /// On which day.
    pub on: NaiveDate,
}

impl Attestation {
    /// Canonical bytes, version 1.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u8(1);
        w.fixed(self.document.bytes());
        w.fixed(self.by.bytes());
        w.u8(self.statement.code());
        w.date(self.on);
        w.finish()
    }

    /// Reads what [`Attestation::to_bytes`] wrote.
    ///
    /// # Errors
    /// Not that form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Attestation, CanonicalError> {
        let mut r = Reader::new(bytes);
        if r.u8()? != 1 {
            return Err(CanonicalError::Unlawful("attestation version"));
        }
        let attestation = Attestation {
            document: DocumentDigest::from_bytes(r.fixed()?),
            by: PartyId::from_bytes(r.fixed()?),
            statement: Statement::from_code(r.u8()?)
                .ok_or(CanonicalError::Unlawful("statement"))?,
            on: r.date()?,
        };
        r.finish()?;
        Ok(attestation)
    }

    /// What is signed: a domain of its own, so that no signature under an entry is one under this.
    #[must_use]
    pub fn signing_payload(&self) -> Vec<u8> {
        [DOMAIN, &self.to_bytes()].concat()
    }

    /// Whether `signature` is `public_key`'s under this.
    #[must_use]
    pub fn is_signed(&self, public_key: &[u8; 32], signature: &[u8; 64]) -> bool {
        is_signed_raw(public_key, signature, &self.signing_payload())
    }
}
