//! One message taken apart: who, when, what.

use chrono::DateTime;
use mail_parser::Address;
use mail_parser::Message;
use mail_parser::MessageParser;

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The number of the message; later ones are higher.
    pub id: u64,
    /// Whom it was delivered to, by the envelope.
    pub to: Vec<String>,
    /// The sender as the message names it.
    pub from: String,
    /// The subject, decoded.
    pub subject: String,
    /// When it was sent, `2026-09-30 14:05 UTC`; empty if it doesn't say.
    pub date: String,
}

/// A message to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The line of the list.
    pub summary: Summary,
    /// The Message-ID without brackets.
    pub message_id: String,
    /// The plain text.
    pub text: String,
    /// The HTML, if the message has any of its own.
    pub html: Option<String>,
}

impl Summary {
    /// Reads the heads of a kept message. What can't be read is left empty: a list with an odd
    /// line is better than none.
    #[must_use]
    pub fn read(id: u64, source: &[u8]) -> Self {
        let parsed = MessageParser::default().parse_headers(source);
        Self::of(id, source, parsed.as_ref())
    }

    fn of(id: u64, source: &[u8], message: Option<&Message<'_>>) -> Self {
        Self {
            id,
            to: delivered_to(source),
            from: message
                .and_then(Message::from)
                .map(shown)
                .unwrap_or_default(),
            subject: message
                .and_then(Message::subject)
                .unwrap_or_default()
                .to_owned(),
            date: message
                .and_then(Message::date)
                .and_then(|date| DateTime::from_timestamp(date.to_timestamp(), 0))
                .map(|date| date.format("%Y-%m-%d %H:%M UTC").to_string())
                .unwrap_or_default(),
        }
    }
}

impl Letter {
    /// Takes a kept message apart.
    #[must_use]
    pub fn read(id: u64, source: &[u8]) -> Self {
        let message = MessageParser::default().parse(source);
        let text = |message: &Message<'_>| message.body_text(0).map(std::borrow::Cow::into_owned);
        let html = |message: &Message<'_>| {
            message.html_part(0).filter(|part| part.is_text_html())?;
            message.body_html(0).map(std::borrow::Cow::into_owned)
        };
        Self {
            summary: Summary::of(id, source, message.as_ref()),
            message_id: message
                .as_ref()
                .and_then(Message::message_id)
                .unwrap_or_default()
                .to_owned(),
            text: message
                .as_ref()
                .and_then(text)
                .unwrap_or_default()
                .replace("\r\n", "\n"),
            html: message.as_ref().and_then(html),
        }
    }
}

/// Our own trace lines, down to `Received`; what the sender wrote below doesn't count.
fn delivered_to(source: &[u8]) -> Vec<String> {
    source
        .split(|byte| *byte == b'\n')
        .map(|line| String::from_utf8_lossy(line).trim_end().to_owned())
        .take_while(|line| !line.starts_with("Received:"))
        .filter_map(|line| line.strip_prefix("Delivered-To: ").map(str::to_owned))
        .collect()
}

fn shown(address: &Address<'_>) -> String {
    let Some(first) = address.first() else {
        return String::new();
    };
    let email = first.address().unwrap_or_default();
    match first.name() {
        Some(name) => format!("{name} <{email}>"),
        None => email.to_owned(),
    }
}
