//! Settlement runs, many at a time: what the maturity run needs, set-based.

use crate::statement::sql_query;
use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Date;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::amount::Amount;
use ledger_core::id::PaperId;
use uuid::Uuid;

use crate::columns::Bytes32;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::error::StoreError;
use crate::settlements::RunState;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

/// A run that was locked: its paper's holders are fixed in a clearing sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedRun {
    /// The run.
    pub id: Uuid,
    /// Cash to be shared out by the sheet.
    pub cash: Amount,
    /// The sheet's canonical bytes.
    pub sheet: Vec<u8>,
    /// Their SHA-256.
    pub sheet_digest: [u8; 32],
}

#[derive(QueryableByName)]
struct PaperRow {
    #[diesel(sql_type = PaperUuid)]
    id: PaperId,
}

#[derive(QueryableByName)]
struct RunRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

impl ReadTx<'_> {
    /// Papers in circulation due by `day` that have no run yet, soonest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn papers_without_run(
        &mut self,
        day: NaiveDate,
        limit: i64,
    ) -> Result<Vec<PaperId>, StoreError> {
        let rows: Vec<PaperRow> = sql_query(
            "SELECT p.id FROM paper p WHERE p.state IN (2, 5) AND p.due_date <= $1 \
             AND NOT EXISTS (SELECT 1 FROM settlement_run r WHERE r.paper_id = p.id) \
             ORDER BY p.due_date, p.no LIMIT $2",
        )
        .bind::<Date, _>(day)
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Instructed runs whose every credit the bank has settled.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_paid_out(&mut self, limit: i64) -> Result<Vec<Uuid>, StoreError> {
        let rows: Vec<RunRow> = sql_query(
            "SELECT r.id FROM settlement_run r WHERE r.state = 'instructed' \
             AND NOT EXISTS (SELECT 1 FROM payment_instruction i \
                             WHERE i.run = r.id AND i.state <> 'settled') \
             AND EXISTS (SELECT 1 FROM payment_instruction i WHERE i.run = r.id) \
             ORDER BY r.due_date, r.id LIMIT $1",
        )
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Digests of the bank messages in which these payments were stated as booked, sorted.
    ///
    /// # Errors
    /// Database errors only.
    pub fn evidence_digests(&mut self, end_to_end: &[String]) -> Result<Vec<[u8; 32]>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Bytes32)]
            digest: [u8; 32],
        }
        let rows: Vec<Row> = sql_query(
            "SELECT DISTINCT sha256(convert_to(m.body, 'UTF8')) AS digest FROM statement_entry s \
             JOIN bank_message m ON m.id = s.message \
             WHERE s.end_to_end_id = ANY($1) AND NOT s.reversal ORDER BY 1",
        )
        .bind::<Array<Text>, _>(end_to_end)
        .load(self.conn)?;
        Ok(rows.into_iter().map(|row| row.digest).collect())
    }
}

impl ReadTx<'_> {
    /// Days before `today` and accounts of payers with a booking but without a closing balance.
    ///
    /// # Errors
    /// Database errors only.
    pub fn statements_missing(
        &mut self,
        today: NaiveDate,
    ) -> Result<Vec<(NaiveDate, String)>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Date)]
            day: NaiveDate,
            #[diesel(sql_type = Text)]
            account: String,
        }
        let rows: Vec<Row> = sql_query(
            "SELECT DISTINCT s.booking_date AS day, s.account FROM statement_entry s \
             WHERE s.booking_date < $1 AND s.direction = 'debit' \
             AND NOT EXISTS (SELECT 1 FROM statement_balance b \
                             WHERE b.account = s.account AND b.day = s.booking_date) \
             ORDER BY 1, 2",
        )
        .bind::<Date, _>(today)
        .load(self.conn)?;
        Ok(rows.into_iter().map(|row| (row.day, row.account)).collect())
    }
}

impl WriteTx<'_> {
    /// Locks runs with their clearing sheets.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_lock_sheets(
        &mut self,
        runs: &[LockedRun],
        at: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        Ok(sql_query(
            "UPDATE settlement_run r SET state = 'locked', cut_off_at = $5, updated_at = $5, \
             cash = t.cash, sheet = t.sheet, sheet_digest = t.digest \
             FROM unnest($1, $2, $3, $4) AS t (id, cash, sheet, digest) \
             WHERE r.id = t.id AND r.state = 'planned'",
        )
        .bind::<Array<SqlUuid>, _>(runs.iter().map(|r| r.id).collect::<Vec<_>>())
        .bind::<Array<Minor>, _>(runs.iter().map(|r| r.cash).collect::<Vec<_>>())
        .bind::<Array<diesel::sql_types::Bytea>, _>(
            runs.iter().map(|r| r.sheet.as_slice()).collect::<Vec<_>>(),
        )
        .bind::<Array<Bytes32>, _>(runs.iter().map(|r| r.sheet_digest).collect::<Vec<_>>())
        .bind::<Timestamptz, _>(at)
        .execute(self.conn)?)
    }

    /// Moves runs from one state to the next; gives how many were still in the first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_move(
        &mut self,
        runs: &[Uuid],
        from: RunState,
        to: RunState,
        at: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        Ok(sql_query(
            "UPDATE settlement_run SET state = $3, updated_at = $4 \
             WHERE id = ANY($1) AND state = $2",
        )
        .bind::<Array<SqlUuid>, _>(runs)
        .bind::<Text, _>(from.word())
        .bind::<Text, _>(to.word())
        .bind::<Timestamptz, _>(at)
        .execute(self.conn)?)
    }

    /// Completes runs with their settlement entries.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_complete(
        &mut self,
        runs: &[(Uuid, i64)],
        at: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        Ok(sql_query(
            "UPDATE settlement_run r SET state = 'completed', entry_no = t.no, updated_at = $3 \
             FROM unnest($1, $2) AS t (id, no) WHERE r.id = t.id AND r.state = 'instructed'",
        )
        .bind::<Array<SqlUuid>, _>(runs.iter().map(|r| r.0).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(runs.iter().map(|r| r.1).collect::<Vec<_>>())
        .bind::<Timestamptz, _>(at)
        .execute(self.conn)?)
    }

    /// A bank has never seen a message: what was sent in it waits to be sent again.
    ///
    /// # Errors
    /// Database errors only.
    pub fn instructions_unsend(
        &mut self,
        message_id: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sql_query(
            "UPDATE payment_instruction SET state = 'created', next_attempt_at = $2 \
             WHERE message_id = $1 AND state IN ('sent', 'unknown')",
        )
        .bind::<Text, _>(message_id)
        .bind::<Timestamptz, _>(now)
        .execute(self.conn)?;
        Ok(())
    }
}
