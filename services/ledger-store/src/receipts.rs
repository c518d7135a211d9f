//! What was answered to a request, so that the same request twice is done once.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use diesel::sql_types::Jsonb;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use serde_json::Value;

use crate::columns::Bytes32;
use crate::columns::Known;
use crate::columns::record;
use crate::error::StoreError;
use crate::schema::idempotency_receipt;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

record! {
    /// An answer given, with the hash of what it answers.
    Receipt in idempotency_receipt ("idempotency_receipt") {
        /// Who asked.
        principal: String as Text,
        /// The asker's key for the request.
        key: String as Text,
        /// SHA-256 of method, path and body: another request under the same key is refused.
        request_hash: [u8; 32] as Bytes32,
        /// The answer.
        response: Value as Jsonb,
        /// Its HTTP status.
        status: i32 as Integer,
        /// When.
        created_at: DateTime<Utc> as Timestamptz,
    }
}

impl ReadTx<'_> {
    /// The answers given to `principal` under these keys.
    ///
    /// # Errors
    /// Database errors only.
    pub fn receipts_by_keys(
        &mut self,
        principal: &str,
        keys: &[String],
    ) -> Result<Vec<Receipt>, StoreError> {
        Ok(idempotency_receipt::table
            .filter(idempotency_receipt::principal.eq(principal))
            .filter(idempotency_receipt::key.eq_any(keys))
            .order(idempotency_receipt::key)
            .select(Receipt::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Keeps answers in the unit of work that did what they say.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `idempotency_receipt_unique`: the same request is being done by
    /// somebody else, and this unit of work must not stay.
    pub fn receipts_insert(&mut self, receipts: &[Receipt]) -> Result<(), StoreError> {
        Receipt::insert_all(self.conn, receipts, Known::Refused).map(|_all| ())
    }

    /// Forgets answers older than `before` and gives how many.
    ///
    /// # Errors
    /// Database errors only.
    pub fn receipts_forget(&mut self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        let old = idempotency_receipt::table.filter(idempotency_receipt::created_at.lt(before));
        Ok(diesel::delete(old).execute(self.conn)?)
    }
}
