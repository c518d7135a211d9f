//! People who sign in.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use ledger_core::id::PartyId;
use ledger_core::id::UserId;

use crate::columns::Bytes32;
use crate::columns::Col;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::UserUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::parties::Language;
use crate::parties::LanguageWord;
use crate::parties::one_row;
use crate::schema::app_user;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

diesel::define_sql_function! {
    /// PostgreSQL's `lower`.
    fn lower(text: Text) -> Text;
}

word_column! { RoleWord =
    /// What a person may do for its party.
    Role {
        /// 经办: prepares.
        Maker = "maker",
        /// 复核: approves what somebody else prepared.
        Checker = "checker",
        /// Does both, where the party is small.
        Member = "member",
        /// Runs the platform.
        Operator = "operator",
        /// Reads everything, moves nothing.
        Auditor = "auditor",
    }
}

word_column! { UserStateWord =
    /// Where a person stands.
    UserState {
        /// Has a letter with a link, has not been here.
        Invited = "invited",
        /// May sign in.
        Active = "active",
        /// May not, until somebody unlocks.
        Locked = "locked",
    }
}

record! {
    /// A person who signs in for one party in one role.
    User in app_user ("app_user") {
        /// Its id.
        id: UserId as UserUuid,
        /// For which party.
        party: PartyId as PartyUuid,
        /// Name shown.
        display_name: String as Text,
        /// Where letters go and what it signs in with; unique whatever the case.
        email: String as Text,
        /// Language of pages and letters.
        language: Language as LanguageWord,
        /// In which role.
        role: Role as RoleWord,
        /// Argon2 hash in PHC form, or empty before the first password.
        password_hash: String as Text,
        /// Where it stands.
        state: UserState as UserStateWord,
        /// SHA-256 of the invitation's token.
        invitation_hash: Option<[u8; 32]> as Nullable<Bytes32>,
        /// Until when the invitation holds.
        invitation_expires: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        /// Failed sign-ins since the last good one.
        failed_attempts: i32 as Integer,
        /// No sign-in before this moment.
        locked_until: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        /// When it was invited.
        created_at: DateTime<Utc> as Timestamptz,
    }
}

/// Whom letters to a party go to.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = app_user, check_for_backend(diesel::pg::Pg))]
pub struct LetterReader {
    /// Who.
    pub id: UserId,
    /// For which party.
    pub party: PartyId,
    /// How it is addressed.
    pub display_name: String,
    /// Where its letters go.
    pub email: String,
    /// Language of its letters.
    pub language: Language,
    /// In which role.
    pub role: Role,
}

impl ReadTx<'_> {
    /// One person.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn user_by_id(&mut self, id: UserId) -> Result<User, StoreError> {
        let found = app_user::table.filter(app_user::id.eq(Col(id)));
        Ok(found.select(User::as_select()).first(self.conn)?)
    }

    /// The person with this address, whatever the case of its letters.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn user_by_email(&mut self, email: &str) -> Result<User, StoreError> {
        let found = app_user::table.filter(lower(app_user::email).eq(lower(email)));
        Ok(found.select(User::as_select()).first(self.conn)?)
    }

    /// Those of these addresses with which somebody signs in already, whatever the case.
    ///
    /// # Errors
    /// Database errors only.
    pub fn users_by_emails(&mut self, emails: &[String]) -> Result<Vec<User>, StoreError> {
        let lowered: Vec<String> = emails.iter().map(|email| email.to_lowercase()).collect();
        Ok(app_user::table
            .filter(lower(app_user::email).eq_any(lowered))
            .select(User::as_select())
            .load(self.conn)?)
    }

    /// The person an invitation was sent to.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn user_by_invitation(&mut self, hash: &[u8; 32]) -> Result<User, StoreError> {
        let found = app_user::table.filter(app_user::invitation_hash.eq(Col(Some(*hash))));
        Ok(found.select(User::as_select()).first(self.conn)?)
    }

    /// The people of these parties, by party and name.
    ///
    /// # Errors
    /// Database errors only.
    pub fn users_of_parties(&mut self, parties: &[PartyId]) -> Result<Vec<User>, StoreError> {
        Ok(app_user::table
            .filter(app_user::party.eq_any(cols(parties)))
            .order((app_user::party, app_user::display_name, app_user::id))
            .select(User::as_select())
            .load(self.conn)?)
    }
}

impl ReadTx<'_> {
    /// The active people of these parties, by party and name, with what a letter needs of them.
    ///
    /// # Errors
    /// Database errors only.
    pub fn letter_readers(&mut self, parties: &[PartyId]) -> Result<Vec<LetterReader>, StoreError> {
        Ok(app_user::table
            .filter(app_user::party.eq_any(cols(parties)))
            .filter(app_user::state.eq(UserState::Active))
            .order((app_user::party, app_user::display_name, app_user::id))
            .select(LetterReader::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds people.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `app_user_email_unique`; then nobody is added.
    pub fn users_insert(&mut self, users: &[User]) -> Result<(), StoreError> {
        User::insert_all(self.conn, users, Known::Refused).map(|_all| ())
    }

    /// One person, locked until the unit of work ends: what is decided on it stays true.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn user_by_id_locked(&mut self, id: UserId) -> Result<User, StoreError> {
        let found = app_user::table.filter(app_user::id.eq(Col(id)));
        Ok(found
            .select(User::as_select())
            .for_no_key_update()
            .first(self.conn)?)
    }

    /// Sets everything about a person that may change: all but id, party and first day.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Duplicate`] `app_user_email_unique`,
    /// [`StoreError::Violated`] `app_user_active_has_password`.
    pub fn user_update(&mut self, to: &User) -> Result<(), StoreError> {
        let changed = diesel::update(app_user::table.filter(app_user::id.eq(Col(to.id))))
            .set((
                app_user::display_name.eq(&to.display_name),
                app_user::email.eq(&to.email),
                app_user::language.eq(to.language),
                app_user::role.eq(to.role),
                app_user::password_hash.eq(&to.password_hash),
                app_user::state.eq(to.state),
                app_user::invitation_hash.eq(Col(to.invitation_hash)),
                app_user::invitation_expires.eq(to.invitation_expires),
                app_user::failed_attempts.eq(to.failed_attempts),
                app_user::locked_until.eq(to.locked_until),
            ))
            .execute(self.conn)?;
        one_row(changed)
    }

    /// Counts a failed sign-in and gives the new number; races are counted too.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn user_failure_count(
        &mut self,
        id: UserId,
        locked_until: Option<DateTime<Utc>>,
    ) -> Result<i32, StoreError> {
        Ok(
            diesel::update(app_user::table.filter(app_user::id.eq(Col(id))))
                .set((
                    app_user::failed_attempts.eq(app_user::failed_attempts + 1),
                    app_user::locked_until.eq(locked_until),
                ))
                .returning(app_user::failed_attempts)
                .get_result(self.conn)?,
        )
    }

    /// A good sign-in: no failures, no waiting.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn user_failures_clear(&mut self, id: UserId) -> Result<(), StoreError> {
        let changed = diesel::update(app_user::table.filter(app_user::id.eq(Col(id))))
            .set((
                app_user::failed_attempts.eq(0),
                app_user::locked_until.eq(None::<DateTime<Utc>>),
            ))
            .execute(self.conn)?;
        one_row(changed)
    }
}
