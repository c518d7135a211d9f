//! What a browser posts: fields as text, read into amounts and dates with an error per field.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono::NaiveDateTime;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;

/// Name of the hidden field that carries the session's token.
pub const CSRF_FIELD: &str = "csrf";

/// Pattern for amount inputs, for browsers: as forgiving as [`Form::amount`], which decides.
pub const AMOUNT_PATTERN: &str = "[¥￥$£€]? ?[0-9０-９][0-9０-９,，]*([.．][0-9０-９]+)?";

/// The fewest characters of a passphrase.
pub const PASSPHRASE_MIN: usize = 12;

/// A field whose text can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name.
    pub field: String,
    /// Stable code; its words are at `field-<code>` with dashes for underscores.
    pub code: &'static str,
}

/// A form as posted: what was typed and what is wrong with it. Shown again with both.
#[derive(Debug, Clone, Default)]
pub struct Form {
    values: BTreeMap<String, Vec<String>>,
    errors: Vec<FieldError>,
}

/// Never shown again, whatever went wrong.
fn is_secret(name: &str) -> bool {
    name.starts_with("passphrase") || name == CSRF_FIELD
}

impl Form {
    /// Reads a body of `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn parse(body: &[u8]) -> Form {
        let mut form = Form::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            form.push(&name, &value);
        }
        form
    }

    /// Adds a value, as a multipart body is read or a form is prefilled.
    pub fn push(&mut self, name: &str, value: &str) {
        self.values
            .entry(name.to_owned())
            .or_default()
            .push(value.to_owned());
    }

    /// Sets a field to one value, whatever stood there.
    pub fn set(&mut self, name: &str, value: &str) {
        self.values.insert(name.to_owned(), vec![value.to_owned()]);
    }

    /// The first value of a field as typed, without spaces around it; empty if there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.values
            .get(name)
            .and_then(|all| all.first())
            .map_or("", |value| value.trim())
    }

    /// Every value of a field: ticked boxes.
    #[must_use]
    pub fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// What to show in the field again; secrets are not shown.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        if is_secret(name) { "" } else { self.text(name) }
    }

    /// Whether `value` was chosen in the field.
    #[must_use]
    pub fn chose(&self, name: &str, value: &str) -> bool {
        self.all(name).iter().any(|chosen| chosen == value)
    }

    /// A passphrase exactly as typed: spaces may be part of it.
    #[must_use]
    pub fn passphrase(&self, name: &str) -> &str {
        self.values
            .get(name)
            .and_then(|all| all.first())
            .map_or("", String::as_str)
    }

    /// A text that must be there.
    pub fn required(&mut self, name: &str) -> Option<String> {
        let text = self.text(name).to_owned();
        if text.is_empty() {
            self.refuse(name, "missing");
            return None;
        }
        Some(text)
    }

    /// An amount above nothing. Thousands separators, full-width digits and a currency sign are
    /// what people paste; a comma that doesn't stand between groups of three is not guessed at.
    pub fn amount(&mut self, name: &str, currency: Currency) -> Option<Amount> {
        let typed = self.required(name)?;
        match Amount::parse(&plain_amount(&typed), currency) {
            Ok(amount) if amount.is_zero() => {
                self.refuse(name, "amount_zero");
                None
            }
            Ok(amount) => Some(amount),
            Err(error) => {
                self.refuse(name, error.code());
                None
            }
        }
    }

    /// A date as browsers send it, `2026-11-20`.
    pub fn date(&mut self, name: &str) -> Option<NaiveDate> {
        let typed = self.required(name)?;
        let date = NaiveDate::parse_from_str(&typed, "%Y-%m-%d").ok();
        if date.is_none() {
            self.refuse(name, "not_a_date");
        }
        date
    }

    /// A moment on the platform's clocks as browsers send it, `2026-11-20T17:00`.
    pub fn moment(&mut self, name: &str) -> Option<NaiveDateTime> {
        let typed = self.required(name)?;
        let moment = NaiveDateTime::parse_from_str(&typed, "%Y-%m-%dT%H:%M").ok();
        if moment.is_none() {
            self.refuse(name, "not_a_moment");
        }
        moment
    }

    /// A new passphrase typed twice.
    pub fn new_passphrase(&mut self, name: &str, again: &str) -> Option<String> {
        let first = self.passphrase(name).to_owned();
        if first.chars().count() < PASSPHRASE_MIN {
            self.refuse(name, "passphrase_short");
            return None;
        }
        if first != self.passphrase(again) {
            self.refuse(again, "passphrase_differs");
            return None;
        }
        Some(first)
    }

    /// Marks a field as wrong.
    pub fn refuse(&mut self, field: &str, code: &'static str) {
        self.errors.push(FieldError {
            field: field.to_owned(),
            code,
        });
    }

    /// What is wrong with a field, as a key of the texts.
    #[must_use]
    pub fn error_key(&self, name: &str) -> Option<String> {
        let error = self.errors.iter().find(|error| error.field == name)?;
        Some(format!("field-{}", error.code.replace('_', "-")))
    }

    /// Everything wrong.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// Takes away what people paste around digits; leaves the rest for the ledger's parser to judge.
pub(crate) fn plain_amount(typed: &str) -> String {
    let narrow: String = typed
        .chars()
        .map(|c| match c {
            '\u{ff10}'..='\u{ff19}' => u32::from(c)
                .checked_sub(0xfee0)
                .and_then(char::from_u32)
                .unwrap_or(c),
            '．' => '.',
            '，' => ',',
            other => other,
        })
        .collect();
    let bare = narrow.trim_start_matches(['¥', '￥', '$', '£', '€']).trim();
    let (whole, fraction) = bare.split_once('.').unwrap_or((bare, ""));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default().len();
    let grouped = (1..=3).contains(&first) && groups.all(|group| group.len() == 3);
    if grouped && !fraction.contains(',') {
        bare.replace(',', "")
    } else {
        bare.to_owned()
    }
}

/// Whether a posted token is the session's, in time that doesn't depend on where they differ.
#[must_use]
pub fn same_token(posted: &str, session: &str) -> bool {
    let mut difference = u8::from(posted.len() != session.len() || session.is_empty());
    for (a, b) in posted.bytes().zip(session.bytes()) {
        difference |= a ^ b;
    }
    difference == 0
}
