//! Idempotency receipts: the same request again gets the same answer and does nothing.

use chrono::DateTime;
use chrono::Utc;
use ledger_core::hash::sha256;
use ledger_store::receipts::Receipt;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::Store;
use ledger_store::unit_of_work::WriteTx;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::AppError;
use crate::principal::Principal;

/// Longest key a client may send.
const LONGEST_KEY: usize = 200;

/// A client's key for one request, bound to who asks and what is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    principal: String,
    key: String,
    request: [u8; 32],
}

impl IdempotencyKey {
    /// From the client's key and the request's exact content (method, path, body).
    ///
    /// # Errors
    /// [`AppError::Invalid`] if the key is empty or too long.
    pub fn new(who: &Principal, key: &str, request: &[&[u8]]) -> Result<IdempotencyKey, AppError> {
        if key.is_empty() || key.len() > LONGEST_KEY {
            return Err(AppError::invalid(
                "idempotency_key_invalid",
                format!("an idempotency key has 1 to {LONGEST_KEY} characters"),
            ));
        }
        Ok(IdempotencyKey {
            principal: who.subject(),
            key: key.to_owned(),
            request: sha256(request),
        })
    }

    /// The answer given before, if this very request was answered.
    ///
    /// # Errors
    /// [`AppError::KeyReused`] if the key was used for another request.
    pub fn answered<T: DeserializeOwned>(&self, store: &Store) -> Result<Option<T>, AppError> {
        store.read(|tx| self.answered_in(tx))
    }

    /// The same in a unit of work of the caller's.
    ///
    /// # Errors
    /// As [`IdempotencyKey::answered`].
    pub fn answered_in<T: DeserializeOwned>(
        &self,
        tx: &mut ReadTx<'_>,
    ) -> Result<Option<T>, AppError> {
        let found = tx.receipts_by_keys(&self.principal, std::slice::from_ref(&self.key))?;
        let Some(receipt) = found.into_iter().next() else {
            return Ok(None);
        };
        if receipt.request_hash != self.request {
            return Err(AppError::KeyReused);
        }
        serde_json::from_value(receipt.response)
            .map(Some)
            .map_err(|e| AppError::Internal(format!("a receipt can't be read: {e}")))
    }

    /// Keeps the answer, in the unit of work that it answers for. Two at once: the second fails
    /// on the unique key, and its whole unit of work with it.
    ///
    /// # Errors
    /// The store's.
    pub fn keep<T: Serialize>(
        &self,
        tx: &mut WriteTx<'_>,
        now: DateTime<Utc>,
        answer: &T,
    ) -> Result<(), AppError> {
        Ok(tx.receipts_insert(&[self.receipt(now, answer)?])?)
    }

    /// The receipt, for whoever keeps many at once.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the answer can't be written down.
    pub fn receipt<T: Serialize>(
        &self,
        now: DateTime<Utc>,
        answer: &T,
    ) -> Result<Receipt, AppError> {
        let response = serde_json::to_value(answer)
            .map_err(|e| AppError::Internal(format!("a receipt can't be kept: {e}")))?;
        Ok(Receipt {
            principal: self.principal.clone(),
            key: self.key.clone(),
            request_hash: self.request,
            response,
            status: 200,
            created_at: now,
        })
    }
}
