//! Open sign-ins. A session ends by its row going away.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use ledger_core::id::UserId;

use crate::calendars::BusinessDay;
use crate::columns::Bytes32;
use crate::columns::Col;
use crate::columns::Known;
use crate::columns::UserUuid;
use crate::columns::record;
use crate::error::StoreError;
use crate::parties::Party;
use crate::schema::app_user;
use crate::schema::business_date;
use crate::schema::party;
use crate::schema::session;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;
use crate::users::User;

record! {
    /// An open sign-in.
    Session in session ("session") {
        /// SHA-256 of the token in the cookie.
        token_hash: [u8; 32] as Bytes32,
        /// Who.
        user_id: UserId as UserUuid,
        /// Secret that forms carry.
        csrf: [u8; 32] as Bytes32,
        /// Since when.
        created_at: DateTime<Utc> as Timestamptz,
        /// When it was last used, for the idle limit.
        last_seen_at: DateTime<Utc> as Timestamptz,
        /// Absolute limit.
        expires_at: DateTime<Utc> as Timestamptz,
    }
}

/// A sign-in with everything that a request of it needs, in one statement.
#[derive(Debug, Clone)]
pub struct OpenSession {
    /// The sign-in.
    pub session: Session,
    /// Whose.
    pub user: User,
    /// Whom that person acts for.
    pub party: Party,
    /// The platform's day, once there is one.
    pub day: Option<BusinessDay>,
}

impl ReadTx<'_> {
    /// The session of a cookie, also an expired one: limits are the caller's.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn session_by_token(&mut self, token_hash: &[u8; 32]) -> Result<OpenSession, StoreError> {
        let days = business_date::table;
        let (session, user, party, today, ahead_days) = session::table
            .inner_join(app_user::table)
            .inner_join(party::table.on(app_user::party.eq(party::id)))
            .filter(session::token_hash.eq(Col(*token_hash)))
            .select((
                Session::as_select(),
                User::as_select(),
                Party::as_select(),
                days.select(business_date::today).single_value(),
                days.select(business_date::ahead_days).single_value(),
            ))
            .first::<(_, _, _, Option<NaiveDate>, Option<i32>)>(self.conn)?;
        let day = today.zip(ahead_days);
        Ok(OpenSession {
            session,
            user,
            party,
            day: day.map(|(today, ahead_days)| BusinessDay { today, ahead_days }),
        })
    }

    /// All sessions of a person, newest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn sessions_of_user(&mut self, user: UserId) -> Result<Vec<Session>, StoreError> {
        Ok(session::table
            .filter(session::user_id.eq(Col(user)))
            .order(session::created_at.desc())
            .select(Session::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Opens a session.
    ///
    /// # Errors
    /// Database errors only.
    pub fn session_insert(&mut self, new: &Session) -> Result<(), StoreError> {
        Session::insert_all(self.conn, std::slice::from_ref(new), Known::Refused).map(|_one| ())
    }

    /// Notes that a session was used; nothing if it has ended meanwhile.
    ///
    /// # Errors
    /// Database errors only.
    pub fn session_touch(
        &mut self,
        token_hash: &[u8; 32],
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        diesel::update(session::table.filter(session::token_hash.eq(Col(*token_hash))))
            .set(session::last_seen_at.eq(at))
            .execute(self.conn)?;
        Ok(())
    }

    /// Ends one session; nothing if it has ended already.
    ///
    /// # Errors
    /// Database errors only.
    pub fn session_end(&mut self, token_hash: &[u8; 32]) -> Result<(), StoreError> {
        diesel::delete(session::table.filter(session::token_hash.eq(Col(*token_hash))))
            .execute(self.conn)?;
        Ok(())
    }

    /// Ends all sessions of a person and gives how many there were.
    ///
    /// # Errors
    /// Database errors only.
    pub fn sessions_of_user_end(&mut self, user: UserId) -> Result<usize, StoreError> {
        Ok(
            diesel::delete(session::table.filter(session::user_id.eq(Col(user))))
                .execute(self.conn)?,
        )
    }

    /// Removes sessions past their absolute limit.
    ///
    /// # Errors
    /// Database errors only.
    pub fn sessions_expired_end(&mut self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        Ok(
            diesel::delete(session::table.filter(session::expires_at.le(now)))
                .execute(self.conn)?,
        )
    }
}
