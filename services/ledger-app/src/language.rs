//! The two languages people read here. Kept per user; letters and pages follow it.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;

/// The language a person reads. Stored and printed as its BCP 47 tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// Simplified Chinese, `zh-CN`.
    #[serde(rename = "zh-CN")]
    Zh,
    /// English, `en`.
    #[serde(rename = "en")]
    En,
}

/// A tag that is neither `zh-CN` nor `en`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a language we write in: zh-CN or en")]
pub struct UnknownLanguage(pub String);

impl UnknownLanguage {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "language_unknown"
    }
}

impl Language {
    /// Both languages.
    pub const ALL: [Language; 2] = [Language::Zh, Language::En];

    /// The BCP 47 tag: `zh-CN` or `en`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Language::Zh => "zh-CN",
            Language::En => "en",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    /// Reads exactly what [`Language::tag`] prints.
    ///
    /// # Errors
    /// Any other text.
    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        Language::ALL
            .into_iter()
            .find(|language| language.tag() == tag)
            .ok_or_else(|| UnknownLanguage(tag.to_owned()))
    }
}
