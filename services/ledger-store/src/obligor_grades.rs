//! Finance providers' own grades of obligors: each sees its own alone.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::SmallInt;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::columns::Col;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::record;
use crate::error::StoreError;
use crate::schema::obligor_grade;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

record! {
    /// A grade that a provider gave.
    ObligorGrade in obligor_grade ("obligor_grade") {
        /// Its id.
        id: Uuid as SqlUuid,
        /// Who gave it.
        provider: PartyId as PartyUuid,
        /// To whom.
        obligor: PartyId as PartyUuid,
        /// 1 (the best) to 20.
        grade: i16 as SmallInt,
        /// Why, in the provider's words.
        note: String as Text,
        /// From when it counts.
        since: DateTime<Utc> as Timestamptz,
        /// Which person or system set it.
        set_by: String as Text,
    }
}

impl ReadTx<'_> {
    /// The newest grade of each obligor that this provider has graded.
    ///
    /// # Errors
    /// Database errors only.
    pub fn obligor_grades(&mut self, provider: PartyId) -> Result<Vec<ObligorGrade>, StoreError> {
        Ok(obligor_grade::table
            .filter(obligor_grade::provider.eq(Col(provider)))
            .distinct_on(obligor_grade::obligor)
            .order((
                obligor_grade::obligor,
                obligor_grade::since.desc(),
                obligor_grade::id,
            ))
            .select(ObligorGrade::as_select())
            .load(self.conn)?)
    }

    /// The newest `limit` grades that this provider gave one obligor.
    ///
    /// # Errors
    /// Database errors only.
    pub fn obligor_grade_history(
        &mut self,
        provider: PartyId,
        obligor: PartyId,
        limit: i64,
    ) -> Result<Vec<ObligorGrade>, StoreError> {
        Ok(obligor_grade::table
            .filter(obligor_grade::provider.eq(Col(provider)))
            .filter(obligor_grade::obligor.eq(Col(obligor)))
            .order((obligor_grade::since.desc(), obligor_grade::id))
            .limit(limit)
            .select(ObligorGrade::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds a grade; older ones stay.
    ///
    /// # Errors
    /// Database errors only.
    pub fn obligor_grade_insert(&mut self, new: &ObligorGrade) -> Result<(), StoreError> {
        ObligorGrade::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)
            .map(|_one| ())
    }
}
