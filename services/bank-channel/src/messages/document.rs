//! An XML message as a tree, read trusting nothing: size, depth and count are bounded, a
//! DOCTYPE or an entity that XML itself does not define is refused.
//!
//! Elements are found by local name, because banks differ in prefixes and versions but not in
//! the names of what they send.

/// The largest message that is read, in bytes.
pub const MAX_DOCUMENT_BYTES: usize = 64 * 1024 * 1024;

/// Why a message was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// More than [`MAX_DOCUMENT_BYTES`].
    #[error("the message is larger than {MAX_DOCUMENT_BYTES} bytes")]
    TooLarge,
    /// Nested too deep or too many elements.
    #[error("the message has too many or too deeply nested elements")]
    TooComplex,
    /// Not UTF-8, or another encoding is declared.
    #[error("the message is not UTF-8")]
    NotUtf8,
    /// Not well-formed.
    #[error("not well-formed XML at byte {position}: {detail}")]
    NotXml {
        /// Where the reader stood.
        position: u64,
        /// What was wrong.
        detail: String,
    },
    /// A document type declaration: the door of entity bombs and file reads.
    #[error("a document type declaration is not allowed")]
    Doctype,
    /// An entity other than the five of XML, or a character XML forbids.
    #[error("the entity &{0}; is not allowed")]
    Entity(String),
    /// Another message than the one asked for.
    #[error("this is {found}, not {expected}")]
    WrongMessage {
        /// What the reader reads, such as `pain.002`.
        expected: &'static str,
        /// The namespace or root found.
        found: String,
    },
    /// A mandatory element or attribute is absent.
    #[error("{0} is missing")]
    Missing(String),
    /// An element that may stand once stands more often.
    #[error("{0} stands more than once")]
    Repeated(String),
    /// A value that its field can't have.
    #[error("{field} has the value {value:?}: {why}")]
    BadValue {
        /// The element.
        field: String,
        /// Its text, shortened.
        value: String,
        /// What is expected.
        why: String,
    },
}

impl ReadError {
    /// Stable code shown to users and machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            ReadError::TooLarge => "message_too_large",
            ReadError::TooComplex => "message_too_complex",
            ReadError::NotUtf8 => "message_not_utf8",
            ReadError::NotXml { .. } => "message_not_xml",
            ReadError::Doctype => "message_doctype_refused",
            ReadError::Entity(_) => "message_entity_refused",
            ReadError::WrongMessage { .. } => "message_of_another_kind",
            ReadError::Missing(_) => "message_element_missing",
            ReadError::Repeated(_) => "message_element_repeated",
            ReadError::BadValue { .. } => "message_value_invalid",
        }
    }

    /// A value that its field can't have; long values are cut, they may be anything.
    pub(crate) fn bad_value(field: &str, value: &str, why: impl Into<String>) -> ReadError {
        ReadError::BadValue {
            field: field.to_owned(),
            value: value.chars().take(60).collect(),
            why: why.into(),
        }
    }
}

/// One element with its attributes (by local name, in order), its own text and its children.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// All children of this name, in order.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> + 'a {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The child of this name, which may be absent but not repeated.
    pub(crate) fn optional(&self, name: &str) -> Result<Option<&Element>, ReadError> {
        let mut found = self.children.iter().filter(|child| child.name == name);
        let first = found.next();
        if found.next().is_some() {
            return Err(ReadError::Repeated(format!("{}/{name}", self.name)));
        }
        Ok(first)
    }

    /// The child of this name, which must stand exactly once.
    pub(crate) fn required(&self, name: &str) -> Result<&Element, ReadError> {
        self.optional(name)?
            .ok_or_else(|| ReadError::Missing(format!("{}/{name}", self.name)))
    }

    /// The text at the end of a path of children, if all of them are there.
    pub(crate) fn optional_text(&self, path: &[&str]) -> Result<Option<&str>, ReadError> {
        let mut at = self;
        for name in path {
            match at.optional(name)? {
                Some(child) => at = child,
                None => return Ok(None),
            }
        }
        Ok(Some(at.text()))
    }

    /// The text at the end of a path of children, not empty.
    pub(crate) fn required_text(&self, path: &[&str]) -> Result<&str, ReadError> {
        match self.optional_text(path)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(ReadError::Missing(format!(
                "{}/{}",
                self.name,
                path.join("/")
            ))),
        }
    }

    /// The element's own text without surrounding white space.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }

    /// An attribute, which must be there.
    pub(crate) fn attribute(&self, name: &str) -> Result<&str, ReadError> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .ok_or_else(|| ReadError::Missing(format!("{}/@{name}", self.name)))
    }
}

/// A whole message: which one it is and its root, `Document`.
#[derive(Debug)]
pub(crate) struct Document {
    /// The part after the ISO namespace, such as `camt.054.001.08`.
    pub(crate) message_name: String,
    pub(crate) root: Element,
}

impl Document {
    /// The body of the message if it is of `family` (`pain.002`), variant 001, any version from
    /// `oldest` on.
    pub(crate) fn body(
        &self,
        family: &'static str,
        oldest: u32,
        element: &str,
    ) -> Result<&Element, ReadError> {
        let version = self
            .message_name
            .strip_prefix(family)
            .and_then(|rest| rest.strip_prefix(".001."))
            .and_then(|version| version.parse::<u32>().ok());
        if version.is_none_or(|version| version < oldest) || self.root.name != "Document" {
            return Err(ReadError::WrongMessage {
                expected: family,
                found: self.message_name.chars().take(60).collect(),
            });
        }
        self.root.required(element)
    }
}

/// Whether XML 1.0 allows the character (production Char).
pub(crate) fn is_xml_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
