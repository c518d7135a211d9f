//! Signing secrets of webhooks: made here, shown once, sealed at rest; and the signature of the
//! Standard Webhooks specification (<https://www.standardwebhooks.com>), which they make.
//!
//! A secret proves to a receiver that a message is the platform's. It binds nobody, so that the
//! platform itself may hold it, unlike a party's signing key.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ledger_core::canonical::Reader;
use ledger_core::canonical::Writer;
use ring::aead::AES_256_GCM;
use ring::aead::Aad;
use ring::aead::LessSafeKey;
use ring::aead::Nonce;
use ring::aead::UnboundKey;
use ring::hmac;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::error::AppError;
use crate::random;

/// What a secret begins with when it is shown.
const PREFIX: &str = "whsec_";

/// Form of a sealed secret: version, nonce, ciphertext.
const VERSION: u8 = 1;

/// The installation's key under which secrets are sealed.
pub(crate) struct WebhookKey(LessSafeKey);

impl WebhookKey {
    /// From the installation's secret file.
    pub(crate) fn new(key: &[u8; 32]) -> Result<WebhookKey, AppError> {
        UnboundKey::new(&AES_256_GCM, key)
            .map(|key| WebhookKey(LessSafeKey::new(key)))
            .map_err(|_unspecified| AppError::Internal("webhook key".to_owned()))
    }

    /// Seals a webhook's secret. The webhook's id is bound in, so that one party's secret can't be
    /// put in another's place.
    pub(crate) fn seal(&self, webhook: Uuid, secret: &WebhookSecret) -> Result<Vec<u8>, AppError> {
        let nonce: [u8; 12] = random::bytes()?;
        let mut sealed = Zeroizing::new(secret.0.to_vec());
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(webhook.as_bytes()),
                &mut *sealed,
            )
            .map_err(|_unspecified| AppError::Internal("sealing".to_owned()))?;
        let mut w = Writer::new();
        w.u8(VERSION);
        w.fixed(&nonce);
        w.bytes(&sealed);
        Ok(w.finish())
    }

    /// Opens it; an error if it was sealed under another key or for another webhook.
    pub(crate) fn open(&self, webhook: Uuid, sealed: &[u8]) -> Result<WebhookSecret, AppError> {
        let damaged =
            || AppError::Internal(format!("the secret of webhook {webhook} can't be opened"));
        let mut r = Reader::new(sealed);
        let read = (|| {
            let version = r.u8().ok()?;
            let nonce: [u8; 12] = r.fixed().ok()?;
            let bytes = Zeroizing::new(r.bytes().ok()?.to_vec());
            (version == VERSION).then_some((nonce, bytes))
        })();
        let (nonce, mut bytes) = read.ok_or_else(damaged)?;
        let opened = self
            .0
            .open_in_place(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(webhook.as_bytes()),
                &mut bytes,
            )
            .map_err(|_unspecified| damaged())?;
        Ok(WebhookSecret(Zeroizing::new(opened.to_vec())))
    }
}

/// A signing secret. Its `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(Zeroizing<Vec<u8>>);

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(hidden)")
    }
}

impl WebhookSecret {
    /// A new one of 32 random bytes; the specification asks for 24 to 64.
    pub(crate) fn make() -> Result<WebhookSecret, AppError> {
        let bytes: [u8; 32] = random::bytes()?;
        Ok(WebhookSecret(Zeroizing::new(bytes.to_vec())))
    }

    /// From its shown form, `whsec_` and base 64; none if it is none.
    #[must_use]
    pub fn read(shown: &str) -> Option<WebhookSecret> {
        let bytes = STANDARD.decode(shown.strip_prefix(PREFIX)?).ok()?;
        Some(WebhookSecret(Zeroizing::new(bytes)))
    }

    /// As its party gets it, once.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(&*self.0)))
    }

    /// One signature of the `webhook-signature` header: over `id.timestamp.body`, with the moment in
    /// seconds since 1970.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let tag = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(tag))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::WebhookKey;
    use super::WebhookSecret;

    /// The example that the specification's own libraries are tested with.
    #[test]
    fn the_published_example_is_signed_as_published() {
        let secret = WebhookSecret::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        assert_eq!(
            secret.sign(id, 1_614_265_330, "{\"test\": 2432232314}"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn a_sealed_secret_opens_for_its_webhook_and_key_only() {
        let (key, other) = (
            WebhookKey::new(&[1; 32]).unwrap(),
            WebhookKey::new(&[2; 32]).unwrap(),
        );
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let secret = WebhookSecret::make().unwrap();
        let mut sealed = key.seal(one, &secret).unwrap();
        assert_eq!(key.open(one, &sealed).unwrap(), secret);
        key.open(two, &sealed).unwrap_err();
        other.open(one, &sealed).unwrap_err();
        *sealed.last_mut().unwrap() ^= 1;
        key.open(one, &sealed).unwrap_err();
        key.open(one, &[]).unwrap_err();
        assert_eq!(format!("{secret:?}"), "WebhookSecret(hidden)");
        assert_eq!(WebhookSecret::read(&secret.reveal()).unwrap(), secret);
    }
}
