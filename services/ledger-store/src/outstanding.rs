//! What obligors owe, counted by the database.

use crate::statement::sql_query;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Date;
use diesel::sql_types::SmallInt;
use diesel::sql_types::Text;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;

use crate::columns::CurrencyCode;
use crate::columns::Minor;
use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::unit_of_work::ReadTx;

impl ReadTx<'_> {
    /// How many papers of an obligor stand in each state, by currency; states without any are
    /// missing.
    ///
    /// # Errors
    /// Database errors.
    pub fn paper_counts(&mut self, obligor: PartyId) -> Result<Vec<PaperCount>, StoreError> {
        Ok(sql_query(
            "SELECT p.state, p.currency, count(*) AS papers, sum(p.face)::text AS face \
             FROM paper p JOIN party o ON o.no = p.obligor WHERE o.id = $1 \
             GROUP BY 1, 2 ORDER BY 1, 2",
        )
        .bind::<PartyUuid, _>(obligor)
        .load(self.conn)?)
    }

    /// Face outstanding of an obligor by due date: papers not yet settled, refused or withdrawn.
    ///
    /// # Errors
    /// Database errors.
    pub fn papers_outstanding_by_due_date(
        &mut self,
        obligor: PartyId,
    ) -> Result<Vec<OutstandingDay>, StoreError> {
        Ok(sql_query(
            "SELECT p.due_date, p.currency, count(*) AS papers, sum(p.face - p.paid)::bigint AS owed \
             FROM paper p JOIN party o ON o.no = p.obligor \
             WHERE o.id = $1 AND p.state IN (1, 2, 5) GROUP BY 1, 2 ORDER BY 1, 2",
        )
        .bind::<PartyUuid, _>(obligor)
        .load(self.conn)?)
    }

    /// The first `limit` days on which papers of any obligor are due that are not yet settled,
    /// refused or withdrawn, with how many.
    ///
    /// # Errors
    /// Database errors.
    pub fn papers_due_next(&mut self, limit: i64) -> Result<Vec<(NaiveDate, i64)>, StoreError> {
        let days: Vec<DueDay> = sql_query(
            "SELECT due_date, count(*) AS papers FROM paper WHERE state IN (1, 2, 5) \
             GROUP BY 1 ORDER BY 1 LIMIT $1",
        )
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        Ok(days
            .into_iter()
            .map(|day| (day.due_date, day.papers))
            .collect())
    }
}

#[derive(QueryableByName)]
struct DueDay {
    #[diesel(sql_type = Date)]
    due_date: NaiveDate,
    #[diesel(sql_type = BigInt)]
    papers: i64,
}

/// How many papers of an obligor stand where, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct PaperCount {
    #[diesel(sql_type = SmallInt)]
    state: i16,
    /// Currency.
    #[diesel(sql_type = CurrencyCode)]
    pub currency: Currency,
    /// Number of papers.
    #[diesel(sql_type = BigInt)]
    pub papers: i64,
    #[diesel(sql_type = Text)]
    face: String,
}

impl PaperCount {
    /// Code of the state (`ledger_core::paper::PaperState::code`).
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn state_code(&self) -> Result<u8, StoreError> {
        u8::try_from(self.state)
            .map_err(|_range| StoreError::Corrupt(format!("a paper is in state {}", self.state)))
    }

    /// Their faces together, minor units; wider than an amount, since it is no amount of a paper.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn face_minor(&self) -> Result<i128, StoreError> {
        self.face
            .parse()
            .map_err(|_digits| StoreError::Corrupt(format!("a sum reads {:?}", self.face)))
    }
}

/// What an obligor owes on one due date in one currency.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct OutstandingDay {
    /// The adjusted due date.
    #[diesel(sql_type = Date)]
    pub due_date: NaiveDate,
    /// Currency.
    #[diesel(sql_type = CurrencyCode)]
    pub currency: Currency,
    /// Number of papers.
    #[diesel(sql_type = BigInt)]
    pub papers: i64,
    /// Face not yet paid.
    #[diesel(sql_type = Minor)]
    pub owed: Amount,
}
