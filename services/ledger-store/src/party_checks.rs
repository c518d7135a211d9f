//! Warnings about a party that a person overrode when taking it in. Only grows.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use ledger_core::id::PartyId;

use crate::columns::Col;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::record;
use crate::error::StoreError;
use crate::schema::party_check;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

record! {
    /// One overridden warning.
    PartyCheck in party_check ("party_check") {
        /// When, UTC.
        at: DateTime<Utc> as Timestamptz,
        /// About which party.
        party: PartyId as PartyUuid,
        /// Stable code of the warning.
        finding: String as Text,
        /// Why it was overridden, in the words of who did.
        reason: String as Text,
        /// Who did: `user:id` or `key:id`.
        decided_by: String as Text,
    }
}

impl ReadTx<'_> {
    /// What was overridden about a party, oldest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn party_checks_of(&mut self, party: PartyId) -> Result<Vec<PartyCheck>, StoreError> {
        Ok(party_check::table
            .filter(party_check::party.eq(Col(party)))
            .order(party_check::no)
            .select(PartyCheck::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds some.
    ///
    /// # Errors
    /// [`StoreError::Violated`] if a party is not on record.
    pub fn party_checks_append(&mut self, new: &[PartyCheck]) -> Result<(), StoreError> {
        PartyCheck::insert_all(self.conn, new, Known::Refused).map(|_all| ())
    }
}
