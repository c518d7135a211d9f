//! The vectors of RFC 9421 (appendix B.1.4 and B.2.6) and RFC 9530 (appendix D), and bytes that
//! nobody would send.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http_support::message_signature::Claim;
use http_support::message_signature::Message;
use http_support::message_signature::Outgoing;
use http_support::message_signature::SignatureFault;
use http_support::message_signature::content_digest;
use http_support::message_signature::sign;
use http_support::message_signature::signature_base;
use http_support::signature_input::SignatureInput;
use http_support::signature_input::parse_bytes;
use ledger_core::id::KeyId;
use ledger_core::signature::Signer;
use ledger_core::signature::is_signed_raw;
use proptest::prelude::*;

/// A message with the fields given.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Message for Sent {
    fn method(&self) -> &str {
        &self.method
    }
    fn target_uri(&self) -> &str {
        &self.target
    }
    fn field(&self, name: &str) -> Option<&str> {
        let mut found = self.fields.iter().filter(|(n, _)| n == name);
        let first = found.next()?;
        found.next().is_none().then_some(first.1.as_str())
    }
}

/// The test key of the RFC, appendix B.1.4.
fn rfc_key() -> Signer {
    let seed: [u8; 32] = BASE64_URL_SAFE_NO_PAD
        .decode("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU")
        .unwrap()
        .try_into()
        .unwrap();
    Signer::from_seed(KeyId::from_bytes([7; 16]), &seed).unwrap()
}

#[test]
fn the_rfcs_own_example_has_our_base_and_our_signature() {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let sent = Sent {
        method: "POST".to_owned(),
        target: "https://example.com/foo?param=Value&Pet=dog".to_owned(),
        fields: vec![
            field("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
            field("content-type", "application/json"),
            field("content-length", "18"),
        ],
    };
    let text = "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \
        \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";
    let (input, params) = SignatureInput::parse(text).unwrap();
    assert_eq!(
        input.params(),
        params,
        "read and written again it is the same"
    );
    let base = signature_base(&sent, &input, &params).unwrap();
    assert_eq!(
        base,
        "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\
         \"@method\": POST\n\
         \"@path\": /foo\n\
         \"@authority\": example.com\n\
         \"content-type\": application/json\n\
         \"content-length\": 18\n\
         \"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \
         \"content-length\");created=1618884473;keyid=\"test-key-ed25519\""
    );
    let given = "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1\
        u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";
    let given = BASE64_STANDARD
        .decode(parse_bytes(given, "sig-b26").unwrap())
        .unwrap();
    let key = rfc_key();
    let public = BASE64_URL_SAFE_NO_PAD.encode(key.public_key());
    assert_eq!(public, "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs");
    assert!(is_signed_raw(&key.public_key(), &given, base.as_bytes()));
    assert_eq!(key.sign_raw(base.as_bytes()).to_vec(), given);
}

#[test]
fn the_digest_is_that_of_rfc_9530() {
    let body = b"{\"hello\": \"world\"}\n";
    let digest = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";
    assert_eq!(content_digest(body), digest);
    assert_eq!(
        content_digest(b""),
        "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
    );
}

const NOW: i64 = 1_772_413_200;
const BODY: &[u8] = b"{\"amount\":\"1.00\"}";
const URL: &str = "https://ledger.example.com/v1/quotes?x=1";

fn outgoing() -> Outgoing<'static> {
    Outgoing {
        method: "POST",
        target_uri: URL,
        body: BODY,
        idempotency_key: Some("quote-1"),
        created: NOW,
        nonce: "0123456789abcdefABCDEF",
    }
}

fn sent(outgoing: &Outgoing<'_>) -> Sent {
    let fields = sign(&rfc_key(), outgoing).unwrap();
    Sent {
        method: outgoing.method.to_owned(),
        target: outgoing.target_uri.to_owned(),
        fields: fields.into_iter().map(|(n, v)| (n.to_owned(), v)).collect(),
    }
}

fn read(sent: &Sent, body: &[u8], now: i64) -> Result<(), SignatureFault> {
    Claim::read(sent, body, now)?.verify(&rfc_key().public_key())
}

/// The same with one field changed by `change`.
fn with(name: &str, change: impl Fn(&str) -> String) -> Sent {
    let mut sent = sent(&outgoing());
    for (known, value) in &mut sent.fields {
        if known == name {
            *value = change(value);
        }
    }
    sent
}

fn without(name: &str) -> Sent {
    let mut sent = sent(&outgoing());
    sent.fields.retain(|(known, _)| known != name);
    sent
}

#[test]
fn what_our_client_signs_our_server_believes() {
    assert_eq!(read(&sent(&outgoing()), BODY, NOW), Ok(()));
    let plain = Outgoing {
        method: "GET",
        body: b"",
        idempotency_key: None,
        ..outgoing()
    };
    assert_eq!(read(&sent(&plain), b"", NOW), Ok(()));
    let claim = Claim::read(&sent(&outgoing()), BODY, NOW).unwrap();
    assert_eq!(
        (claim.key, claim.created),
        (KeyId::from_bytes([7; 16]), NOW)
    );
    let odd = Outgoing {
        nonce: "short",
        ..outgoing()
    };
    assert_eq!(sign(&rfc_key(), &odd), Err(SignatureFault::Malformed));
}

#[test]
fn whatever_is_changed_on_the_way_is_noticed() {
    let good = sent(&outgoing());
    let other_method = Sent {
        method: "PUT".to_owned(),
        ..good.clone()
    };
    assert_eq!(read(&other_method, BODY, NOW), Err(SignatureFault::Wrong));
    for target in [
        "https://ledger.example.com/v1/quotes?x=2",
        "https://ledger.example.com/v1/quotes",
        "https://other.example.com/v1/quotes?x=1",
        "http://ledger.example.com/v1/quotes?x=1",
    ] {
        let elsewhere = Sent {
            target: target.to_owned(),
            ..good.clone()
        };
        assert_eq!(
            read(&elsewhere, BODY, NOW),
            Err(SignatureFault::Wrong),
            "{target}"
        );
    }
    assert_eq!(
        read(&good, b"{\"amount\":\"9.00\"}", NOW),
        Err(SignatureFault::DigestWrong)
    );
    let key = with("idempotency-key", |_| "quote-2".to_owned());
    assert_eq!(read(&key, BODY, NOW), Err(SignatureFault::Wrong));
    let younger = with("signature-input", |v| {
        v.replace("created=17724132", "created=17724133")
    });
    assert_eq!(read(&younger, BODY, NOW), Err(SignatureFault::Wrong));
    let nonce = with("signature-input", |v| v.replace("ABCDEF", "ABCDEG"));
    assert_eq!(read(&nonce, BODY, NOW), Err(SignatureFault::Wrong));
    let own_digest = with("content-digest", |_| content_digest(b"other"));
    assert_eq!(read(&own_digest, b"other", NOW), Err(SignatureFault::Wrong));
}

#[test]
fn what_is_missing_or_odd_is_named() {
    assert_eq!(
        read(&without("signature"), BODY, NOW),
        Err(SignatureFault::Missing)
    );
    assert_eq!(
        read(&without("signature-input"), BODY, NOW),
        Err(SignatureFault::Missing)
    );
    assert_eq!(
        read(&without("content-digest"), BODY, NOW),
        Err(SignatureFault::DigestMissing)
    );
    for (late, fits) in [(300, true), (301, false), (-300, true), (-301, false)] {
        let outcome = read(&sent(&outgoing()), BODY, NOW + late);
        assert_eq!(outcome.is_ok(), fits, "{late}");
        assert!(fits || outcome == Err(SignatureFault::OutOfWindow));
    }
    for covered in [
        "\"@method\" ",
        "\"@target-uri\" ",
        "\"content-digest\" ",
        " \"idempotency-key\"",
    ] {
        let less = with("signature-input", |v| v.replace(covered, ""));
        assert_eq!(
            read(&less, BODY, NOW),
            Err(SignatureFault::Uncovered),
            "{covered}"
        );
    }
    for (from, to) in [
        ("sig1=", "Sig1="),
        ("alg=\"ed25519\"", "alg=\"hmac-sha256\""),
        ("\"@method\"", "\"@method\" \"@method\""),
        ("\"@method\"", "\"@method\";req"),
        (";created=", "; created="),
        (";created=", ";created=0"),
        (";created=", ";created=-"),
        (";alg", ";tag=\"x\";alg"),
        (";alg", ";keyid=\"x\";alg"),
        ("(", "(("),
    ] {
        let odd = with("signature-input", |v| v.replacen(from, to, 1));
        assert_eq!(
            read(&odd, BODY, NOW),
            Err(SignatureFault::Malformed),
            "{from} {to}"
        );
    }
    let stranger = with("signature-input", |v| {
        v.replace("keyid=\"0707", "keyid=\"zzzz")
    });
    assert_eq!(read(&stranger, BODY, NOW), Err(SignatureFault::UnknownKey));
    for odd in [
        "sig1=::",
        "sig1=:?:",
        "sig2=:AAAA:",
        "sig1=:AAAA:, sig2=:AAAA:",
    ] {
        let outcome = read(&with("signature", |_| odd.to_owned()), BODY, NOW);
        assert!(outcome.is_err(), "{odd}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_stumble(
        input in any::<String>(),
        signature in any::<String>(),
        digest in any::<String>(),
        target in any::<String>(),
    ) {
        let field = |name: &str, value: String| (name.to_owned(), value);
        let sent = Sent {
            method: "POST".to_owned(),
            target,
            fields: vec![
                field("signature-input", input),
                field("signature", signature),
                field("content-digest", digest),
            ],
        };
        prop_assert!(Claim::read(&sent, b"", NOW).is_err());
    }

    #[test]
    fn a_spoilt_signature_input_is_never_believed(at in 0_usize..300, byte in 0_u8..128) {
        let good = sent(&outgoing());
        let mut text = good.field("signature-input").unwrap().as_bytes().to_vec();
        let at = at % text.len();
        prop_assume!(text[at] != byte);
        text[at] = byte;
        let spoilt = with("signature-input", |_| String::from_utf8(text.clone()).unwrap());
        prop_assert!(read(&spoilt, BODY, NOW).is_err());
    }

    #[test]
    fn what_parses_is_written_back_as_it_was(text in "sig1=\\(\"@method\"( \"[a-z-]{1,8}\"){0,4}\\)(;created=[1-9][0-9]{0,9})?(;keyid=\"[a-z0-9]{1,9}\")?") {
        if let Some((input, params)) = SignatureInput::parse(&text) {
            prop_assert_eq!(input.params(), params);
        }
    }
}
