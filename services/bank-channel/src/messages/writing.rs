//! Writes messages: elements in order, text escaped, every field held to its ISO length.

use chrono::{DateTime, SecondsFormat, Utc};
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;

use super::document::is_xml_character;

/// The largest message that is written, in bytes: what banks commonly take.
pub const MAX_MESSAGE_BYTES: usize = 5_000_000;

/// Why a message was not written. Nothing is shortened or replaced on the way out: what a bank
/// books must be what was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A mandatory text is empty, or has white space around it.
    #[error("{field} is empty or has white space around it")]
    NotText {
        /// The element.
        field: &'static str,
    },
    /// Longer than ISO 20022 allows.
    #[error("{field} is longer than {limit} characters")]
    TooLong {
        /// The element.
        field: &'static str,
        /// In characters.
        limit: usize,
    },
    /// A character that XML 1.0 can't carry.
    #[error("{field} has a control character")]
    Control {
        /// The element.
        field: &'static str,
    },
    /// A message without a transaction.
    #[error("a message needs at least one transaction")]
    Empty,
    /// More transactions than one message may have.
    #[error("a message has at most {limit} transactions")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// Two transactions of one message with the same end-to-end id.
    #[error("the end-to-end id {0} stands twice in one message")]
    RepeatedId(String),
    /// A transaction of nothing.
    #[error("the transaction {0} is of zero")]
    ZeroAmount(String),
    /// Larger than banks take.
    #[error("the message is larger than {MAX_MESSAGE_BYTES} bytes; split it")]
    TooLarge,
    /// The sum does not fit.
    #[error("the sum of the message is too large")]
    SumTooLarge,
}

impl WriteError {
    /// Stable code shown to users and machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            WriteError::NotText { .. } => "bank_field_empty",
            WriteError::TooLong { .. } => "bank_field_too_long",
            WriteError::Control { .. } => "bank_field_control_character",
            WriteError::Empty => "bank_message_empty",
            WriteError::TooMany { .. } => "bank_message_too_many",
            WriteError::RepeatedId(_) => "bank_message_repeated_id",
            WriteError::ZeroAmount(_) => "bank_transaction_zero",
            WriteError::TooLarge => "bank_message_too_large",
            WriteError::SumTooLarge => "bank_message_sum_too_large",
        }
    }
}

/// A message while it is written.
pub(crate) struct MessageWriter {
    xml: String,
    open: Vec<&'static str>,
}

impl MessageWriter {
    /// Starts `Document` in the namespace of `message_name` (`pain.001.001.09`).
    pub(crate) fn new(message_name: &str) -> MessageWriter {
        let xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document \
             xmlns=\"urn:iso:std:iso:20022:tech:xsd:{message_name}\">"
        );
        MessageWriter {
            xml,
            open: Vec::new(),
        }
    }

    /// Opens an element; closed by [`MessageWriter::close`].
    pub(crate) fn open(&mut self, name: &'static str) {
        self.xml.push('<');
        self.xml.push_str(name);
        self.xml.push('>');
        self.open.push(name);
    }

    /// Opens a path of elements, each inside the one before.
    pub(crate) fn open_all(&mut self, path: &[&'static str]) {
        for name in path {
            self.open(name);
        }
    }

    /// Closes the `count` innermost elements.
    pub(crate) fn close(&mut self, count: usize) {
        for _ in 0..count {
            if let Some(name) = self.open.pop() {
                self.end(name);
            }
        }
    }

    /// A leaf with text of at most `limit` characters.
    pub(crate) fn text(
        &mut self,
        name: &'static str,
        text: &str,
        limit: usize,
    ) -> Result<(), WriteError> {
        if text.is_empty() || text.trim() != text {
            return Err(WriteError::NotText { field: name });
        }
        if text.chars().count() > limit {
            return Err(WriteError::TooLong { field: name, limit });
        }
        if text.chars().any(|c| c.is_control() || !is_xml_character(c)) {
            return Err(WriteError::Control { field: name });
        }
        self.code(name, text);
        Ok(())
    }

    /// A leaf whose text is our own: a code, a date, a number.
    pub(crate) fn code(&mut self, name: &'static str, text: &str) {
        self.open(name);
        self.xml.push_str(&quick_xml::escape::partial_escape(text));
        self.close(1);
    }

    /// A time in UTC, to the second.
    pub(crate) fn time(&mut self, name: &'static str, time: DateTime<Utc>) {
        self.code(name, &time.to_rfc3339_opts(SecondsFormat::Secs, true));
    }

    /// An amount with its currency, all places written.
    pub(crate) fn amount(&mut self, name: &'static str, amount: Amount, currency: Currency) {
        self.xml.push_str(&format!("<{name} Ccy=\"{currency}\">"));
        self.xml.push_str(&amount.to_plain(currency));
        self.end(name);
    }

    /// Closes everything and hands the message over.
    pub(crate) fn finish(mut self) -> Result<String, WriteError> {
        let open = self.open.len();
        self.close(open);
        self.xml.push_str("</Document>\n");
        if self.xml.len() > MAX_MESSAGE_BYTES {
            return Err(WriteError::TooLarge);
        }
        Ok(self.xml)
    }

    fn end(&mut self, name: &str) {
        self.xml.push_str("</");
        self.xml.push_str(name);
        self.xml.push('>');
    }
}
