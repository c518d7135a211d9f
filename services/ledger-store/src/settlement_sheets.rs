//! The sheets that settlement runs are locked with: what holders are to get, to the byte.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::Bytea;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::amount::Amount;
use uuid::Uuid;

use crate::columns::Bytes32;
use crate::columns::Minor;
use crate::error::StoreError;
use crate::statement::sql_query;
use crate::unit_of_work::WriteTx;

/// A run that was locked: what its paper's holders are to get is fixed in sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedRun {
    /// The run.
    pub id: Uuid,
    /// What is shared out of the face; none if the face is paid and only interest is owed.
    pub principal: Option<KeptSheet>,
    /// What is shared out of late interest, if any is.
    pub interest: Option<KeptSheet>,
    /// Late interest on the paper in all, if any is asked.
    pub interest_asked: Option<Amount>,
}

/// A sheet as it is kept with a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSheet {
    /// Cash that it shares out.
    pub cash: Amount,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
    /// Their SHA-256.
    pub digest: [u8; 32],
}

impl WriteTx<'_> {
    /// Locks runs with their sheets of `today`: planned ones, those whose obligor's bank said no
    /// before, and those that it has not answered since an earlier day.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_lock_sheets(
        &mut self,
        runs: &[LockedRun],
        today: NaiveDate,
        at: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        self.settlements_keep_sheets(
            "state = 'locked', cut_off_at = coalesce(r.cut_off_at, $9), reckoned_on = $10",
            "r.state IN ('planned', 'short', 'locked')",
            runs,
            Some(today),
            at,
        )
    }

    /// Puts other sheets in the place of those that locked runs have: their bank will pay a part.
    ///
    /// # Errors
    /// Database errors only.
    pub fn settlements_share_less(
        &mut self,
        runs: &[LockedRun],
        at: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        let set = "reckoned_on = coalesce($10, r.reckoned_on)";
        self.settlements_keep_sheets(set, "r.state = 'locked'", runs, None, at)
    }

    fn settlements_keep_sheets(
        &mut self,
        set: &str,
        only: &str,
        runs: &[LockedRun],
        reckoned_on: Option<NaiveDate>,
        at: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        fn column<T>(
            runs: &[LockedRun],
            sheet: fn(&LockedRun) -> Option<&KeptSheet>,
            of: impl Fn(&KeptSheet) -> T,
        ) -> Vec<Option<T>> {
            runs.iter().map(|run| sheet(run).map(&of)).collect()
        }
        const fn principal(run: &LockedRun) -> Option<&KeptSheet> {
            run.principal.as_ref()
        }
        const fn interest(run: &LockedRun) -> Option<&KeptSheet> {
            run.interest.as_ref()
        }
        if runs.is_empty() {
            return Ok(0);
        }
        Ok(sql_query(format!(
            "UPDATE settlement_run r SET {set}, updated_at = $9, \
             cash = t.cash, sheet = t.sheet, sheet_digest = t.digest, \
             interest_cash = t.interest, interest_sheet = t.interest_sheet, \
             interest_digest = t.interest_digest, interest_asked = t.asked \
             FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS t (id, cash, sheet, digest, interest, \
             interest_sheet, interest_digest, asked) WHERE r.id = t.id AND {only}",
        ))
        .bind::<Array<SqlUuid>, _>(runs.iter().map(|r| r.id).collect::<Vec<_>>())
        .bind::<Array<Nullable<Minor>>, _>(column(runs, principal, |s| s.cash))
        .bind::<Array<Nullable<Bytea>>, _>(column(runs, principal, |s| s.bytes.clone()))
        .bind::<Array<Nullable<Bytes32>>, _>(column(runs, principal, |s| s.digest))
        .bind::<Array<Nullable<Minor>>, _>(column(runs, interest, |s| s.cash))
        .bind::<Array<Nullable<Bytea>>, _>(column(runs, interest, |s| s.bytes.clone()))
        .bind::<Array<Nullable<Bytes32>>, _>(column(runs, interest, |s| s.digest))
        .bind::<Array<Nullable<Minor>>, _>(
            runs.iter().map(|r| r.interest_asked).collect::<Vec<_>>(),
        )
        .bind::<Timestamptz, _>(at)
        .bind::<Nullable<Date>, _>(reckoned_on)
        .execute(self.conn)?)
    }
}
