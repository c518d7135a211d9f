//! Signs a person in by address and passphrase.
//!
//! Whether an address is known can be learned neither from the answer nor from the work done: an
//! unknown one costs the same hash. Attempts are counted before the passphrase is looked at, so
//! that guesses sent at the same time count as well.

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use ledger_store::access_log::AccessKind;
use ledger_store::error::StoreError;
use ledger_store::parties::Party;
use ledger_store::unit_of_work::WriteTx;
use ledger_store::users::User;

use crate::access;
use crate::app::App;
use crate::error::AppError;
use crate::passphrase;
use crate::principal::Principal;
use crate::sessions;
use crate::sessions::SessionToken;

/// Failures in a row before the address rests.
pub const FAILURES: i32 = 8;

/// How long it rests; each further failure lets it rest again.
pub const REST_MINUTES: i64 = 15;

/// A hash of the same cost as a person's, that fits no passphrase anybody knows.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmUhIQ$NLcHZzHyZbJFrmQ2IjC+5zQgvzWlqxKOOtLZ1Xq1aZ0";

/// A person who has just come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The secret for the cookie.
    pub token: SessionToken,
    /// Who.
    pub principal: Principal,
}

/// Signs in. `source` is from where, for the access log: network address and door.
///
/// # Errors
/// [`AppError::Invalid`] `sign_in_failed`, always with the same words: unknown address, wrong
/// passphrase, not yet visited, at rest after too many failures, party not active.
pub fn run(app: &App, email: &str, chosen: &str, source: &str) -> Result<SignedIn, AppError> {
    let now = app.clock.now();
    let found = app.store.write(|tx| admit(tx, email, now))?;
    let hash = found
        .as_ref()
        .map_or(NOBODY, |(user, ..)| &user.password_hash);
    let fits = passphrase::fits(chosen, hash);
    match found {
        Some((user, party, _)) if fits => come_in(app, user, party, now, source),
        Some((user, _, count)) => turn_away(app, Some((&user, count)), email, now, source),
        None => turn_away(app, None, email, now, source),
    }
}

/// The person whose passphrase is to be looked at, with the attempt counted as a failure until it
/// is none. Under a row lock: of guesses sent together no more are looked at than the limit allows.
fn admit(
    tx: &mut WriteTx<'_>,
    email: &str,
    now: DateTime<Utc>,
) -> Result<Option<(User, Party, i32)>, AppError> {
    let id = match tx.user_by_email(email.trim()) {
        Ok(user) => user.id,
        Err(StoreError::NotFound) => return Ok(None),
        Err(other) => return Err(other.into()),
    };
    let mut user = tx.user_by_id_locked(id)?;
    let party = tx.party_by_id(user.party)?;
    if !sessions::may_come_in(&user, &party) || user.locked_until.is_some_and(|until| until > now) {
        return Ok(None);
    }
    user.failed_attempts = user.failed_attempts.saturating_add(1);
    if user.failed_attempts >= FAILURES {
        user.locked_until = rest(now);
    }
    tx.user_update(&user)?;
    let count = user.failed_attempts;
    Ok(Some((user, party, count)))
}

/// Until when an address rests that has failed too often at `now`.
pub(crate) fn rest(now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    now.checked_add_signed(TimeDelta::minutes(REST_MINUTES))
}

fn come_in(
    app: &App,
    user: User,
    party: Party,
    now: DateTime<Utc>,
    source: &str,
) -> Result<SignedIn, AppError> {
    let token = app.store.write(|tx| {
        tx.user_failures_clear(user.id)?;
        let line = access::line(now, AccessKind::SignedIn, Some(&user), &user.email, source);
        tx.access_log_append(&[line])?;
        sessions::open(tx, &user, now)
    })?;
    Ok(SignedIn {
        token,
        principal: sessions::principal_of(user, party),
    })
}

fn turn_away(
    app: &App,
    known: Option<(&User, i32)>,
    email: &str,
    now: DateTime<Utc>,
    source: &str,
) -> Result<SignedIn, AppError> {
    let user = known.map(|(user, _)| user);
    let mut lines = vec![access::line(
        now,
        AccessKind::SignInFailed,
        user,
        email,
        source,
    )];
    if known.is_some_and(|(_, count)| count >= FAILURES) {
        lines.push(access::line(now, AccessKind::Locked, user, email, source));
    }
    app.store
        .write(|tx| Ok::<_, AppError>(tx.access_log_append(&lines)?))?;
    Err(AppError::invalid(
        "sign_in_failed",
        format!(
            "address or passphrase is wrong; after {FAILURES} failures an address rests for \
             {REST_MINUTES} minutes"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::phc::PasswordHash;

    use super::NOBODY;
    use crate::error::AppError;
    use crate::passphrase;

    /// Everything of a PHC string but salt and hash: what the work hangs on; and their lengths.
    fn cost(hash: &str) -> Vec<String> {
        let parts: Vec<&str> = hash.split('$').collect();
        let lengths = parts.iter().skip(4).map(|part| part.len().to_string());
        parts
            .iter()
            .take(4)
            .map(ToString::to_string)
            .chain(lengths)
            .collect()
    }

    #[test]
    fn an_unknown_address_costs_as_much_as_a_known_one() -> Result<(), AppError> {
        assert!(
            PasswordHash::new(NOBODY).is_ok(),
            "unreadable would be cheap"
        );
        assert_eq!(
            cost(NOBODY),
            cost(&passphrase::hash("seven brown otters sing")?)
        );
        Ok(())
    }
}
