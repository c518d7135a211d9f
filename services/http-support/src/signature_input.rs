//! Reads and writes the header fields of HTTP message signatures (RFC 9421 section 4, in the
//! structured fields of RFC 8941): one signature a message, in canonical form only. A form that
//! another reader might take differently is refused.

use std::fmt::Write as _;

/// Longest field read, in bytes.
const LONGEST: usize = 4_096;

/// Most components one signature covers.
const MOST_COMPONENTS: usize = 16;

/// What a signature covers and how it was made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignatureInput {
    /// Its label in both fields.
    pub label: String,
    /// Names of the covered components, in order.
    pub components: Vec<String>,
    /// When it was made, seconds since 1970.
    pub created: Option<i64>,
    /// After when it is void, likewise.
    pub expires: Option<i64>,
    /// Name of the key.
    pub keyid: Option<String>,
    /// Algorithm, if stated.
    pub alg: Option<String>,
    /// Random text that makes the signature unique.
    pub nonce: Option<String>,
}

impl SignatureInput {
    /// Covered components and parameters, as they stand in the field and at the end of the
    /// signature base.
    #[must_use]
    pub fn params(&self) -> String {
        let mut out = String::from("(");
        for (index, component) in self.components.iter().enumerate() {
            if index > 0 {
                out.push(' ');
            }
            let _ = write!(out, "\"{component}\"");
        }
        out.push(')');
        for (name, value) in [("created", self.created), ("expires", self.expires)] {
            if let Some(value) = value {
                let _ = write!(out, ";{name}={value}");
            }
        }
        for (name, value) in [
            ("keyid", &self.keyid),
            ("alg", &self.alg),
            ("nonce", &self.nonce),
        ] {
            if let Some(value) = value {
                let _ = write!(out, ";{name}=\"{value}\"");
            }
        }
        out
    }

    /// Reads a `Signature-Input` field, and gives with it the text after the label: what the
    /// signer's base ends with, in the signer's own order of parameters.
    #[must_use]
    pub fn parse(field: &str) -> Option<(SignatureInput, String)> {
        if field.len() > LONGEST || !field.is_ascii() {
            return None;
        }
        let (label, text) = field.split_once('=')?;
        if !is_key(label) {
            return None;
        }
        let mut input = SignatureInput {
            label: label.to_owned(),
            ..SignatureInput::default()
        };
        let (list, mut rest) = text.strip_prefix('(')?.split_once(')')?;
        for item in list.split(' ') {
            let name = item.strip_prefix('"')?.strip_suffix('"')?;
            let known = input.components.iter().any(|c| c == name);
            if known || !is_component(name) || input.components.len() == MOST_COMPONENTS {
                return None;
            }
            input.components.push(name.to_owned());
        }
        while !rest.is_empty() {
            rest = input.parameter(rest.strip_prefix(';')?)?;
        }
        Some((input, text.to_owned()))
    }

    /// Reads one parameter and gives what follows it.
    fn parameter<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let (name, value) = text.split_once('=')?;
        if let Some(quoted) = value.strip_prefix('"') {
            let (content, rest) = quoted.split_once('"')?;
            if content.is_empty() || !content.bytes().all(is_plain) {
                return None;
            }
            let slot = match name {
                "keyid" => &mut self.keyid,
                "alg" => &mut self.alg,
                "nonce" => &mut self.nonce,
                _ => return None,
            };
            return slot.replace(content.to_owned()).is_none().then_some(rest);
        }
        let end = value.find(';').unwrap_or(value.len());
        let (digits, rest) = value.split_at_checked(end)?;
        let canonical = digits == "0" || !digits.starts_with('0');
        if digits.len() > 15 || !canonical || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let slot = match name {
            "created" => &mut self.created,
            "expires" => &mut self.expires,
            _ => return None,
        };
        slot.replace(digits.parse().ok()?).is_none().then_some(rest)
    }
}

/// Reads a `Signature` or `Content-Digest` field: the bytes under `label`, if it is the only one.
#[must_use]
pub fn parse_bytes(field: &str, label: &str) -> Option<String> {
    if field.len() > LONGEST {
        return None;
    }
    let text = field.strip_prefix(label)?.strip_prefix("=:")?;
    let encoded = text.strip_suffix(':')?;
    let base64 = |b: u8| b.is_ascii_alphanumeric() || b"+/=".contains(&b);
    encoded.bytes().all(base64).then(|| encoded.to_owned())
}

/// A key of a structured dictionary.
fn is_key(text: &str) -> bool {
    let tail = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-.*".contains(&b);
    text.len() <= 64
        && text.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && text.bytes().all(tail)
}

/// A field name in small letters, or a derived component.
fn is_component(text: &str) -> bool {
    let name = text.strip_prefix('@').unwrap_or(text);
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Visible ASCII without quotes and backslashes, which would need escapes.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b'"' && byte != b'\\'
}
