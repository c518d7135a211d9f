//! Changes a person's passphrase: the keys it seals are sealed anew, every other session ends.

use ledger_core::id::KeyId;
use ledger_store::access_log::AccessKind;
use ledger_store::signing_keys::Custody;

use crate::access;
use crate::app::App;
use crate::custody;
use crate::error::AppError;
use crate::passphrase;
use crate::passphrase_attempts;
use crate::principal::Principal;
use crate::sessions;
use crate::sessions::SessionToken;

/// Changes it. All sessions end; the answer is the secret of a new one for who asked.
///
/// # Errors
/// [`AppError::WrongPassphrase`]; [`AppError::Invalid`] `passphrase_at_rest` after several of
/// those, `passphrase_unchanged` or why the new one
/// is too weak; [`AppError::NotFound`] for a system.
pub fn run(
    app: &App,
    who: &Principal,
    old: &str,
    new: &str,
    source: &str,
) -> Result<SessionToken, AppError> {
    let id = who.user.ok_or(AppError::NotFound)?;
    let (user, keys) = app
        .store
        .read(|tx| Ok::<_, AppError>((tx.user_by_id(id)?, tx.signing_keys_of_user(id)?)))?;
    passphrase_attempts::counted(app, id, || {
        let fits = passphrase::fits(old, &user.password_hash);
        fits.then_some(()).ok_or(AppError::WrongPassphrase)
    })?;
    passphrase::check_strength(new)?;
    if old == new {
        return Err(AppError::invalid_field(
            "passphrase",
            "passphrase_unchanged",
            "choose another passphrase than the one you have",
        ));
    }
    let mut sealed: Vec<(KeyId, Vec<u8>)> = Vec::new();
    for key in keys.into_iter().filter(|k| k.custody == Custody::Hosted) {
        if let Some(bytes) = key.sealed {
            sealed.push((key.id, custody::reseal(key.id, &bytes, old, new)?));
        }
    }
    let hash = passphrase::hash(new)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let mut current = tx.user_by_id_locked(id)?;
        // Somebody else was changing it at the same time: what was sealed above is void.
        if current.password_hash != user.password_hash {
            return Err(AppError::WrongPassphrase);
        }
        current.password_hash.clone_from(&hash);
        tx.user_update(&current)?;
        for (key, bytes) in &sealed {
            tx.signing_key_reseal(*key, bytes)?;
        }
        tx.sessions_of_user_end(id)?;
        let line = access::line(
            now,
            AccessKind::PasswordSet,
            Some(&current),
            &current.email,
            source,
        );
        tx.access_log_append(&[line])?;
        sessions::open(tx, &current, now)
    })
}
