//! Writes XML by composing strings: every function gives finished, escaped text.

/// The start of every namespace.
const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:";

/// A whole message.
pub(crate) fn document(message_name: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document \
         xmlns=\"{NAMESPACE}{message_name}\">{body}</Document>\n"
    )
}

/// An element around finished content.
pub(crate) fn around(name: &str, content: &str) -> String {
    format!("<{name}>{content}</{name}>")
}

/// An element around text.
pub(crate) fn leaf(name: &str, text: &str) -> String {
    around(name, &escaped(text))
}

/// An element around text that may be absent.
pub(crate) fn maybe_leaf(name: &str, text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| leaf(name, text))
}

/// An amount of minor units, without sign.
pub(crate) fn amount(name: &str, minor: i64, currency: &str) -> String {
    let text = crate::money::unsigned(minor, currency);
    format!("<{name} Ccy=\"{}\">{text}</{name}>", escaped(currency))
}

/// An account number as `Id`: an IBAN only where it is certain to be one.
pub(crate) fn account_id(number: &str) -> String {
    let id = if has_iban_digits(number) {
        leaf("IBAN", number)
    } else {
        around("Othr", &leaf("Id", number))
    };
    around("Id", &id)
}

/// A text cut to what its field may hold.
pub(crate) fn cut(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// ISO 13616: two letters, two check digits, and the whole is 1 modulo 97.
fn has_iban_digits(number: &str) -> bool {
    let (Some(head), Some(tail)) = (number.get(..4), number.get(4..)) else {
        return false;
    };
    let letters = head.chars().take(2).all(|c| c.is_ascii_uppercase());
    let digits = head.chars().skip(2).all(|c| c.is_ascii_digit());
    if !letters || !digits || !(11..=30).contains(&tail.len()) {
        return false;
    }
    let mut rest = 0_u32;
    for c in tail.chars().chain(head.chars()) {
        let Some(value) = c.to_digit(36) else {
            return false;
        };
        rest = (if value < 10 { rest * 10 } else { rest * 100 } + value) % 97;
    }
    rest == 1
}
