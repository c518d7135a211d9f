//! Open sign-ins: from the cookie's secret to the person, and their end.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use ledger_core::hash::sha256_of;
use ledger_store::access_log::AccessKind;
pub use ledger_store::calendars::BusinessDay;
use ledger_store::error::StoreError;
use ledger_store::parties::Party;
use ledger_store::parties::PartyState;
use ledger_store::sessions::OpenSession;
use ledger_store::sessions::Session;
use ledger_store::unit_of_work::WriteTx;
use ledger_store::users::User;
use ledger_store::users::UserState;

use crate::access;
use crate::app::App;
use crate::choose_language;
use crate::error::AppError;
use crate::principal::Principal;
use crate::random;

/// A session ends after so many minutes without a request (OWASP ASVS 5.0, 7.3.1).
pub const IDLE_MINUTES: i64 = 30;

/// And after so many hours in any case (7.3.2).
pub const LONGEST_HOURS: i64 = 12;

/// Use is noted at most this often, so that reading a page rarely writes.
const NOTED_EVERY_SECONDS: i64 = 60;

/// The secret in a session's cookie: 32 random bytes, base64url. Its `Debug` prints nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    /// The secret itself, for the cookie.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(hidden)")
    }
}

/// A person who is signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct Resumed {
    /// Who.
    pub principal: Principal,
    /// The address the person signs in with.
    pub login: String,
    /// The platform's day.
    pub day: BusinessDay,
    /// Secret from which the tokens of this session's forms are derived.
    pub csrf: [u8; 32],
}

impl fmt::Debug for Resumed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resumed")
            .field("principal", &self.principal)
            .finish_non_exhaustive()
    }
}

/// Who is signed in with this secret; none if nobody is, or not any more.
///
/// # Errors
/// [`AppError::NotFound`] before the first business date; the store's.
pub fn resume(app: &App, token: &str) -> Result<Option<Resumed>, AppError> {
    let kept = sha256_of(token.as_bytes());
    let OpenSession {
        session,
        user,
        party,
        day,
    } = match app.store.read(|tx| tx.session_by_token(&kept)) {
        Ok(found) => found,
        Err(StoreError::NotFound) => return Ok(None),
        Err(other) => return Err(other.into()),
    };
    let now = app.clock.now();
    if is_over(&session, now) {
        app.store
            .write(|tx| Ok::<_, AppError>(tx.session_end(&kept)?))?;
        return Ok(None);
    }
    if !may_come_in(&user, &party) {
        return Ok(None);
    }
    if (now - session.last_seen_at).num_seconds() >= NOTED_EVERY_SECONDS {
        app.store
            .write(|tx| Ok::<_, AppError>(tx.session_touch(&kept, now)?))?;
    }
    Ok(Some(Resumed {
        login: user.email.clone(),
        principal: principal_of(user, party),
        day: day.ok_or(AppError::NotFound)?,
        csrf: session.csrf,
    }))
}

/// Whether a person may be at the portal at all. A suspended party's people may: they see what it
/// holds ([`Principal::may`]).
pub(crate) fn may_come_in(user: &User, party: &Party) -> bool {
    let takes_part = matches!(party.state, PartyState::Active | PartyState::Suspended);
    user.state == UserState::Active && takes_part
}

fn is_over(session: &Session, now: DateTime<Utc>) -> bool {
    let idle = (now - session.last_seen_at).num_minutes();
    now >= session.expires_at || idle >= IDLE_MINUTES
}

/// Signs out: this session is over, others stay.
///
/// # Errors
/// The store's.
pub fn sign_out(app: &App, token: &str, source: &str) -> Result<(), AppError> {
    let kept = sha256_of(token.as_bytes());
    let now = app.clock.now();
    app.store.write(|tx| {
        match tx.session_by_token(&kept) {
            Ok(found) => {
                let who = Some(&found.user);
                let line = access::line(now, AccessKind::SignedOut, who, "", source);
                tx.access_log_append(&[line])?;
            }
            Err(StoreError::NotFound) => return Ok(()),
            Err(other) => return Err(other.into()),
        }
        Ok(tx.session_end(&kept)?)
    })
}

/// Ends every session of the person who asks, this one too, and gives how many there were.
///
/// # Errors
/// [`AppError::NotFound`] for a system, which has none.
pub fn end_all(app: &App, who: &Principal) -> Result<usize, AppError> {
    let user = who.user.ok_or(AppError::NotFound)?;
    app.store.write(|tx| Ok(tx.sessions_of_user_end(user)?))
}

/// Opens a session in the caller's unit of work.
pub(crate) fn open(
    tx: &mut WriteTx<'_>,
    user: &User,
    now: DateTime<Utc>,
) -> Result<SessionToken, AppError> {
    let token = BASE64_URL_SAFE_NO_PAD.encode(random::bytes::<32>()?);
    tx.session_insert(&Session {
        token_hash: sha256_of(token.as_bytes()),
        user_id: user.id,
        csrf: random::bytes()?,
        created_at: now,
        last_seen_at: now,
        expires_at: now
            .checked_add_signed(TimeDelta::hours(LONGEST_HOURS))
            .unwrap_or(now),
    })?;
    Ok(SessionToken(token))
}

/// A person as the one who acts.
#[must_use]
pub fn principal_of(user: User, party: Party) -> Principal {
    Principal {
        user: Some(user.id),
        key: None,
        party: party.id,
        kind: party.kind,
        role: user.role,
        language: choose_language::read(user.language),
        name: user.display_name,
        party_name: party.name,
        suspended: party.state == PartyState::Suspended,
    }
}
