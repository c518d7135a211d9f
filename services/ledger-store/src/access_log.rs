//! Sign-ins and authorisation failures. Only grows.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use ledger_core::id::PartyId;
use ledger_core::id::UserId;

use crate::columns::Col;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::UserUuid;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::access_log;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { AccessKindWord =
    /// What happened at the door.
    AccessKind {
        /// Came in.
        SignedIn = "signed_in",
        /// Wrong password, unknown address, locked.
        SignInFailed = "sign_in_failed",
        /// Left.
        SignedOut = "signed_out",
        /// Too many failures.
        Locked = "locked",
        /// Asked for what it may not.
        Forbidden = "forbidden",
        /// Chose a password.
        PasswordSet = "password_set",
    }
}

record! {
    /// One line of the access log.
    AccessRecord in access_log ("access_log") {
        /// When, UTC.
        at: DateTime<Utc> as Timestamptz,
        /// What.
        kind: AccessKind as AccessKindWord,
        /// Who, if known.
        user_id: Option<UserId> as Nullable<UserUuid>,
        /// For which party, if known.
        party: Option<PartyId> as Nullable<PartyUuid>,
        /// The address given.
        email: String as Text,
        /// The use case asked for.
        action: String as Text,
        /// From where: network address, door.
        source: String as Text,
        /// More, without secrets.
        detail: String as Text,
    }
}

impl ReadTx<'_> {
    /// The last `limit` lines about a person, newest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn access_log_of_user(
        &mut self,
        user: UserId,
        limit: i64,
    ) -> Result<Vec<AccessRecord>, StoreError> {
        Ok(access_log::table
            .filter(access_log::user_id.eq(Col(Some(user))))
            .order(access_log::no.desc())
            .limit(limit)
            .select(AccessRecord::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds lines.
    ///
    /// # Errors
    /// Database errors only.
    pub fn access_log_append(&mut self, lines: &[AccessRecord]) -> Result<(), StoreError> {
        AccessRecord::insert_all(self.conn, lines, Known::Refused).map(|_all| ())
    }
}
