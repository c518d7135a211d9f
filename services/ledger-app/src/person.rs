//! The person behind a principal: what needs a maker or a checker needs a human being, with a key
//! of his or her own.

use chrono::DateTime;
use chrono::Utc;
use ledger_core::id::KeyId;
use ledger_core::id::UserId;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;

use crate::app::App;
use crate::choose_language;
use crate::error::AppError;
use crate::letters;
use crate::letters::QueuedLetter;
use crate::notice::Notice;
use crate::principal::Principal;
use crate::recipient::Recipient;
use crate::signing::Signing;

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

/// The key of a signature must be the caller's own: the person's, or the system's that asks.
///
/// # Errors
/// [`AppError::Invalid`] `not_your_key`.
pub(crate) fn check_own_key(
    app: &App,
    who: &Principal,
    with: &Signing<'_>,
) -> Result<(), AppError> {
    let key = match with {
        Signing::With(signer) => signer.key(),
        Signing::Brought { key, .. } => *key,
    };
    match who.key {
        Some(own) if own == key => Ok(()),
        Some(_another) => Err(AppError::invalid_field(
            "key",
            "not_your_key",
            "sign with the key that signs this request",
        )),
        None => signing(app, who, key).map(|_user| ()),
    }
}

/// Who acts, for a rule that takes two: the person behind a key where one is on record, so that
/// nobody is two by having both a key and a passphrase.
///
/// # Errors
/// The store's.
pub(crate) fn hand(tx: &mut ReadTx<'_>, who: &Principal) -> Result<String, AppError> {
    if let (None, Some(key)) = (who.user, who.key)
        && let Some(user) = tx.signing_key_by_id(key)?.user_id
    {
        return Ok(format!("user:{user}"));
    }
    Ok(who.subject())
}

/// Writes to one person, in the language that person reads.
///
/// # Errors
/// The store's.
pub(crate) fn tell(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    user: UserId,
    notice: Notice,
) -> Result<(), AppError> {
    let user = tx.user_by_id(user)?;
    let to = Recipient {
        email: user.email,
        name: user.display_name,
        language: choose_language::read(user.language),
    };
    letters::tell_person(tx, now, QueuedLetter { to, notice })
}
