//! What an agreement on a paper changes beside the entry: its dates, its planned run, quotes that rest on
//! them, and what offers hold of invoices.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Timestamptz;
use ledger_core::id::PaperId;
use ledger_core::paper::Paper;

use crate::columns::PaperUuid;
use crate::error::StoreError;
use crate::statement::sql_query;
use crate::unit_of_work::WriteTx;

impl WriteTx<'_> {
    /// The planned run of a paper goes with its new due date, or, with none, is given up.
    ///
    /// # Errors
    /// Database errors only.
    pub fn planned_run_moves(
        &mut self,
        paper: PaperId,
        due_date: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sql_query(
            "UPDATE settlement_run SET due_date = coalesce($2, due_date), updated_at = $3, \
             state = CASE WHEN $2 IS NULL THEN 'failed' ELSE state END \
             WHERE paper_id = $1 AND state = 'planned'",
        )
        .bind::<PaperUuid, _>(paper)
        .bind::<Nullable<Date>, _>(due_date)
        .bind::<Timestamptz, _>(now)
        .execute(self.conn)?;
        Ok(())
    }

    /// Quotes on parts of a paper that were not signed yet are off: they were priced for another day.
    ///
    /// # Errors
    /// Database errors only.
    pub fn quotes_of_paper_lapse(&mut self, paper: PaperId) -> Result<usize, StoreError> {
        Ok(sql_query(
            "UPDATE quote q SET state = 'lapsed' FROM finance_request r \
             WHERE r.id = q.request AND r.paper_id = $1 AND q.state = 'offered'",
        )
        .bind::<PaperUuid, _>(paper)
        .execute(self.conn)?)
    }

    /// These offers hold nothing of invoices any more.
    ///
    /// # Errors
    /// Database errors only.
    pub fn capacity_reservations_release_all(
        &mut self,
        entries: &[i64],
        at: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        Ok(sql_query(
            "UPDATE capacity_reservation SET state = 'cancelled', decided_at = $2 \
             WHERE entry = ANY($1) AND state = 'committed'",
        )
        .bind::<Array<BigInt>, _>(entries.to_vec())
        .bind::<Timestamptz, _>(at)
        .execute(self.conn)?)
    }

    /// Gives papers the dates that all sides have agreed on.
    pub(crate) fn papers_extend(&mut self, papers: &[&Paper]) -> Result<(), StoreError> {
        if papers.is_empty() {
            return Ok(());
        }
        sql_query(
            "UPDATE paper p SET maturity = t.maturity, due_date = t.due_date \
             FROM unnest($1, $2, $3) AS t (id, maturity, due_date) WHERE p.id = t.id",
        )
        .bind::<Array<PaperUuid>, _>(papers.iter().map(|p| p.id).collect::<Vec<_>>())
        .bind::<Array<Date>, _>(papers.iter().map(|p| p.maturity).collect::<Vec<_>>())
        .bind::<Array<Date>, _>(papers.iter().map(|p| p.due_date).collect::<Vec<_>>())
        .execute(self.conn)?;
        Ok(())
    }
}
