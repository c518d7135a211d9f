//! Tokens that prove that a form came from a page of ours: a random mask and its HMAC under a
//! secret of the session. Another mask on every page, so that compressed pages betray nothing.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ledger_app::error::AppError;
use ledger_app::random;
use ring::hmac;

const MASK: usize = 16;

/// A fresh token for the forms of one page.
///
/// # Errors
/// [`AppError::Internal`] without randomness.
pub fn make(secret: &[u8; 32]) -> Result<String, AppError> {
    let mask: [u8; MASK] = random::bytes()?;
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), &mask);
    let mut token = mask.to_vec();
    token.extend_from_slice(tag.as_ref());
    Ok(BASE64_URL_SAFE_NO_PAD.encode(token))
}

/// Whether `token` was made under `secret`; in time that tells nothing.
#[must_use]
pub fn fits(secret: &[u8; 32], token: &str) -> bool {
    let Ok(bytes) = BASE64_URL_SAFE_NO_PAD.decode(token) else {
        return false;
    };
    let Some((mask, tag)) = bytes.split_at_checked(MASK) else {
        return false;
    };
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, secret), mask, tag).is_ok()
}
