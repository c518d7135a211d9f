//! Two header fields the mail library doesn't know.

use ledger_app::language::Language;
use lettre::message::header::Header;
use lettre::message::header::HeaderName;
use lettre::message::header::HeaderValue;

/// RFC 3834: a machine wrote this, so that no out-of-office answer comes back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_value: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// RFC 3282: the language of the letter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ContentLanguage(pub(crate) &'static str);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(value: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Language::ALL
            .into_iter()
            .map(Language::tag)
            .find(|tag| *tag == value)
            .map(Self)
            .ok_or_else(|| "not a language of ours".into())
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.to_owned())
    }
}
