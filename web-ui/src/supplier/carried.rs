//! What was shown over the passphrase is what is signed: the facts of a deed travel through the
//! browser in one hidden field, under a seal that only this session can make.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ledger_app::error::AppError;
use ledger_app::random;
use ring::hmac;

use crate::forms::Form;
use crate::posted::form_outdated;
use crate::session::Signed;

/// Name of the hidden field.
pub(super) const FIELD: &str = "deed";

/// Name of the part that is new each time: the idempotency key of the deed.
pub(super) const ONCE: &str = "once";

const TAG: usize = 32;

fn key(who: &Signed, what: &str) -> hmac::Key {
    let root = hmac::Key::new(hmac::HMAC_SHA256, who.token.as_bytes());
    let derived = hmac::sign(&root, format!("tallystick deed {what}").as_bytes());
    hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref())
}

/// Seals the facts of a deed of the kind `what`, with a fresh [`ONCE`].
pub(super) fn seal(who: &Signed, what: &str, facts: &[(&str, String)]) -> Result<String, AppError> {
    let once: [u8; 16] = random::bytes()?;
    Ok(reseal(who, what, facts, &hex::encode(once)))
}

/// Seals them for another try of the same deed.
pub(super) fn reseal(who: &Signed, what: &str, facts: &[(&str, String)], once: &str) -> String {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in facts {
        body.append_pair(name, value);
    }
    let body = body.append_pair(ONCE, once).finish();
    let tag = hmac::sign(&key(who, what), body.as_bytes());
    let mut sealed = tag.as_ref().to_vec();
    sealed.extend_from_slice(body.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(sealed)
}

/// Opens what [`seal`] made in this session for the same kind of deed.
///
/// # Errors
/// [`AppError::Invalid`] `form_outdated` for anything else.
pub(super) fn open(who: &Signed, what: &str, form: &Form) -> Result<Form, AppError> {
    let bytes = BASE64_URL_SAFE_NO_PAD
        .decode(form.text(FIELD))
        .map_err(|_not_ours| form_outdated())?;
    let (tag, body) = bytes.split_at_checked(TAG).ok_or_else(form_outdated)?;
    hmac::verify(&key(who, what), body, tag).map_err(|_unspecified| form_outdated())?;
    Ok(Form::parse(body))
}
