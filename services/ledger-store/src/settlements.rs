//! Settlement runs: one for each receipt of a paper, from plan to reconciliation.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bool;
use diesel::sql_types::Bytea;
use diesel::sql_types::Date;
use diesel::sql_types::Integer;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::amount::Amount;
use ledger_core::id::PaperId;
use uuid::Uuid;

use crate::columns::Bytes32;
use crate::columns::Col;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::parties::one_row;
use crate::schema::settlement_run;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { RunStateWord =
    /// How far a settlement is.
    RunState {
        /// The day is known.
        Planned = "planned",
        /// Cut-off: holders are fixed.
        Locked = "locked",
        /// The obligor has been asked.
        Presented = "presented",
        /// Its bank will pay: all, or what it said.
        Funded = "funded",
        /// Its bank won't pay anything now.
        Short = "short",
        /// Credits to holders are with the bank.
        Instructed = "instructed",
        /// All answers are in; the statement is compared.
        Reconciling = "reconciling",
        /// Settled to the cent.
        Completed = "completed",
        /// Nothing has come.
        Failed = "failed",
    }
}

record! {
    /// The settlement of one paper, or of one receipt if it is paid in several.
    SettlementRun in settlement_run ("settlement_run") {
        /// Its id.
        id: Uuid as SqlUuid,
        /// Of which paper; one run for each receipt, told apart by `round`.
        paper_id: PaperId as PaperUuid,
        /// How far it is.
        state: RunState as RunStateWord,
        /// The business day on which the paper is presented.
        due_date: NaiveDate as Date,
        /// When holders were fixed.
        cut_off_at: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        /// What came from the obligor, minor units of the paper's currency.
        cash: Option<Amount> as Nullable<Minor>,
        /// The clearing sheet's canonical bytes.
        sheet: Option<Vec<u8>> as Nullable<Bytea>,
        /// Their SHA-256, which stands in the settlement entry.
        sheet_digest: Option<[u8; 32]> as Nullable<Bytes32>,
        /// The settlement entry, by number.
        entry_no: Option<i64> as Nullable<BigInt>,
        /// The message the obligor was asked in.
        presented_message: Option<String> as Nullable<Text>,
        /// When it last moved.
        updated_at: DateTime<Utc> as Timestamptz,
        /// Stable code of what keeps it from going on by itself; none while nothing does.
        set_aside: Option<String> as Nullable<Text>,
        /// 1 for the first receipt of the paper; what was short of it comes in later rounds.
        round: i32 as Integer,
        /// The day for which its sheets were made: late interest runs up to it.
        reckoned_on: Option<NaiveDate> as Nullable<Date>,
        /// The day on which the obligor's bank last answered.
        presented_on: Option<NaiveDate> as Nullable<Date>,
        /// SHA-256 of its last answer, which is kept among the bank messages.
        answer: Option<[u8; 32]> as Nullable<Bytes32>,
        /// Why it won't pay all that was asked: a code, its words, or empty; none if it will.
        short_reason: Option<String> as Nullable<Text>,
        /// The day on which it agreed to pay the cash: when the obligor has paid.
        paid_on: Option<NaiveDate> as Nullable<Date>,
        /// What of the receipt is late interest.
        interest_cash: Option<Amount> as Nullable<Minor>,
        /// Late interest on the paper in all; fixed once the receipt pays the rest of the face.
        interest_asked: Option<Amount> as Nullable<Minor>,
        /// The interest sheet's canonical bytes.
        interest_sheet: Option<Vec<u8>> as Nullable<Bytea>,
        /// Their SHA-256, which stands in the entry.
        interest_digest: Option<[u8; 32]> as Nullable<Bytes32>,
        /// The entry that shares the interest out, by number.
        interest_entry_no: Option<i64> as Nullable<BigInt>,
        /// Whether the obligor's bank may be paying claim by claim of its own accord, under their ids:
        /// then its credits are never netted.
        pays_by_claim: bool as Bool,
    }
}

impl SettlementRun {
    /// A run that is planned, and nothing more.
    #[must_use]
    pub const fn planned(
        id: Uuid,
        paper_id: PaperId,
        round: i32,
        due_date: NaiveDate,
        now: DateTime<Utc>,
    ) -> SettlementRun {
        SettlementRun {
            id,
            paper_id,
            state: RunState::Planned,
            due_date,
            cut_off_at: None,
            cash: None,
            sheet: None,
            sheet_digest: None,
            entry_no: None,
            presented_message: None,
            updated_at: now,
            set_aside: None,
            round,
            reckoned_on: None,
            presented_on: None,
            answer: None,
            short_reason: None,
            paid_on: None,
            interest_cash: None,
            interest_asked: None,
            interest_sheet: None,
            interest_digest: None,
            interest_entry_no: None,
            pays_by_claim: false,
        }
    }
}

impl ReadTx<'_> {
    /// One run.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn settlement_by_id(&mut self, id: Uuid) -> Result<SettlementRun, StoreError> {
        let found = settlement_run::table.filter(settlement_run::id.eq(id));
        Ok(found.select(SettlementRun::as_select()).first(self.conn)?)
    }

    /// The runs of these papers.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_of_papers(
        &mut self,
        papers: &[PaperId],
    ) -> Result<Vec<SettlementRun>, StoreError> {
        Ok(settlement_run::table
            .filter(settlement_run::paper_id.eq_any(cols(papers)))
            .order((settlement_run::due_date, settlement_run::id))
            .select(SettlementRun::as_select())
            .load(self.conn)?)
    }

    /// The newest `limit` runs by day, for the operator's page.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_latest(&mut self, limit: i64) -> Result<Vec<SettlementRun>, StoreError> {
        Ok(settlement_run::table
            .order((settlement_run::due_date.desc(), settlement_run::id))
            .limit(limit)
            .select(SettlementRun::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Plans runs; a paper that has one keeps it. Gives how many were new.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_insert(&mut self, new: &[SettlementRun]) -> Result<usize, StoreError> {
        SettlementRun::insert_all(self.conn, new, Known::Kept)
    }

    /// Takes up to `limit` runs in `state` due by `day` that nothing keeps, for this unit of work:
    /// another worker passes them over until it ends.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_claim(
        &mut self,
        state: RunState,
        day: NaiveDate,
        limit: i64,
    ) -> Result<Vec<SettlementRun>, StoreError> {
        Ok(settlement_run::table
            .filter(
                settlement_run::state
                    .eq(state)
                    .and(settlement_run::due_date.le(day))
                    .and(settlement_run::set_aside.is_null()),
            )
            .order((settlement_run::due_date, settlement_run::id))
            .limit(limit)
            .select(SettlementRun::as_select())
            .for_no_key_update()
            .skip_locked()
            .load(self.conn)?)
    }

    /// Locks one run for this unit of work.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn settlement_lock(&mut self, id: Uuid) -> Result<SettlementRun, StoreError> {
        Ok(settlement_run::table
            .filter(settlement_run::id.eq(id))
            .select(SettlementRun::as_select())
            .for_no_key_update()
            .first(self.conn)?)
    }

    /// Sets everything about a run that may change: all but id, paper and day.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Violated`] `settlement_run_sheet_whole`.
    pub fn settlement_update(&mut self, to: &SettlementRun) -> Result<(), StoreError> {
        let changed = diesel::update(settlement_run::table.filter(settlement_run::id.eq(to.id)))
            .set((
                settlement_run::state.eq(to.state),
                settlement_run::cut_off_at.eq(to.cut_off_at),
                settlement_run::cash.eq(Col(to.cash)),
                settlement_run::sheet.eq(to.sheet.as_deref()),
                settlement_run::sheet_digest.eq(Col(to.sheet_digest)),
                settlement_run::entry_no.eq(to.entry_no),
                settlement_run::presented_message.eq(to.presented_message.as_deref()),
                settlement_run::updated_at.eq(to.updated_at),
            ))
            .execute(self.conn)?;
        one_row(changed)
    }
}
