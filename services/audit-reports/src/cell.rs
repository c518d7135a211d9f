//! What stands in a field of a statement, before it is written for a page or for a file.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::SecondsFormat;
use chrono::Utc;
use ledger_core::currency::Currency;

use crate::language::Language;
use crate::money;

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing to say.
    Empty,
    /// Free text, as somebody entered it.
    Text(String),
    /// A name with its form in Latin letters, which may be empty.
    Party(String, String),
    /// One of our own words, as the key of its translation.
    Word(String),
    /// A whole number.
    Count(i64),
    /// A business date.
    Date(NaiveDate),
    /// A moment, UTC.
    Moment(DateTime<Utc>),
    /// Minor units.
    Money(i128, Currency),
    /// A paper by its number; pages link to its trace.
    Paper(String),
    /// The clearing sheet of the paper of this number.
    Sheet(String),
    /// A range of units, 0-based and half-open; written 1-based and inclusive.
    Range(i64, i64),
    /// A digest, key or reference in hexadecimal; pages shorten it.
    Digest(String),
    /// Several fields, one below the other.
    Lines(Vec<Cell>),
}

impl Cell {
    /// A digest from its bytes; empty for none.
    #[must_use]
    pub fn digest(bytes: Option<&[u8]>) -> Cell {
        bytes.map_or(Cell::Empty, |bytes| Cell::Digest(hex::encode(bytes)))
    }

    /// The whole field as text, for files.
    #[must_use]
    pub fn to_text(&self, language: Language) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) | Cell::Digest(text) | Cell::Paper(text) | Cell::Sheet(text) => {
                text.clone()
            }
            Cell::Party(name, latin) => match language {
                Language::English if !latin.is_empty() => latin.clone(),
                _ => name.clone(),
            },
            Cell::Word(key) => language.text(key),
            Cell::Count(count) => count.to_string(),
            Cell::Date(date) => date.to_string(),
            Cell::Moment(at) => at.to_rfc3339_opts(SecondsFormat::Secs, true),
            Cell::Money(minor, currency) => money::plain(*minor, *currency),
            Cell::Range(lo, hi) => format!("{}-{hi}", lo.saturating_add(1)),
            Cell::Lines(cells) => cells
                .iter()
                .map(|cell| cell.to_text(language))
                .collect::<Vec<_>>()
                .join("; "),
        }
    }

    /// Whether it may begin with what somebody typed.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        match self {
            Cell::Text(_) | Cell::Party(..) => true,
            Cell::Lines(cells) => cells.iter().any(Cell::is_foreign),
            _ => false,
        }
    }
}
