//! Credits that a bank did not make, and those that took their place: one attempt at a time.

use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::id::InstructionId;
use uuid::Uuid;

use crate::columns::Col;
use crate::columns::InstructionUuid;
use crate::columns::cols;
use crate::error::StoreError;
use crate::payments::HELD;
use crate::payments::Instruction;
use crate::payments::InstructionState;
use crate::schema::payment_instruction;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = InstructionUuid)]
    id: InstructionId,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl ReadTx<'_> {
    /// Whether another payment took the place of this one.
    ///
    /// # Errors
    /// Database errors only.
    pub fn payment_replaced(&mut self, id: InstructionId) -> Result<bool, StoreError> {
        let row: CountRow =
            sql_query("SELECT count(*) AS count FROM payment_again WHERE replaced = $1")
                .bind::<InstructionUuid, _>(id)
                .get_result(self.conn)?;
        Ok(row.count > 0)
    }
}

impl WriteTx<'_> {
    /// Locks a payment for this unit of work: no word of a bank changes it meanwhile.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn instruction_lock(&mut self, id: InstructionId) -> Result<Instruction, StoreError> {
        Ok(payment_instruction::table
            .filter(payment_instruction::id.eq(Col(id)))
            .select(Instruction::as_select())
            .for_no_key_update()
            .first(self.conn)?)
    }

    /// Puts a new payment in the place of one that a bank rejected or gave back, by closing `task`.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `payment_again_pkey` if another took its place before;
    /// [`StoreError::Violated`] `payment_again_after_a_no` if it may still be paid.
    pub fn instruction_replace(
        &mut self,
        replaced: InstructionId,
        new: &Instruction,
        task: Uuid,
    ) -> Result<(), StoreError> {
        self.instructions_insert(std::slice::from_ref(new))?;
        sql_query("INSERT INTO payment_again (replaced, replacement, task) VALUES ($1, $2, $3)")
            .bind::<InstructionUuid, _>(replaced)
            .bind::<InstructionUuid, _>(new.id)
            .bind::<SqlUuid, _>(task)
            .execute(self.conn)?;
        Ok(())
    }

    /// Of these end-to-end ids, the rejected payments in whose place another stands; what waits in
    /// their place to be sent is held back.
    ///
    /// # Errors
    /// Database errors only.
    pub fn replacements_hold(&mut self, ids: &[String]) -> Result<Vec<Instruction>, StoreError> {
        let rows: Vec<IdRow> = sql_query(
            "SELECT i.id FROM payment_instruction i JOIN payment_again x ON x.replaced = i.id \
             WHERE i.end_to_end_id = ANY($1) AND i.state <> 'returned'",
        )
        .bind::<Array<Text>, _>(ids)
        .load(self.conn)?;
        let found: Vec<InstructionId> = rows.into_iter().map(|row| row.id).collect();
        if found.is_empty() {
            return Ok(Vec::new());
        }
        sql_query(
            "UPDATE payment_instruction SET next_attempt_at = $2 WHERE state = $3 AND id IN \
             (SELECT replacement FROM payment_again WHERE replaced = ANY($1))",
        )
        .bind::<Array<InstructionUuid>, _>(cols(&found))
        .bind::<Timestamptz, _>(HELD)
        .bind::<Text, _>(InstructionState::Created.word())
        .execute(self.conn)?;
        self.instructions_by_ids(&found)
    }
}
