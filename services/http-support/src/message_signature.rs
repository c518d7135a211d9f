//! HTTP message signatures (RFC 9421) with Ed25519: the signature base, the client's side and the
//! checks of the server's. Pure: no clock, no store; the same code signs in clients of ours.
//!
//! A request must cover `@method`, `@target-uri`, `content-digest` (sha-256 of the exact body, an
//! empty one too) and, if it carries one, `idempotency-key`, with the parameters `created`,
//! `keyid` and `nonce`.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ledger_core::hash::sha256_of;
use ledger_core::id::KeyId;
use ledger_core::signature::Signer;
use ledger_core::signature::is_signed_raw;

use crate::signature_input::SignatureInput;
use crate::signature_input::parse_bytes;

/// A signature older or younger than this is refused.
pub const WINDOW_SECONDS: i64 = 300;

/// Label under which our own client signs.
const LABEL: &str = "sig1";

/// Components that every signature covers.
const REQUIRED: [&str; 3] = ["@method", "@target-uri", "content-digest"];

/// Why a signed request is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// No signature.
    #[error("sign the request: Signature-Input and Signature are missing (RFC 9421)")]
    Missing,
    /// Not in canonical form, or not Ed25519.
    #[error("Signature-Input or Signature can't be read: one Ed25519 signature, canonical form")]
    Malformed,
    /// Something that must be covered isn't.
    #[error(
        "the signature must cover @method, @target-uri, content-digest and, where there is one, \
         idempotency-key, with created, keyid and nonce"
    )]
    Uncovered,
    /// The body's digest is missing.
    #[error("Content-Digest with sha-256 of the body is missing")]
    DigestMissing,
    /// The body isn't what was signed.
    #[error("Content-Digest does not fit the body")]
    DigestWrong,
    /// Too old, too young or expired.
    #[error("the signature was not made within the last five minutes; check your clock")]
    OutOfWindow,
    /// The key identifies nobody.
    #[error("the key is unknown, revoked, or its party does not take part")]
    UnknownKey,
    /// The bytes don't fit.
    #[error("the signature does not fit the request")]
    Wrong,
    /// Seen before.
    #[error("this very request was sent before; sign each one with a new nonce")]
    Replayed,
}

impl SignatureFault {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            SignatureFault::Missing => "signature_missing",
            SignatureFault::Malformed => "signature_malformed",
            SignatureFault::Uncovered => "signature_uncovered",
            SignatureFault::DigestMissing => "content_digest_missing",
            SignatureFault::DigestWrong => "content_digest_wrong",
            SignatureFault::OutOfWindow => "signature_out_of_window",
            SignatureFault::UnknownKey => "signature_key_unknown",
            SignatureFault::Wrong => "signature_wrong",
            SignatureFault::Replayed => "signature_replayed",
        }
    }
}

/// What a signature speaks about.
pub trait Message {
    /// `POST`, in capitals.
    fn method(&self) -> &str;
    /// The absolute address, with its query.
    fn target_uri(&self) -> &str;
    /// The one value of a header field; none if it is missing, there more than once, or not ASCII.
    fn field(&self, name: &str) -> Option<&str>;
}

fn component(message: &impl Message, name: &str) -> Option<String> {
    let target = message.target_uri();
    let after_scheme = target.split_once("://").map_or(target, |(_, rest)| rest);
    let (authority, path_query) = match after_scheme.find('/') {
        Some(at) => after_scheme.split_at_checked(at)?,
        None => (after_scheme, "/"),
    };
    let (path, query) = path_query.split_once('?').unwrap_or((path_query, ""));
    match name {
        "@method" => Some(message.method().to_owned()),
        "@target-uri" => Some(target.to_owned()),
        "@authority" => Some(authority.to_ascii_lowercase()),
        "@path" => Some(path.to_owned()),
        "@query" => Some(format!("?{query}")),
        derived if derived.starts_with('@') => None,
        field => message.field(field).map(|value| value.trim().to_owned()),
    }
}

/// The bytes that are signed (RFC 9421 section 2.5); none if a covered component isn't there.
#[must_use]
pub fn signature_base(
    message: &impl Message,
    input: &SignatureInput,
    params: &str,
) -> Option<String> {
    let mut base = String::new();
    for name in &input.components {
        let value = component(message, name)?;
        base.push_str(&format!("\"{name}\": {value}\n"));
    }
    base.push_str(&format!("\"@signature-params\": {params}"));
    Some(base)
}

/// `Content-Digest` of a body (RFC 9530).
#[must_use]
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", BASE64_STANDARD.encode(sha256_of(body)))
}

/// A request that a client is about to send.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// `POST`, in capitals.
    pub method: &'a str,
    /// The absolute address, with its query.
    pub target_uri: &'a str,
    /// The exact body; empty for none.
    pub body: &'a [u8],
    /// Value of `Idempotency-Key`.
    pub idempotency_key: Option<&'a str>,
    /// Now, seconds since 1970.
    pub created: i64,
    /// Random text, 16 to 64 characters of letters, digits, `-` and `_`; a new one each time.
    pub nonce: &'a str,
}

struct Bound<'a> {
    outgoing: &'a Outgoing<'a>,
    digest: String,
}

impl Message for Bound<'_> {
    fn method(&self) -> &str {
        self.outgoing.method
    }
    fn target_uri(&self) -> &str {
        self.outgoing.target_uri
    }
    fn field(&self, name: &str) -> Option<&str> {
        match name {
            "content-digest" => Some(&self.digest),
            "idempotency-key" => self.outgoing.idempotency_key,
            _ => None,
        }
    }
}

/// The client's side: the header fields to send along with the request.
///
/// # Errors
/// [`SignatureFault::Malformed`] if the nonce has other characters than it may.
pub fn sign(
    signer: &Signer,
    outgoing: &Outgoing<'_>,
) -> Result<Vec<(&'static str, String)>, SignatureFault> {
    if !is_nonce(outgoing.nonce) {
        return Err(SignatureFault::Malformed);
    }
    let mut components: Vec<String> = REQUIRED.map(str::to_owned).to_vec();
    if outgoing.idempotency_key.is_some() {
        components.push("idempotency-key".to_owned());
    }
    let input = SignatureInput {
        label: LABEL.to_owned(),
        components,
        created: Some(outgoing.created),
        expires: None,
        keyid: Some(signer.key().to_string()),
        alg: Some("ed25519".to_owned()),
        nonce: Some(outgoing.nonce.to_owned()),
    };
    let bound = Bound {
        outgoing,
        digest: content_digest(outgoing.body),
    };
    let params = input.params();
    let base = signature_base(&bound, &input, &params).ok_or(SignatureFault::Malformed)?;
    let signature = BASE64_STANDARD.encode(signer.sign_raw(base.as_bytes()));
    let mut fields = vec![
        ("content-digest", bound.digest),
        ("signature-input", format!("{LABEL}={params}")),
        ("signature", format!("{LABEL}=:{signature}:")),
    ];
    if let Some(key) = outgoing.idempotency_key {
        fields.push(("idempotency-key", key.to_owned()));
    }
    Ok(fields)
}

/// A signature that has been read and whose claims hold, but for the signature itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// With which key it says it is signed.
    pub key: KeyId,
    /// Its nonce.
    pub nonce: String,
    /// When it was made.
    pub created: i64,
    base: String,
    signature: Vec<u8>,
}

impl Claim {
    /// Reads and checks everything that needs no key: form, coverage, time and digest.
    ///
    /// # Errors
    /// [`SignatureFault`], in this order: missing, malformed, uncovered, time, digest.
    pub fn read(message: &impl Message, body: &[u8], now: i64) -> Result<Claim, SignatureFault> {
        let (Some(input), Some(signature)) =
            (message.field("signature-input"), message.field("signature"))
        else {
            return Err(SignatureFault::Missing);
        };
        let (input, params) = SignatureInput::parse(input).ok_or(SignatureFault::Malformed)?;
        let signature = parse_bytes(signature, &input.label)
            .and_then(|encoded| BASE64_STANDARD.decode(encoded).ok())
            .ok_or(SignatureFault::Malformed)?;
        if input.alg.as_deref().is_some_and(|alg| alg != "ed25519") {
            return Err(SignatureFault::Malformed);
        }
        let covers = |name: &str| input.components.iter().any(|c| c == name);
        let has_key = message.field("idempotency-key").is_some();
        if !REQUIRED.iter().all(|name| covers(name)) || (has_key && !covers("idempotency-key")) {
            return Err(SignatureFault::Uncovered);
        }
        let (Some(created), Some(keyid), Some(nonce)) = (
            input.created,
            input.keyid.as_deref(),
            input.nonce.as_deref(),
        ) else {
            return Err(SignatureFault::Uncovered);
        };
        let key = KeyId::parse(keyid).map_err(|_not_hex| SignatureFault::UnknownKey)?;
        if !is_nonce(nonce) {
            return Err(SignatureFault::Malformed);
        }
        let age = now.saturating_sub(created);
        let expired = input.expires.is_some_and(|end| end <= now);
        if !(-WINDOW_SECONDS..=WINDOW_SECONDS).contains(&age) || expired {
            return Err(SignatureFault::OutOfWindow);
        }
        let digest = message
            .field("content-digest")
            .ok_or(SignatureFault::DigestMissing)?;
        if digest != content_digest(body) {
            return Err(SignatureFault::DigestWrong);
        }
        let base = signature_base(message, &input, &params).ok_or(SignatureFault::Uncovered)?;
        Ok(Claim {
            key,
            nonce: nonce.to_owned(),
            created,
            base,
            signature,
        })
    }

    /// Checks the signature itself.
    ///
    /// # Errors
    /// [`SignatureFault::Wrong`].
    pub fn verify(&self, public_key: &[u8; 32]) -> Result<(), SignatureFault> {
        if is_signed_raw(public_key, &self.signature, self.base.as_bytes()) {
            Ok(())
        } else {
            Err(SignatureFault::Wrong)
        }
    }
}

fn is_nonce(text: &str) -> bool {
    (16..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}
