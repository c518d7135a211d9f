//! Public keys of the parties, and the sealed private halves of hosted ones.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Bytea;
use diesel::sql_types::Date;
use diesel::sql_types::Integer;
use diesel::sql_types::Nullable;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::id::UserId;

use crate::columns::Bytes32;
use crate::columns::Col;
use crate::columns::KeyUuid;
use crate::columns::UserUuid;
use crate::columns::cols;
use crate::columns::unnest_insert;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::parties::NoRow;
use crate::parties::one_row;
use crate::schema::party;
use crate::schema::signing_key;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { CustodyWord =
    /// Who keeps the private half.
    Custody {
        /// The party itself: an API client or a browser.
        Own = "own",
        /// The platform, sealed under its user's passphrase.
        Hosted = "hosted",
        /// A signer beside the party's ERP.
        Gateway = "gateway",
    }
}

/// A key to be enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSigningKey {
    /// Its id.
    pub id: KeyId,
    /// The party it signs for, by number.
    pub party: i32,
    /// The user it belongs to, if a person's.
    pub user_id: Option<UserId>,
    /// Ed25519 public key.
    pub public_key: [u8; 32],
    /// Who keeps the private half.
    pub custody: Custody,
    /// The sealed private half of a hosted key; opaque here.
    pub sealed: Option<Vec<u8>>,
    /// First business date on which it signs.
    pub valid_from: NaiveDate,
}

/// A key on record.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = signing_key, check_for_backend(diesel::pg::Pg))]
pub struct SigningKey {
    /// Compact key inside this database; never leaves the platform.
    pub no: i32,
    /// Its id.
    pub id: KeyId,
    /// The party it signs for, by number.
    pub party: i32,
    /// The party it signs for.
    #[diesel(select_expression = party::id)]
    pub party_id: PartyId,
    /// The user it belongs to, if a person's.
    pub user_id: Option<UserId>,
    /// Ed25519 public key.
    pub public_key: [u8; 32],
    /// Who keeps the private half.
    pub custody: Custody,
    /// The sealed private half of a hosted key; opaque here.
    pub sealed: Option<Vec<u8>>,
    /// First business date on which it signs.
    pub valid_from: NaiveDate,
    /// Since when it signs nothing new.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl ReadTx<'_> {
    /// One key.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn signing_key_by_id(&mut self, id: KeyId) -> Result<SigningKey, StoreError> {
        Ok(signing_key::table
            .inner_join(party::table)
            .filter(signing_key::id.eq(Col(id)))
            .select(SigningKey::as_select())
            .first(self.conn)?)
    }

    /// Those of `ids` that are on record, revoked ones too.
    ///
    /// # Errors
    /// Database errors only.
    pub fn signing_keys_by_ids(&mut self, ids: &[KeyId]) -> Result<Vec<SigningKey>, StoreError> {
        Ok(signing_key::table
            .inner_join(party::table)
            .filter(signing_key::id.eq_any(cols(ids)))
            .order(signing_key::no)
            .select(SigningKey::as_select())
            .load(self.conn)?)
    }

    /// All keys of these parties, revoked ones too, oldest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn signing_keys_of_parties(
        &mut self,
        parties: &[PartyId],
    ) -> Result<Vec<SigningKey>, StoreError> {
        Ok(signing_key::table
            .inner_join(party::table)
            .filter(party::id.eq_any(cols(parties)))
            .order(signing_key::no)
            .select(SigningKey::as_select())
            .load(self.conn)?)
    }

    /// The keys of a user that are not revoked, newest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn signing_keys_of_user(&mut self, user: UserId) -> Result<Vec<SigningKey>, StoreError> {
        Ok(signing_key::table
            .inner_join(party::table)
            .filter(
                signing_key::user_id
                    .eq(Col(Some(user)))
                    .and(signing_key::revoked_at.is_null()),
            )
            .order(signing_key::no.desc())
            .select(SigningKey::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Enrols a key and gives its number.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `signing_key_public_key_unique` (one key for two parties) or
    /// `signing_key_id_unique`; [`StoreError::Violated`] `signing_key_sealed_when_hosted`.
    pub fn signing_key_insert(&mut self, new: &NewSigningKey) -> Result<i32, StoreError> {
        let rows = unnest_insert!(self.conn, "signing_key", [new], "RETURNING no", load NoRow, {
            id: KeyUuid = |k| k.id;
            party: Integer = |k| k.party;
            user_id: Nullable<UserUuid> = |k| k.user_id;
            public_key: Bytes32 = |k| k.public_key;
            custody: CustodyWord = |k| k.custody;
            sealed: Nullable<Bytea> = |k| k.sealed.as_deref();
            valid_from: Date = |k| k.valid_from;
        });
        rows.first().map(|row| row.no).ok_or(StoreError::NotFound)
    }

    /// Revokes a key. A second time changes nothing: the first moment stands. Belongs into the unit
    /// of work that writes the revocation into the book, whose head tells every poster of it
    /// (`batch_facts`).
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such key.
    pub fn signing_key_revoke(&mut self, id: KeyId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let key = self.signing_key_by_id(id)?;
        diesel::update(signing_key::table)
            .filter(
                signing_key::no
                    .eq(key.no)
                    .and(signing_key::revoked_at.is_null()),
            )
            .set(signing_key::revoked_at.eq(at))
            .execute(self.conn)?;
        Ok(())
    }

    /// Puts the same hosted key under a new seal (another passphrase).
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such hosted key.
    pub fn signing_key_reseal(&mut self, id: KeyId, sealed: &[u8]) -> Result<(), StoreError> {
        let changed = diesel::update(signing_key::table)
            .filter(
                signing_key::id
                    .eq(Col(id))
                    .and(signing_key::custody.eq(Custody::Hosted)),
            )
            .set(signing_key::sealed.eq(sealed))
            .execute(self.conn)?;
        one_row(changed)
    }
}
