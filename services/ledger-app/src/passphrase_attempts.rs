//! Counts wrong passphrases of somebody who is signed in already: whoever sits down at an open
//! session may guess no more often than at the sign-in page, and both count together.

use ledger_core::id::UserId;
use ledger_store::access_log::AccessKind;

use crate::access;
use crate::app::App;
use crate::error::AppError;
use crate::sign_in;

/// Tries a passphrase: counted as wrong before it is tried, so that of guesses sent together no
/// more are tried than the limit allows, and no connection waits while one is. A right one forgets
/// the wrong ones before it.
///
/// # Errors
/// [`AppError::Invalid`] `passphrase_at_rest` after [`sign_in::FAILURES`] failures in a row, for
/// [`sign_in::REST_MINUTES`] minutes: then nothing is tried. Else what `attempt` says.
pub(crate) fn counted<T>(
    app: &App,
    user: UserId,
    attempt: impl FnOnce() -> Result<T, AppError>,
) -> Result<T, AppError> {
    let now = app.clock.now();
    let failures = app.store.write(|tx| {
        let mut user = tx.user_by_id_locked(user)?;
        if user.locked_until.is_some_and(|until| until > now) {
            return Err(at_rest());
        }
        user.failed_attempts = user.failed_attempts.saturating_add(1);
        if user.failed_attempts >= sign_in::FAILURES {
            user.locked_until = sign_in::rest(now);
        }
        tx.user_update(&user)?;
        Ok(user.failed_attempts)
    })?;
    let tried = attempt();
    match &tried {
        Ok(_) => app.store.write(|tx| tx.user_failures_clear(user))?,
        Err(AppError::WrongPassphrase) if failures == sign_in::FAILURES => {
            app.store.write(|tx| {
                let user = tx.user_by_id(user)?;
                let kind = AccessKind::Locked;
                let line = access::line(now, kind, Some(&user), &user.email, "signing");
                tx.access_log_append(&[line])
            })?;
        }
        Err(AppError::WrongPassphrase) => {}
        // Something else was amiss; that was no guess.
        Err(_) => app.store.write(|tx| {
            let mut user = tx.user_by_id_locked(user)?;
            user.failed_attempts = user.failed_attempts.saturating_sub(1);
            if user.failed_attempts < sign_in::FAILURES {
                user.locked_until = None;
            }
            tx.user_update(&user)
        })?,
    }
    tried
}

fn at_rest() -> AppError {
    AppError::invalid_field(
        "passphrase",
        "passphrase_at_rest",
        format!(
            "after {} wrong passphrases nothing can be signed for {} minutes",
            sign_in::FAILURES,
            sign_in::REST_MINUTES
        ),
    )
}
