//! Papers that are presented on another day than their signed due date, since the table of holidays
//! changed after they were signed.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Date;
use diesel::sql_types::Integer;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use ledger_core::id::PaperId;

use crate::columns::Known;
use crate::columns::PaperUuid;
use crate::columns::record;
use crate::error::StoreError;
use crate::schema::presentation_move;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

record! {
    /// A move on record.
    PresentationMove in presentation_move ("presentation_move") {
        /// Of which paper.
        paper: PaperId as PaperUuid,
        /// 1 for its first.
        step: i32 as Integer,
        /// The signed due date, which stays.
        due_date: NaiveDate as Date,
        /// The day told before.
        from_day: NaiveDate as Date,
        /// The day now.
        to_day: NaiveDate as Date,
        /// By which calendar.
        calendar: String as Text,
        /// The due date's year in it,
        year: i32 as Integer,
        /// read by this version of its table.
        version: i32 as Integer,
        /// Business date.
        moved_on: NaiveDate as Date,
        /// When.
        moved_at: DateTime<Utc> as Timestamptz,
    }
}

/// A signed due date by a calendar, and when papers due then are presented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentedOn {
    /// The calendar.
    pub calendar: String,
    /// The due date.
    pub due_date: NaiveDate,
    /// That day, or the next business day.
    pub presented_on: NaiveDate,
}

/// A due date of papers that are open, by the calendar they name.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct OpenDueDate {
    /// The calendar.
    #[diesel(sql_type = Text)]
    pub calendar: String,
    /// The due date.
    #[diesel(sql_type = Date)]
    pub due_date: NaiveDate,
}

/// A paper whose day is to be moved.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct PaperToMove {
    /// The paper.
    #[diesel(sql_type = PaperUuid)]
    pub paper: PaperId,
    /// By which calendar it falls due.
    #[diesel(sql_type = Text)]
    pub calendar: String,
    /// Which of its moves that is.
    #[diesel(sql_type = Integer)]
    pub step: i32,
    /// The day told before.
    #[diesel(sql_type = Date)]
    pub from_day: NaiveDate,
    /// The day now.
    #[diesel(sql_type = Date)]
    pub to_day: NaiveDate,
}

impl ReadTx<'_> {
    /// Due dates of papers that wait for acceptance or are in circulation and were not to be
    /// presented before `today`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn open_due_dates(&mut self, today: NaiveDate) -> Result<Vec<OpenDueDate>, StoreError> {
        Ok(sql_query(
            "SELECT DISTINCT p.calendar, p.due_date FROM paper p \
             WHERE p.state IN (1, 2) AND (p.due_date >= $1 OR EXISTS ( \
               SELECT FROM presentation_move m WHERE m.paper = p.id AND m.to_day >= $1)) \
             ORDER BY 1, 2",
        )
        .bind::<Date, _>(today)
        .load(self.conn)?)
    }

    /// Of the papers of [`ReadTx::open_due_dates`] those that are to be presented on another day than
    /// was told last, soonest due first. What was asked of an obligor's bank is not asked for another
    /// day any more.
    ///
    /// # Errors
    /// Database errors only.
    pub fn papers_to_move(
        &mut self,
        today: NaiveDate,
        days: &[PresentedOn],
        limit: i64,
    ) -> Result<Vec<PaperToMove>, StoreError> {
        Ok(sql_query(
            "SELECT p.id AS paper, p.calendar, 1 + coalesce((SELECT max(n.step) FROM presentation_move n \
               WHERE n.paper = p.id), 0) AS step, coalesce(m.to_day, p.due_date) AS from_day, \
               k.to_day FROM unnest($1, $2, $3) AS k (calendar, due_date, to_day) \
             JOIN paper p ON p.calendar = k.calendar AND p.due_date = k.due_date \
             LEFT JOIN LATERAL (SELECT n.to_day FROM presentation_move n \
               WHERE n.paper = p.id AND n.due_date = p.due_date ORDER BY n.step DESC LIMIT 1) m \
               ON true \
             WHERE p.state IN (1, 2) AND coalesce(m.to_day, p.due_date) <> k.to_day \
               AND coalesce(m.to_day, p.due_date) >= $4 AND k.to_day >= $4 AND NOT EXISTS ( \
                 SELECT FROM settlement_run r WHERE r.paper_id = p.id AND r.state <> 'planned') \
             ORDER BY p.due_date, p.no LIMIT $5",
        )
        .bind::<Array<Text>, _>(
            days.iter()
                .map(|day| day.calendar.clone())
                .collect::<Vec<_>>(),
        )
        .bind::<Array<Date>, _>(days.iter().map(|day| day.due_date).collect::<Vec<_>>())
        .bind::<Array<Date>, _>(days.iter().map(|day| day.presented_on).collect::<Vec<_>>())
        .bind::<Date, _>(today)
        .bind::<BigInt, _>(limit)
        .load(self.conn)?)
    }

    /// Every move of these papers, in order.
    ///
    /// # Errors
    /// Database errors only.
    pub fn presentation_moves_of(
        &mut self,
        papers: &[PaperId],
    ) -> Result<Vec<PresentationMove>, StoreError> {
        Ok(presentation_move::table
            .filter(presentation_move::paper.eq_any(crate::columns::cols(papers)))
            .order((presentation_move::paper, presentation_move::step))
            .select(PresentationMove::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Puts moves on record, and their planned runs go with them.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] if another process has just done so.
    pub fn presentations_move(
        &mut self,
        moves: &[PresentationMove],
        now: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        let moved = PresentationMove::insert_all(self.conn, moves, Known::Refused)?;
        sql_query(
            "UPDATE settlement_run r SET due_date = k.to_day, updated_at = $3 \
             FROM unnest($1, $2) AS k (paper, to_day) \
             WHERE r.paper_id = k.paper AND r.state = 'planned'",
        )
        .bind::<Array<PaperUuid>, _>(moves.iter().map(|one| one.paper).collect::<Vec<_>>())
        .bind::<Array<Date>, _>(moves.iter().map(|one| one.to_day).collect::<Vec<_>>())
        .bind::<Timestamptz, _>(now)
        .execute(self.conn)?;
        Ok(moved)
    }
}
