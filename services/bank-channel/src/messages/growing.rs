//! Grows the tree of a message out of the events of the XML reader.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::document::{Document, Element, MAX_DOCUMENT_BYTES, ReadError, is_xml_character};

/// How deep elements may nest; the deepest ISO 20022 message has about fifteen floors.
const MAX_DEPTH: usize = 40;
/// How many elements a message may have.
const MAX_ELEMENTS: usize = 2_000_000;
/// What every ISO 20022 namespace starts with.
const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:";

/// Reads bytes into a document.
pub(crate) fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    if bytes.len() > MAX_DOCUMENT_BYTES {
        return Err(ReadError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_not_utf8| ReadError::NotUtf8)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut growing = Growing::default();
    let mut reader = Reader::from_str(text);
    loop {
        let event = reader.read_event().map_err(|error| ReadError::NotXml {
            position: reader.error_position(),
            detail: error.to_string(),
        })?;
        let done = matches!(event, Event::Eof);
        growing
            .take(event)
            .map_err(|refused| refused.at(reader.buffer_position()))?;
        if done {
            break;
        }
    }
    growing.finish(reader.buffer_position())
}

/// A refusal while growing: a finished error, or one that still lacks its position.
enum Refused {
    As(ReadError),
    NotXml(String),
}

impl Refused {
    fn at(self, position: u64) -> ReadError {
        match self {
            Refused::As(error) => error,
            Refused::NotXml(detail) => ReadError::NotXml { position, detail },
        }
    }
}

/// The tree while it grows: open elements from the root down, and what is finished.
#[derive(Default)]
struct Growing {
    open: Vec<Element>,
    root: Option<Element>,
    namespace: String,
    elements: usize,
}

impl Growing {
    fn take(&mut self, event: Event<'_>) -> Result<(), Refused> {
        match event {
            Event::Start(start) => self.start(&start),
            Event::Empty(start) => {
                self.start(&start)?;
                self.end()
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = character(&reference)?;
                self.text(character.encode_utf8(&mut [0; 4]))
            }
            Event::DocType(_) => Err(Refused::As(ReadError::Doctype)),
            Event::Decl(declaration) => match declaration.encoding() {
                Some(Ok(name)) if !name.eq_ignore_ascii_case("utf-8") => {
                    Err(Refused::As(ReadError::NotUtf8))
                }
                Some(Err(error)) => Err(Refused::NotXml(error.to_string())),
                _ => Ok(()),
            },
            Event::Comment(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Refused> {
        self.elements = self.elements.saturating_add(1);
        if self.open.len() >= MAX_DEPTH || self.elements > MAX_ELEMENTS {
            return Err(Refused::As(ReadError::TooComplex));
        }
        if self.root.is_some() {
            return Err(Refused::NotXml("a second root element".to_owned()));
        }
        let prefix = start
            .name()
            .prefix()
            .map(|prefix| prefix.as_ref().to_owned());
        let binding = prefix.map_or("xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
        let mut element = Element {
            name: start.local_name().as_ref().to_owned(),
            ..Element::default()
        };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| Refused::NotXml(error.to_string()))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| Refused::As(ReadError::Entity(error.to_string())))?
                .into_owned();
            if self.open.is_empty() && attribute.key.as_ref() == binding {
                self.namespace.clone_from(&value);
            }
            let key = attribute.key.local_name().as_ref().to_owned();
            element.attributes.push((key, value));
        }
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self) -> Result<(), Refused> {
        let Some(element) = self.open.pop() else {
            return Err(Refused::NotXml("an end without a start".to_owned()));
        };
        if !element.children.is_empty() && !element.text().is_empty() {
            return Err(Refused::As(ReadError::bad_value(
                &element.name,
                element.text(),
                "text beside elements",
            )));
        }
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Refused> {
        if let Some(forbidden) = text.chars().find(|c| !is_xml_character(*c)) {
            let code = u32::from(forbidden);
            return Err(Refused::As(ReadError::Entity(format!("#x{code:x}"))));
        }
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(Refused::NotXml("text outside the root".to_owned())),
        }
        Ok(())
    }

    fn finish(self, position: u64) -> Result<Document, ReadError> {
        let root = self
            .root
            .filter(|_| self.open.is_empty())
            .ok_or_else(|| ReadError::NotXml {
                position,
                detail: "the message ends before its root element does".to_owned(),
            })?;
        let Some(message_name) = self.namespace.strip_prefix(NAMESPACE) else {
            return Err(ReadError::WrongMessage {
                expected: "an ISO 20022 message",
                found: self.namespace.chars().take(60).collect(),
            });
        };
        Ok(Document {
            message_name: message_name.to_owned(),
            root,
        })
    }
}

/// The character a reference stands for: XML's own five, or a number.
fn character(reference: &BytesRef<'_>) -> Result<char, Refused> {
    let name: &str = reference;
    let known = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    };
    known.ok_or_else(|| Refused::As(ReadError::Entity(name.chars().take(60).collect())))
}
