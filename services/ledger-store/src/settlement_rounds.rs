//! The rounds in which a paper is paid: which papers are to have another, what came in those before,
//! and how a round ends.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Date;
use diesel::sql_types::Integer;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::amount::Amount;
use ledger_core::id::PaperId;
use uuid::Uuid;

use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::error::StoreError;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

/// A run whose every credit is proved, with the numbers of its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosedRun {
    /// The run.
    pub id: Uuid,
    /// The entry that shares out the face.
    pub entry: Option<i64>,
    /// The entry that shares out late interest.
    pub interest_entry: Option<i64>,
}

/// A paper that is to have a run, and which of its runs that is.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct PaperToSettle {
    /// The paper.
    #[diesel(sql_type = PaperUuid)]
    pub id: PaperId,
    /// 1 for its first.
    #[diesel(sql_type = Integer)]
    pub round: i32,
    /// The calendar by which it falls due.
    #[diesel(sql_type = Text)]
    pub calendar: String,
}

/// What came of a paper in one round, and what of it was late interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct PastReceipt {
    /// The paper.
    #[diesel(sql_type = PaperUuid)]
    pub paper: PaperId,
    /// The day on which the obligor paid.
    #[diesel(sql_type = Date)]
    pub paid_on: NaiveDate,
    /// Of the face.
    #[diesel(sql_type = Minor)]
    pub cash: Amount,
    /// Of late interest.
    #[diesel(sql_type = Minor)]
    pub interest: Amount,
}

impl ReadTx<'_> {
    /// Papers due by `day` that have no run under way: in circulation, or paid but for late
    /// interest; soonest first. What was short yesterday is asked for today, not twice on one day.
    ///
    /// # Errors
    /// Database errors only.
    pub fn papers_without_run(
        &mut self,
        today: NaiveDate,
        day: NaiveDate,
        limit: i64,
    ) -> Result<Vec<PaperToSettle>, StoreError> {
        Ok(sql_query(
            "SELECT id, round, calendar FROM ( \
               SELECT p.id, p.calendar, p.due_date, p.no, 1 + coalesce((SELECT max(r.round) \
                 FROM settlement_run r WHERE r.paper_id = p.id), 0) AS round \
               FROM paper p WHERE p.state IN (2, 5) AND p.due_date <= $1 AND NOT EXISTS ( \
                 SELECT 1 FROM settlement_run r WHERE r.paper_id = p.id \
                 AND (r.state <> 'completed' OR r.paid_on >= $3)) \
               UNION ALL \
               SELECT p.id, p.calendar, p.due_date, p.no, 1 + r.round \
               FROM settlement_run r JOIN paper p ON p.id = r.paper_id \
               WHERE r.state = 'completed' AND r.interest_asked IS NOT NULL AND p.state = 6 \
                 AND r.interest_asked > p.interest_paid AND NOT EXISTS ( \
                   SELECT 1 FROM settlement_run l WHERE l.paper_id = p.id \
                   AND (l.round > r.round OR l.paid_on >= $3)) \
             ) t ORDER BY due_date, no LIMIT $2",
        )
        .bind::<Date, _>(day)
        .bind::<BigInt, _>(limit)
        .bind::<Date, _>(today)
        .load(self.conn)?)
    }

    /// What has come of these papers so far, round by round, oldest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn receipts_of_papers(
        &mut self,
        papers: &[PaperId],
    ) -> Result<Vec<PastReceipt>, StoreError> {
        Ok(sql_query(
            "SELECT paper_id AS paper, coalesce(paid_on, due_date) AS paid_on, \
               coalesce(cash, 0) AS cash, coalesce(interest_cash, 0) AS interest \
             FROM settlement_run WHERE paper_id = ANY($1) AND state = 'completed' \
             ORDER BY paper_id, round",
        )
        .bind::<Array<PaperUuid>, _>(papers)
        .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Completes runs with their entries.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_complete(
        &mut self,
        runs: &[ClosedRun],
        at: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        Ok(sql_query(
            "UPDATE settlement_run r SET state = 'completed', entry_no = t.no, \
             interest_entry_no = t.interest_no, updated_at = $4 \
             FROM unnest($1, $2, $3) AS t (id, no, interest_no) \
             WHERE r.id = t.id AND r.state = 'instructed'",
        )
        .bind::<Array<SqlUuid>, _>(runs.iter().map(|r| r.id).collect::<Vec<_>>())
        .bind::<Array<Nullable<BigInt>>, _>(runs.iter().map(|r| r.entry).collect::<Vec<_>>())
        .bind::<Array<Nullable<BigInt>>, _>(
            runs.iter().map(|r| r.interest_entry).collect::<Vec<_>>(),
        )
        .bind::<Timestamptz, _>(at)
        .execute(self.conn)?)
    }
}
