//! The words of the letters, from `templates/mail/locales/<language>/*.ftl`, compiled in.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::NaiveDate;
use chrono::NaiveDateTime;
use fluent_templates::fluent_bundle::FluentValue;
use ledger_app::language::Language;
use unic_langid::LanguageIdentifier;
use unic_langid::langid;

mod strings {
    fluent_templates::static_loader! {
        pub(super) static LOCALES = {
            locales: "../../templates/mail/locales",
            fallback_language: "en",
            // Isolation marks around arguments show up as boxes in some mail programs.
            customise: |bundle| bundle.set_use_isolating(false),
        };
    }
}

/// A text that isn't there in a language, or that names an argument nobody gave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no text `{key}` in {language}")]
pub struct MissingText {
    /// The key of the text.
    pub key: String,
    /// The language in which it is missing.
    pub language: Language,
}

impl MissingText {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "mail_text_missing"
    }
}

/// What stands for the `{ $name }` places of a text.
pub type Args<'a> = [(&'static str, Value<'a>)];

/// One value for a place in a text.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// Text from outside: put on one line, without control characters.
    Text(&'a str),
    /// A count; chooses the plural form.
    Count(u32),
    /// A day, written out in the language of the text.
    Day(NaiveDate),
}

/// The text of `key` in `language`. Never falls back to the other language: a letter in two
/// tongues is a fault to be found, not hidden.
///
/// # Errors
/// There is no such text, or it names an argument that wasn't given.
pub fn text(language: Language, key: &str, args: &Args<'_>) -> Result<String, MissingText> {
    let values: HashMap<Cow<'static, str>, FluentValue<'_>> = args
        .iter()
        .map(|(name, value)| (Cow::Borrowed(*name), fluent(language, *value)))
        .collect();
    strings::LOCALES
        .lookup_single_language(identifier(language), key, Some(&values))
        .map_err(|error| {
            tracing::error!(key, %language, %error, "a text of a letter is missing");
            MissingText {
                key: key.to_owned(),
                language,
            }
        })
}

/// A day as people write it: `2026年9月30日`, `30 September 2026`.
#[must_use]
pub fn day(language: Language, date: NaiveDate) -> String {
    let pattern = match language {
        Language::Zh => "%Y年%-m月%-d日",
        Language::En => "%-d %B %Y",
    };
    date.format(pattern).to_string()
}

/// A moment as people write it, to the minute: `2026年9月30日 17:00`.
#[must_use]
pub fn moment(language: Language, at: NaiveDateTime) -> String {
    format!("{} {}", day(language, at.date()), at.format("%H:%M"))
}

/// Text from outside on one line: control characters, line and paragraph separators and the marks
/// that reverse the reading direction become spaces, runs of spaces become one. Nothing a user
/// typed can start a header line or dress up as another part of a letter.
#[must_use]
pub fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if unsafe_in_line(c) { ' ' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unsafe_in_line(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn fluent(language: Language, value: Value<'_>) -> FluentValue<'static> {
    match value {
        Value::Text(text) => FluentValue::from(one_line(text)),
        Value::Count(count) => FluentValue::from(count),
        Value::Day(date) => FluentValue::from(day(language, date)),
    }
}

fn identifier(language: Language) -> &'static LanguageIdentifier {
    static ZH: LanguageIdentifier = langid!("zh-CN");
    static EN: LanguageIdentifier = langid!("en");
    match language {
        Language::Zh => &ZH,
        Language::En => &EN,
    }
}
