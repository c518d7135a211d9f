//! Sealed bids over the wire: a digest in, later what it hid.

use ledger_app::error::AppError;
use ledger_core::hash::CommitmentDigest;
use ledger_core::id::KeyId;
use ledger_core::sealed_bid::Opening;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::bytes_of;
use crate::wire_quotes::signed;

/// The digest of a bid.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentIn {
    /// SHA-256 over `tallystick/v1/sealed-bid`, a zero byte, the request's id (16 bytes), the
    /// provider's id (16 bytes), a nonce (32 random bytes, new for each bid), the length of the
    /// quote's canonical bytes (four bytes, big end first) and these bytes. Hexadecimal.
    pub commitment: String,
    /// Id of the key that signed.
    pub key: String,
    /// Ed25519 signature, 64 bytes, base 64, over `tallystick/v1/sign`, a zero byte, the byte 6
    /// (the finance provider's seat), the byte 0xb1, the request's id, the provider's id and the
    /// digest.
    pub signature: String,
}

/// A sealed bid on record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SealedOut {
    /// Its id, to show or withdraw it.
    pub bid: String,
}

/// What a digest hid, with the quote signed as any quote.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningIn {
    /// The nonce, 32 bytes, base 64.
    pub nonce: String,
    /// The quote's canonical bytes, base 64.
    pub body: String,
    /// Id of the key that signed the quote.
    pub key: String,
    /// Ed25519 signature over the quote's payload, 64 bytes, base 64.
    pub signature: String,
}

impl CommitmentIn {
    /// Digest, key and signature.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `commitment_length`, `not_base64`, `key_id_invalid`,
    /// `signature_length`.
    pub fn read(&self) -> Result<(CommitmentDigest, KeyId, [u8; 64]), AppError> {
        let digest = CommitmentDigest::parse(&self.commitment).map_err(|error| {
            let message = format!("send SHA-256 as 64 hexadecimal digits: {error}");
            AppError::invalid_field("commitment", "commitment_length", message)
        })?;
        let (key, signature) = signed(&self.key, &self.signature)?;
        Ok((digest, key, signature))
    }
}

impl OpeningIn {
    /// Nonce and quote, key and signature.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `not_base64`, `nonce_length`, `key_id_invalid`, `signature_length`.
    pub fn read(&self) -> Result<(Opening, KeyId, [u8; 64]), AppError> {
        let nonce = bytes_of("nonce", &self.nonce)?;
        let nonce = <[u8; 32]>::try_from(nonce).map_err(|_length| {
            AppError::invalid_field("nonce", "nonce_length", "the nonce has 32 bytes")
        })?;
        let quote = bytes_of("body", &self.body)?;
        let (key, signature) = signed(&self.key, &self.signature)?;
        Ok((Opening { nonce, quote }, key, signature))
    }
}
