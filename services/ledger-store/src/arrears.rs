//! Papers that were not paid on their due date, and who was told of it.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::columns::Bytes32;
use crate::columns::Col;
use crate::columns::CurrencyCode;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::error::StoreError;
use crate::schema::dishonour_notice;
use crate::schema::paper_default;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

record! {
    /// A paper that was not paid on its due date.
    PaperDefault in paper_default ("paper_default") {
        /// The paper.
        paper_id: PaperId as PaperUuid,
        /// Who owes.
        obligor: PartyId as PartyUuid,
        /// When it was due.
        due_date: NaiveDate as Date,
        /// The day on which the default was recorded.
        recorded_on: NaiveDate as Date,
        /// What of the face had not come at the cut-off.
        owed: Amount as Minor,
        /// In what.
        currency: Currency as CurrencyCode,
        /// The reason that the obligor's bank gave, or empty.
        reason: String as Text,
        /// The entry, by number.
        entry_no: i64 as BigInt,
        /// The day on which the last of it had come, late interest included.
        cured_on: Option<NaiveDate> as Nullable<Date>,
    }
}

record! {
    /// That a party was written to about a default.
    DishonourNotice in dishonour_notice ("dishonour_notice") {
        /// The paper.
        paper_id: PaperId as PaperUuid,
        /// Who was told.
        party: PartyId as PartyUuid,
        /// The letter, in the outbox.
        letter: Uuid as SqlUuid,
    }
}

/// A paper whose due date has passed, whose obligor's bank did not agree to pay all of it, and whose
/// default is not on record.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct DueDefault {
    /// The paper.
    #[diesel(sql_type = PaperUuid)]
    pub paper: PaperId,
    /// What of the face its bank has not agreed to pay.
    #[diesel(sql_type = Minor)]
    pub owed: Amount,
    /// The bank's reason, or empty.
    #[diesel(sql_type = Text)]
    pub reason: String,
    /// SHA-256 of its answer, if that was kept.
    #[diesel(sql_type = Nullable<Bytes32>)]
    pub answer: Option<[u8; 32]>,
}

/// Somebody who holds a part of a paper, or once did, or has one in pledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct OnThePath {
    /// Compact key of the paper.
    #[diesel(sql_type = BigInt)]
    pub paper: i64,
    /// The party.
    #[diesel(sql_type = PartyUuid)]
    pub party: PartyId,
}

/// A notice with what became of its letter.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct NoticeGiven {
    /// Who was told.
    #[diesel(sql_type = PartyUuid)]
    pub party: PartyId,
    /// At which address.
    #[diesel(sql_type = Text)]
    pub address: String,
    /// When it was written.
    #[diesel(sql_type = Timestamptz)]
    pub written_at: DateTime<Utc>,
    /// When the mail server took it; none while it has not.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub taken_at: Option<DateTime<Utc>>,
    /// The server's own words then.
    #[diesel(sql_type = Text)]
    pub reply: String,
}

impl ReadTx<'_> {
    /// Papers whose default is to be recorded on `today`, soonest due first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn papers_to_default(
        &mut self,
        today: NaiveDate,
        limit: i64,
    ) -> Result<Vec<DueDefault>, StoreError> {
        Ok(sql_query(
            "SELECT paper, owed, reason, answer FROM ( \
               SELECT DISTINCT ON (p.id) p.id AS paper, p.due_date, p.no, \
                 r.short_reason AS reason, r.answer, p.face - p.paid - coalesce(( \
                   SELECT sum(u.cash) FROM settlement_run u WHERE u.paper_id = p.id \
                   AND u.state IN ('funded', 'instructed')), 0)::bigint AS owed \
               FROM settlement_run r JOIN paper p ON p.id = r.paper_id \
               WHERE r.short_reason IS NOT NULL AND r.due_date < $1 \
                 AND p.state IN (2, 5) AND NOT p.dishonoured \
               ORDER BY p.id, r.round DESC) t \
             WHERE owed > 0 ORDER BY due_date, no LIMIT $2",
        )
        .bind::<Date, _>(today)
        .bind::<BigInt, _>(limit)
        .load(self.conn)?)
    }

    /// Who holds a part of these papers, or once did, or has one in pledge: each once a paper.
    ///
    /// # Errors
    /// Database errors only.
    pub fn parties_on_paths(&mut self, papers: &[i64]) -> Result<Vec<OnThePath>, StoreError> {
        Ok(sql_query(
            "SELECT t.paper, p.id AS party FROM ( \
               SELECT DISTINCT e.paper, x.no FROM entry e \
               CROSS JOIN LATERAL (VALUES (e.holder), \
                 (CASE WHEN e.state = 5 THEN e.counterparty END)) AS x (no) \
               WHERE e.paper = ANY($1) AND x.no IS NOT NULL) t \
             JOIN party p ON p.no = t.no ORDER BY 1, 2",
        )
        .bind::<Array<BigInt>, _>(papers)
        .load(self.conn)?)
    }

    /// The defaults of these papers.
    ///
    /// # Errors
    /// Database errors only.
    pub fn defaults_of_papers(
        &mut self,
        papers: &[PaperId],
    ) -> Result<Vec<PaperDefault>, StoreError> {
        Ok(paper_default::table
            .filter(paper_default::paper_id.eq_any(cols(papers)))
            .order((paper_default::due_date, paper_default::paper_id))
            .select(PaperDefault::as_select())
            .load(self.conn)?)
    }

    /// An obligor's defaults recorded on `since` or later and all that are not cured, newest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn defaults_of_obligor(
        &mut self,
        obligor: PartyId,
        since: NaiveDate,
    ) -> Result<Vec<PaperDefault>, StoreError> {
        Ok(paper_default::table
            .filter(paper_default::obligor.eq(Col(obligor)))
            .filter(
                paper_default::recorded_on
                    .ge(since)
                    .or(paper_default::cured_on.is_null()),
            )
            .order((paper_default::recorded_on.desc(), paper_default::paper_id))
            .select(PaperDefault::as_select())
            .load(self.conn)?)
    }

    /// What is not made good of these obligors' papers, longest overdue first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn defaults_not_cured(
        &mut self,
        obligors: &[PartyId],
    ) -> Result<Vec<PaperDefault>, StoreError> {
        Ok(paper_default::table
            .filter(paper_default::obligor.eq_any(cols(obligors)))
            .filter(paper_default::cured_on.is_null())
            .order((paper_default::due_date, paper_default::paper_id))
            .select(PaperDefault::as_select())
            .load(self.conn)?)
    }

    /// What became of the letters about a paper's default, by party.
    ///
    /// # Errors
    /// Database errors only.
    pub fn dishonour_notices_of(&mut self, paper: PaperId) -> Result<Vec<NoticeGiven>, StoreError> {
        Ok(sql_query(
            "SELECT n.party, coalesce(o.payload #>> '{to,email}', '') AS address, \
               o.created_at AS written_at, o.sent_at AS taken_at, o.reply \
             FROM dishonour_notice n JOIN outbox o ON o.id = n.letter \
             WHERE n.paper_id = $1 ORDER BY n.party, o.no",
        )
        .bind::<PaperUuid, _>(paper)
        .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds defaults; one that is on record stays.
    ///
    /// # Errors
    /// Database errors only.
    pub fn defaults_insert(&mut self, new: &[PaperDefault]) -> Result<usize, StoreError> {
        PaperDefault::insert_all(self.conn, new, Known::Kept)
    }

    /// Adds notices.
    ///
    /// # Errors
    /// Database errors only.
    pub fn dishonour_notices_insert(&mut self, new: &[DishonourNotice]) -> Result<(), StoreError> {
        DishonourNotice::insert_all(self.conn, new, Known::Refused).map(|_all| ())
    }

    /// All of these papers has come, on the day beside each.
    ///
    /// # Errors
    /// Database errors only.
    pub fn defaults_cured(&mut self, cured: &[(PaperId, NaiveDate)]) -> Result<usize, StoreError> {
        Ok(sql_query(
            "UPDATE paper_default d SET cured_on = t.on_day FROM unnest($1, $2) AS t (id, on_day) \
             WHERE d.paper_id = t.id AND d.cured_on IS NULL",
        )
        .bind::<Array<PaperUuid>, _>(cured.iter().map(|one| one.0).collect::<Vec<_>>())
        .bind::<Array<Date>, _>(cured.iter().map(|one| one.1).collect::<Vec<_>>())
        .execute(self.conn)?)
    }
}
