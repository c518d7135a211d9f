//! Groups of obligors under one control.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::columns::Col;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::error::StoreError;
use crate::schema::party_group;
use crate::schema::party_group_member;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

record! {
    /// A group.
    PartyGroup in party_group ("party_group") {
        /// Its id.
        id: Uuid as SqlUuid,
        /// Its name.
        name: String as Text,
        /// When it was entered.
        created_at: DateTime<Utc> as Timestamptz,
        /// By whom: `user:id` or `key:id`.
        created_by: String as Text,
    }
}

record! {
    /// A party's time in a group.
    PartyGroupMember in party_group_member ("party_group_member") {
        /// Which group.
        group_id: Uuid as SqlUuid,
        /// Which party.
        party: PartyId as PartyUuid,
        /// Since when.
        added_at: DateTime<Utc> as Timestamptz,
        /// Who entered it.
        added_by: String as Text,
        /// Until when; none: it belongs to it.
        removed_at: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        /// Who took it out.
        removed_by: Option<String> as Nullable<Text>,
    }
}

impl ReadTx<'_> {
    /// All groups by name.
    ///
    /// # Errors
    /// Database errors only.
    pub fn party_groups(&mut self) -> Result<Vec<PartyGroup>, StoreError> {
        Ok(party_group::table
            .order((party_group::name, party_group::id))
            .select(PartyGroup::as_select())
            .load(self.conn)?)
    }

    /// Those of `ids` that are on record.
    ///
    /// # Errors
    /// Database errors only.
    pub fn party_groups_by_ids(&mut self, ids: &[Uuid]) -> Result<Vec<PartyGroup>, StoreError> {
        Ok(party_group::table
            .filter(party_group::id.eq_any(ids.iter().copied()))
            .order((party_group::name, party_group::id))
            .select(PartyGroup::as_select())
            .load(self.conn)?)
    }

    /// Who belongs to any group now.
    ///
    /// # Errors
    /// Database errors only.
    pub fn party_group_members(&mut self) -> Result<Vec<PartyGroupMember>, StoreError> {
        Ok(party_group_member::table
            .filter(party_group_member::removed_at.is_null())
            .order((party_group_member::group_id, party_group_member::no))
            .select(PartyGroupMember::as_select())
            .load(self.conn)?)
    }

    /// Which groups these parties belong to now.
    ///
    /// # Errors
    /// Database errors only.
    pub fn party_groups_of(
        &mut self,
        parties: &[PartyId],
    ) -> Result<Vec<PartyGroupMember>, StoreError> {
        Ok(party_group_member::table
            .filter(party_group_member::removed_at.is_null())
            .filter(party_group_member::party.eq_any(cols(parties)))
            .order((party_group_member::group_id, party_group_member::no))
            .select(PartyGroupMember::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Enters a group.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `party_group_name_unique`.
    pub fn party_group_insert(&mut self, new: &PartyGroup) -> Result<(), StoreError> {
        PartyGroup::insert_all(self.conn, std::slice::from_ref(new), Known::Refused).map(|_one| ())
    }

    /// Puts a party into a group; limits on the group cover it from now on.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `party_group_member_unique`: it belongs to one.
    pub fn party_group_join(&mut self, new: &PartyGroupMember) -> Result<(), StoreError> {
        PartyGroupMember::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)
            .map(|_one| ())
    }

    /// Takes a party out of a group; false if it did not belong to it.
    ///
    /// # Errors
    /// Database errors only.
    pub fn party_group_leave(
        &mut self,
        group: Uuid,
        party: PartyId,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let changed = diesel::update(party_group_member::table)
            .filter(party_group_member::group_id.eq(group))
            .filter(party_group_member::party.eq(Col(party)))
            .filter(party_group_member::removed_at.is_null())
            .set((
                party_group_member::removed_at.eq(at),
                party_group_member::removed_by.eq(by),
            ))
            .execute(self.conn)?;
        Ok(changed == 1)
    }
}
