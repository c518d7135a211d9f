//! The secret of an invitation: random, in one letter only, kept as its digest.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use ledger_core::hash::sha256_of;

use crate::error::AppError;
use crate::random;
use crate::recipient::InvitationToken;

/// How long an invitation holds.
pub const DAYS: i64 = 7;

/// A new token, and what is kept of it.
pub(crate) fn fresh() -> Result<(InvitationToken, [u8; 32]), AppError> {
    let secret: [u8; 32] = random::bytes()?;
    let token = BASE64_URL_SAFE_NO_PAD.encode(secret);
    let kept = sha256_of(token.as_bytes());
    Ok((InvitationToken::new(token), kept))
}

/// What is kept of a token that somebody brings. Any text has one.
pub(crate) fn digest(token: &str) -> [u8; 32] {
    sha256_of(token.as_bytes())
}

/// When an invitation of `now` ends.
pub(crate) fn expiry(now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_add_signed(TimeDelta::days(DAYS)).unwrap_or(now)
}
