//! Credits at maturity that a freeze holds back: made like all others, and not sent before it is over.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::id::InstructionId;
use uuid::Uuid;

use crate::columns::InstructionUuid;
use crate::columns::cols;
use crate::error::StoreError;
use crate::payments::HELD;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl ReadTx<'_> {
    /// How many credits these freezes hold back.
    ///
    /// # Errors
    /// Database errors only.
    pub fn held_credits(&mut self, freezes: &[Uuid]) -> Result<i64, StoreError> {
        let row: CountRow = sql_query(
            "SELECT count(*) AS count FROM held_credit WHERE released_at IS NULL AND freeze_order = ANY($1)",
        )
        .bind::<Array<SqlUuid>, _>(freezes.to_vec())
        .get_result(self.conn)?;
        Ok(row.count)
    }
}

impl WriteTx<'_> {
    /// Notes which credits a freeze holds back; one that is on record stays.
    ///
    /// # Errors
    /// Database errors only.
    pub fn held_credits_insert(&mut self, new: &[(InstructionId, Uuid)]) -> Result<(), StoreError> {
        if new.is_empty() {
            return Ok(());
        }
        let (ids, freezes): (Vec<InstructionId>, Vec<Uuid>) = new.iter().copied().unzip();
        sql_query(
            "INSERT INTO held_credit (instruction, freeze_order) SELECT * FROM unnest($1, $2) \
             ON CONFLICT DO NOTHING",
        )
        .bind::<Array<InstructionUuid>, _>(cols(&ids))
        .bind::<Array<SqlUuid>, _>(freezes)
        .execute(self.conn)?;
        Ok(())
    }

    /// Lets the credits go that freezes held back which are over; gives how many.
    ///
    /// # Errors
    /// Database errors only.
    pub fn held_credits_release(&mut self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        Ok(sql_query(
            "WITH free AS ( \
               UPDATE held_credit h SET released_at = $1 FROM freeze_proposal p \
               WHERE h.freeze_order = p.id AND h.released_at IS NULL AND p.ended_on IS NOT NULL \
               RETURNING h.instruction) \
             UPDATE payment_instruction i SET next_attempt_at = $1 FROM free \
             WHERE i.id = free.instruction AND i.state = 'created' AND i.next_attempt_at = $2",
        )
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(HELD)
        .execute(self.conn)?)
    }
}
