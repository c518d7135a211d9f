//! Passphrases: what people sign in with and open their signing key with.

use argon2::Argon2;
use argon2::PasswordHasher;
use argon2::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;

use crate::error::AppError;

/// Shortest passphrase in characters (OWASP ASVS 5.0, 6.2.1 recommends 15; 12 is what the owner of
/// a small workshop will put up with, and rate limits stand before it).
pub const SHORTEST: usize = 12;

/// Longest in bytes: enough for a sentence, not for an attack on the hash.
pub const LONGEST: usize = 256;

/// Refuses what is too short, too long or too simple.
///
/// # Errors
/// [`AppError::Invalid`] with a code and what to do.
pub fn check_strength(passphrase: &str) -> Result<(), AppError> {
    if passphrase.chars().count() < SHORTEST {
        return Err(AppError::invalid_field(
            "passphrase",
            "passphrase_too_short",
            format!("use at least {SHORTEST} characters; a few unrelated words are good"),
        ));
    }
    if passphrase.len() > LONGEST {
        return Err(AppError::invalid_field(
            "passphrase",
            "passphrase_too_long",
            format!("use at most {LONGEST} bytes"),
        ));
    }
    let mut distinct: Vec<char> = passphrase.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 5 {
        return Err(AppError::invalid_field(
            "passphrase",
            "passphrase_too_simple",
            "the same few characters over and over are easy to guess",
        ));
    }
    Ok(())
}

/// Hashes for keeping (Argon2id, PHC string).
///
/// # Errors
/// [`AppError::Internal`] only.
pub fn hash(passphrase: &str) -> Result<String, AppError> {
    Argon2::default()
        .hash_password(passphrase.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|e| AppError::Internal(format!("passphrase hash: {e}")))
}

/// Whether `passphrase` is the one of `hash`. An unreadable hash fits nothing.
#[must_use]
pub fn fits(passphrase: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|parsed| {
        Argon2::default()
            .verify_password(passphrase.as_bytes(), &parsed)
            .is_ok()
    })
}
