//! Settlement runs, many at a time: what the maturity run needs, set-based.

use crate::statement::sql_query;
use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bool;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use uuid::Uuid;

use crate::columns::Bytes32;
use crate::error::StoreError;
use crate::parties::one_row;
use crate::schema::settlement_run;
use crate::settlements::RunState;
use crate::settlements::SettlementRun;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

/// What an obligor's bank said about a run that was presented to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredRun {
    /// The run.
    pub id: Uuid,
    /// The message it was presented in.
    pub message_id: String,
    /// Whether the bank will pay what the run's sheets share out.
    pub pays: bool,
    /// The bank's reason if it won't pay all that was asked: a code, its words, or empty.
    pub short_reason: Option<String>,
    /// SHA-256 of its answer, if that was kept.
    pub answer: Option<[u8; 32]>,
    /// Whether it may be paying claim by claim already, of its own accord.
    pub pays_by_claim: bool,
}

#[derive(QueryableByName)]
struct SizeRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    size: i64,
}

#[derive(QueryableByName)]
struct RunRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

impl ReadTx<'_> {
    /// Instructed runs whose every credit the bank has settled, soonest due first: up to `limit`
    /// runs, and no more than have `credits` credits together, but for the first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_paid_out(
        &mut self,
        limit: i64,
        credits: i64,
    ) -> Result<Vec<SettlementRun>, StoreError> {
        let rows: Vec<RunRow> = sql_query(
            "WITH ready AS ( \
               SELECT r.id, r.due_date, c.credits FROM settlement_run r CROSS JOIN LATERAL ( \
                 SELECT count(*) AS credits, bool_and(i.state = 'settled') AS settled \
                 FROM payment_instruction i WHERE i.run = r.id \
                   AND NOT EXISTS (SELECT FROM payment_again x WHERE x.replaced = i.id)) c \
               WHERE r.state = 'instructed' AND r.set_aside IS NULL AND c.settled \
               ORDER BY r.due_date, r.id LIMIT $1) \
             SELECT id FROM (SELECT id, due_date, credits, \
               sum(credits) OVER (ORDER BY due_date, id) AS so_far FROM ready) t \
             WHERE so_far <= $2 OR so_far = credits",
        )
        .bind::<BigInt, _>(limit)
        .bind::<BigInt, _>(credits)
        .load(self.conn)?;
        let ids: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
        self.settlements_by_ids(&ids)
    }

    /// Runs by id, soonest due first; unknown ids are left out.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_by_ids(&mut self, ids: &[Uuid]) -> Result<Vec<SettlementRun>, StoreError> {
        Ok(settlement_run::table
            .filter(settlement_run::id.eq_any(ids))
            .order((settlement_run::due_date, settlement_run::id))
            .select(SettlementRun::as_select())
            .load(self.conn)?)
    }
}

impl ReadTx<'_> {
    /// Days before `today` and accounts of payers of which no closing balance is known: days with a
    /// booking, and of the last 31 days those on which a payment may have been booked that the bank
    /// has and of which nothing was said since.
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
            "SELECT w.day, w.account FROM ( \
               SELECT s.booking_date AS day, s.account FROM statement_entry s \
               WHERE s.booking_date < $1 AND s.direction = 'debit' \
               UNION \
               SELECT i.business_date + n, i.debtor_account \
               FROM (SELECT DISTINCT business_date, debtor_account FROM payment_instruction \
                     WHERE state IN ('sent', 'accepted', 'unknown') AND business_date < $1) i \
               CROSS JOIN LATERAL generate_series(greatest(0, $1 - i.business_date - 31), \
                                                  $1 - i.business_date - 1) AS n) w \
             WHERE NOT EXISTS (SELECT 1 FROM statement_balance b \
                               WHERE b.account = w.account AND b.day = w.day) \
             ORDER BY 1, 2",
        )
        .bind::<Date, _>(today)
        .load(self.conn)?;
        Ok(rows.into_iter().map(|row| (row.day, row.account)).collect())
    }
}

impl WriteTx<'_> {
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

    /// Takes up to `limit` runs due by `day` that are to be locked for this unit of work: planned
    /// ones, those whose obligor's bank said no on another day, and those that it has not answered
    /// since the sheets were made on another day past the due date: late interest has run on. Passes
    /// over those that are set aside, those with a fragment sold and not yet paid for, and those
    /// whose default is still to be recorded: interest is asked only after it.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_claim_to_lock(
        &mut self,
        day: NaiveDate,
        limit: i64,
    ) -> Result<Vec<SettlementRun>, StoreError> {
        let rows: Vec<RunRow> = sql_query(
            "SELECT r.id FROM settlement_run r \
             WHERE (r.state = 'planned' OR (r.state = 'short' \
                 AND (r.presented_on IS NULL OR r.presented_on < $1)) \
               OR (r.state = 'locked' AND r.due_date < $1 AND r.reckoned_on < $1)) \
             AND NOT (r.due_date < $1 AND EXISTS (SELECT 1 FROM settlement_run s \
                 JOIN paper d ON d.id = s.paper_id WHERE s.paper_id = r.paper_id \
                 AND s.short_reason IS NOT NULL AND NOT d.dishonoured AND d.state IN (2, 5))) \
             AND r.set_aside IS NULL AND r.due_date <= $1 \
             AND NOT EXISTS (SELECT 1 FROM live_fragment f JOIN paper p ON p.no = f.paper \
                             WHERE f.state IN (4, 7) AND p.id = r.paper_id) \
             ORDER BY r.due_date, r.id LIMIT $2 FOR NO KEY UPDATE OF r SKIP LOCKED",
        )
        .bind::<Date, _>(day)
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        let ids: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
        self.settlements_by_ids(&ids)
    }

    /// Takes up to `limit` runs in `state` with their sheets, as [`WriteTx::settlements_claim`]
    /// does, and no more than have `sheet_bytes` of sheets together, but for the first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_claim_sheets(
        &mut self,
        state: RunState,
        day: NaiveDate,
        limit: i64,
        sheet_bytes: i64,
    ) -> Result<Vec<SettlementRun>, StoreError> {
        let rows: Vec<SizeRow> = sql_query(
            "SELECT id, (coalesce(octet_length(sheet), 0) \
               + coalesce(octet_length(interest_sheet), 0))::bigint AS size FROM settlement_run \
             WHERE state = $1 AND set_aside IS NULL AND due_date <= $2 \
             ORDER BY due_date, id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED",
        )
        .bind::<Text, _>(state.word())
        .bind::<Date, _>(day)
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        let mut so_far = 0_i64;
        let mut ids = Vec::with_capacity(rows.len());
        for row in rows {
            so_far = so_far.saturating_add(row.size);
            if so_far > sheet_bytes && !ids.is_empty() {
                break;
            }
            ids.push(row.id);
        }
        self.settlements_by_ids(&ids)
    }

    /// Notes what was said about locked runs on `today`; gives those that were still locked. Where
    /// late interest was asked, the obligor has paid on the day up to which it was reckoned.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_presented(
        &mut self,
        runs: &[AnsweredRun],
        today: NaiveDate,
        at: DateTime<Utc>,
    ) -> Result<Vec<Uuid>, StoreError> {
        let rows: Vec<RunRow> = sql_query(
            "UPDATE settlement_run r SET updated_at = $6, presented_message = t.message, \
             presented_on = $7, short_reason = t.reason, answer = coalesce(t.answer, r.answer), \
             pays_by_claim = t.by_claim, \
             paid_on = CASE WHEN NOT t.pays THEN NULL \
               WHEN r.interest_cash IS NULL THEN $7 ELSE r.reckoned_on END, \
             state = CASE WHEN t.pays THEN 'funded' ELSE 'short' END \
             FROM unnest($1, $2, $3, $4, $5, $8) \
               AS t (id, message, pays, reason, answer, by_claim) \
             WHERE r.id = t.id AND r.state = 'locked' RETURNING r.id",
        )
        .bind::<Array<SqlUuid>, _>(runs.iter().map(|r| r.id).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(runs.iter().map(|r| &r.message_id).collect::<Vec<_>>())
        .bind::<Array<Bool>, _>(runs.iter().map(|r| r.pays).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(
            runs.iter()
                .map(|r| r.short_reason.as_deref())
                .collect::<Vec<_>>(),
        )
        .bind::<Array<Nullable<Bytes32>>, _>(runs.iter().map(|r| r.answer).collect::<Vec<_>>())
        .bind::<Timestamptz, _>(at)
        .bind::<Date, _>(today)
        .bind::<Array<Bool>, _>(runs.iter().map(|r| r.pays_by_claim).collect::<Vec<_>>())
        .load(self.conn)?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Sets runs aside, each with the stable code of what keeps it; one that is completed needs no
    /// more. Gives those that were set aside.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_set_aside(
        &mut self,
        runs: &[(Uuid, &str)],
        at: DateTime<Utc>,
    ) -> Result<Vec<Uuid>, StoreError> {
        let rows: Vec<RunRow> = sql_query(
            "UPDATE settlement_run r SET set_aside = t.code, updated_at = $3 \
             FROM unnest($1, $2) AS t (id, code) \
             WHERE r.id = t.id AND r.state <> 'completed' RETURNING r.id",
        )
        .bind::<Array<SqlUuid>, _>(runs.iter().map(|r| r.0).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(runs.iter().map(|r| r.1).collect::<Vec<_>>())
        .bind::<Timestamptz, _>(at)
        .load(self.conn)?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Lets a run go on where it stood, once what `code` names was seen to: that and nothing else may
    /// keep it. One that was not honoured is locked anew, to be presented again, without waiting for
    /// another day.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn settlement_take_up(
        &mut self,
        run: Uuid,
        code: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let changed = sql_query(
            "UPDATE settlement_run SET updated_at = $2, set_aside = nullif(set_aside, $3), \
             presented_on = CASE state WHEN 'short' THEN NULL ELSE presented_on END WHERE id = $1",
        )
        .bind::<SqlUuid, _>(run)
        .bind::<Timestamptz, _>(at)
        .bind::<Text, _>(code)
        .execute(self.conn)?;
        one_row(changed)
    }

    /// The call in which a message was sent is over: from `at` on the bank may be asked what became
    /// of those of its payments that have no last word.
    ///
    /// # Errors
    /// Database errors only.
    pub fn instructions_ask_at(
        &mut self,
        message_id: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sql_query(
            "UPDATE payment_instruction SET next_attempt_at = $2 \
             WHERE message_id = $1 AND state IN ('sent', 'unknown', 'accepted')",
        )
        .bind::<Text, _>(message_id)
        .bind::<Timestamptz, _>(at)
        .execute(self.conn)?;
        Ok(())
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
