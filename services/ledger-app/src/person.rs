//! The person behind a principal: what needs a maker or a checker needs a human being, with a key
//! of his or her own.

use ledger_core::id::KeyId;
use ledger_core::id::UserId;

use crate::app::App;
use crate::error::AppError;
use crate::principal::Principal;

/// The person who acts.
///
/// # Errors
/// [`AppError::Invalid`] `person_needed` for a system.
pub fn acting(who: &Principal) -> Result<UserId, AppError> {
    who.user.ok_or_else(|| {
        AppError::invalid(
            "person_needed",
            "a person has to do this; sign in at the portal",
        )
    })
}

/// The person who acts, who must be the owner of `key`: two people means two keys, each in its
/// own hands.
///
/// # Errors
/// [`AppError::Invalid`] `person_needed`, `not_your_key`.
pub fn signing(app: &App, who: &Principal, key: KeyId) -> Result<UserId, AppError> {
    let user = acting(who)?;
    let keys = app.store.read(|tx| tx.signing_keys_of_user(user))?;
    if keys.iter().any(|own| own.id == key) {
        Ok(user)
    } else {
        Err(AppError::invalid(
            "not_your_key",
            "sign with your own key, not a colleague's",
        ))
    }
}
