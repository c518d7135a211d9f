//! What proves payments: the credits that close settlement runs, and the bank's messages about them.

use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::Bytea;
use diesel::sql_types::Text;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::amount::Amount;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::columns::Bytes32;
use crate::columns::Minor;
use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;

/// One credit of a run, as it was instructed.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct RunCredit {
    /// The run.
    #[diesel(sql_type = SqlUuid)]
    pub run: Uuid,
    /// Who is paid.
    #[diesel(sql_type = PartyUuid)]
    pub creditor: PartyId,
    /// On which account.
    #[diesel(sql_type = Text)]
    pub account: String,
    /// How much.
    #[diesel(sql_type = Minor)]
    pub amount: Amount,
}

#[derive(QueryableByName)]
struct BytesRow {
    #[diesel(sql_type = Bytea)]
    bytes: Vec<u8>,
}

const PROOF: &str = "WITH booked AS (
    SELECT m.no FROM statement_entry s JOIN bank_message m ON m.id = s.message
     WHERE s.end_to_end_id = $1 AND $1 <> '' ORDER BY s.no DESC LIMIT 1),
named AS (
    SELECT m.no FROM bank_message m
     WHERE NOT EXISTS (SELECT 1 FROM booked) AND m.direction = 'in' AND $1 <> ''
       AND position(convert_to($1, 'UTF8') in coalesce(m.raw, convert_to(m.body, 'UTF8'))) > 0
     ORDER BY m.no DESC LIMIT 1)
SELECT coalesce(m.raw, convert_to(m.body, 'UTF8')) AS bytes FROM bank_message m
 WHERE m.no IN (SELECT no FROM booked UNION ALL SELECT no FROM named)";

impl ReadTx<'_> {
    /// The bank's message that has the last word on a payment: the one that booked it, or else the
    /// latest that names it (a rejection books nothing; then the messages are searched, which is
    /// slow, and rare).
    ///
    /// # Errors
    /// Database errors only.
    pub fn payment_proof(&mut self, end_to_end_id: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let found: Vec<BytesRow> = sql_query(PROOF)
            .bind::<Text, _>(end_to_end_id)
            .load(self.conn)?;
        Ok(found.into_iter().next().map(|row| row.bytes))
    }

    /// The credits of these runs, by run; of several attempts at one, the last.
    ///
    /// # Errors
    /// Database errors only.
    pub fn credits_of_runs(&mut self, runs: &[Uuid]) -> Result<Vec<RunCredit>, StoreError> {
        Ok(sql_query(
            "SELECT i.run, i.creditor, i.creditor_account AS account, i.amount \
             FROM payment_instruction i WHERE i.run = ANY($1) \
             AND NOT EXISTS (SELECT FROM payment_again x WHERE x.replaced = i.id) \
             ORDER BY i.run, i.id",
        )
        .bind::<Array<SqlUuid>, _>(runs)
        .load(self.conn)?)
    }

    /// Digests of the bank messages in which the credits of each run were stated as booked, by run
    /// and digest.
    ///
    /// # Errors
    /// Database errors only.
    pub fn evidence_of_runs(&mut self, runs: &[Uuid]) -> Result<Vec<(Uuid, [u8; 32])>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = SqlUuid)]
            run: Uuid,
            #[diesel(sql_type = Bytes32)]
            digest: [u8; 32],
        }
        let rows: Vec<Row> = sql_query(
            "SELECT t.run, coalesce(m.digest, sha256(convert_to(m.body, 'UTF8'))) AS digest FROM ( \
               SELECT DISTINCT i.run, s.message FROM payment_instruction i \
               JOIN statement_entry s ON s.end_to_end_id = coalesce(i.netted_in, i.end_to_end_id) \
               WHERE i.run = ANY($1) \
               AND NOT EXISTS (SELECT FROM payment_again x WHERE x.replaced = i.id) \
               AND s.end_to_end_id <> '' AND NOT s.reversal) t \
             JOIN bank_message m ON m.id = t.message \
             GROUP BY 1, 2 ORDER BY 1, 2",
        )
        .bind::<Array<SqlUuid>, _>(runs)
        .load(self.conn)?;
        Ok(rows.into_iter().map(|row| (row.run, row.digest)).collect())
    }
}
