//! Two languages, one set of keys. Strings live in `locales/<language>/*.ftl` and are compiled in.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use fluent_templates::Loader;
use fluent_templates::fluent_bundle::FluentValue;
use ledger_app::language::Language;
use unic_langid::LanguageIdentifier;
use unic_langid::langid;

mod strings {
    fluent_templates::static_loader! {
        pub(super) static LOCALES = {
            locales: "./locales",
            fallback_language: "en",
            // Isolation marks around arguments show up as boxes in mail and on old phones.
            customise: |bundle| bundle.set_use_isolating(false),
        };
    }
}

const ZH: LanguageIdentifier = langid!("zh-CN");
const EN: LanguageIdentifier = langid!("en");

/// The language a page is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Simplified Chinese, the portal's first language.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Every language of the portal.
    pub const ALL: [Lang; 2] = [Lang::Zh, Lang::En];

    /// The BCP 47 tag, for the `lang` attribute and for the user's record.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    /// Reads a stored or posted tag; anything that isn't one of ours is `None`.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.tag() == tag)
    }

    /// The language of a person's record.
    #[must_use]
    pub const fn of(language: Language) -> Lang {
        match language {
            Language::Zh => Lang::Zh,
            Language::En => Lang::En,
        }
    }

    /// The same for the record.
    #[must_use]
    pub const fn language(self) -> Language {
        match self {
            Lang::Zh => Language::Zh,
            Lang::En => Language::En,
        }
    }

    /// The first of our languages in an `Accept-Language` header; Chinese if there is none.
    #[must_use]
    pub fn from_accept(header: &str) -> Lang {
        header
            .split(',')
            .filter_map(|part| part.split(';').next())
            .find_map(
                |tag| match tag.trim().get(..2)?.to_ascii_lowercase().as_str() {
                    "zh" => Some(Lang::Zh),
                    "en" => Some(Lang::En),
                    _foreign => None,
                },
            )
            .unwrap_or(Lang::Zh)
    }

    /// The text of `key`.
    #[must_use]
    pub fn text(self, key: &str) -> String {
        self.text_with(key, &[])
    }

    /// The text of `key` with its arguments filled in. A key that isn't there is logged and shown
    /// as itself: a page with one odd word is better than none. The tests find missing keys.
    #[must_use]
    pub fn text_with(self, key: &str, args: &[(&'static str, &dyn Arg)]) -> String {
        let args: HashMap<Cow<'static, str>, FluentValue<'_>> = args
            .iter()
            .map(|(name, arg)| (Cow::Borrowed(*name), arg.value()))
            .collect();
        match strings::LOCALES.try_lookup_with_args(self.id(), key, &args) {
            Some(text) => text,
            None => {
                tracing::error!(key, lang = self.tag(), "a text is missing");
                key.to_owned()
            }
        }
    }

    /// The text of `key`, or `other` where nobody has worded it: for names that come from outside.
    #[must_use]
    pub fn text_or(self, key: &str, other: &str) -> String {
        strings::LOCALES
            .try_lookup(self.id(), key)
            .unwrap_or_else(|| other.to_owned())
    }

    fn id(self) -> &'static LanguageIdentifier {
        static ZH_ID: LanguageIdentifier = ZH;
        static EN_ID: LanguageIdentifier = EN;
        match self {
            Lang::Zh => &ZH_ID,
            Lang::En => &EN_ID,
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// What can stand for `{ $name }` in a text. Whole numbers choose the plural form.
pub trait Arg {
    /// The value as fluent takes it.
    fn value(&self) -> FluentValue<'_>;
}

impl Arg for str {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self)
    }
}

impl Arg for String {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_str())
    }
}

impl Arg for usize {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(*self)
    }
}

impl Arg for u64 {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(*self)
    }
}

impl Arg for u32 {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(*self)
    }
}

impl<T: Arg + ?Sized> Arg for &T {
    fn value(&self) -> FluentValue<'_> {
        (**self).value()
    }
}
