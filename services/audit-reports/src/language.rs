//! Two languages, one set of keys. Strings live in `locales/<language>/audit.ftl`, compiled in.

use fluent_templates::Loader;
use unic_langid::LanguageIdentifier;
use unic_langid::langid;

mod strings {
    fluent_templates::static_loader! {
        pub(super) static LOCALES = {
            locales: "./locales",
            fallback_language: "en",
            customise: |bundle| bundle.set_use_isolating(false),
        };
    }
}

static ZH: LanguageIdentifier = langid!("zh-CN");
static EN: LanguageIdentifier = langid!("en");

/// The language a report is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// 简体中文.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// Both.
    pub const ALL: [Language; 2] = [Language::Chinese, Language::English];

    /// The BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        }
    }

    /// From its tag; `None` for any other.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|one| one.tag() == tag)
    }

    /// The text of `key`. A missing one is logged and shown as its key; a test finds it first.
    #[must_use]
    pub fn text(self, key: &str) -> String {
        let language = match self {
            Language::Chinese => &ZH,
            Language::English => &EN,
        };
        strings::LOCALES
            .try_lookup(language, key)
            .unwrap_or_else(|| {
                tracing::error!(key, language = self.tag(), "a text is missing");
                key.to_owned()
            })
    }
}
