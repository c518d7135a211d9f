//! Reads an XML message into a list of nodes. Written for the bank alone, on purpose not shared
//! with the platform's reader.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// Deeper than any message the bank takes.
const DEEPEST: usize = 30;

/// One element: its place in the tree is the index of its parent.
#[derive(Debug, Default)]
struct Node {
    name: String,
    parent: Option<usize>,
    children: Vec<usize>,
    currency: Option<String>,
    text: String,
}

/// A message.
#[derive(Debug, Default)]
pub(crate) struct Message {
    nodes: Vec<Node>,
    namespace: String,
}

/// A place in a message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'m> {
    message: &'m Message,
    index: usize,
}

impl Message {
    /// Reads text; the error says in plain words what is wrong.
    pub(crate) fn read(body: &[u8]) -> Result<Message, String> {
        let text = std::str::from_utf8(body).map_err(|error| format!("not UTF-8: {error}"))?;
        let mut message = Message::default();
        let mut at: Option<usize> = None;
        let mut depth = 0_usize;
        let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
        loop {
            let event = reader.read_event().map_err(|error| error.to_string())?;
            match event {
                Event::Start(start) => {
                    depth = depth.saturating_add(1);
                    if depth > DEEPEST {
                        return Err("nested too deep".to_owned());
                    }
                    at = Some(message.add(at, &start)?);
                }
                Event::Empty(start) => {
                    message.add(at, &start)?;
                }
                Event::End(_) => {
                    depth = depth.saturating_sub(1);
                    at = at.and_then(|index| message.nodes.get(index)?.parent);
                }
                Event::Text(text) => message.say(at, &text.xml10_content())?,
                Event::CData(text) => message.say(at, &text.xml10_content())?,
                Event::GeneralRef(name) => {
                    let said = match &*name {
                        "amp" => '&',
                        "lt" => '<',
                        "gt" => '>',
                        "quot" => '"',
                        "apos" => '\'',
                        other => name
                            .resolve_char_ref()
                            .map_err(|error| error.to_string())?
                            .ok_or_else(|| format!("unknown entity {other}"))?,
                    };
                    message.say(at, &said.to_string())?;
                }
                Event::DocType(_) => return Err("a DOCTYPE is not taken".to_owned()),
                Event::Eof if depth > 0 => return Err("the message is cut off".to_owned()),
                Event::Eof if message.nodes.is_empty() => return Err("no XML".to_owned()),
                Event::Eof => return Ok(message),
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            }
        }
    }

    /// The body element if the message is exactly `name` (`pain.001.001.09`).
    pub(crate) fn body(&self, name: &str, element: &str) -> Result<At<'_>, String> {
        let wanted = format!("urn:iso:std:iso:20022:tech:xsd:{name}");
        if self.namespace != wanted {
            return Err(format!(
                "the bank takes {name}, this is {:?}",
                self.namespace
            ));
        }
        let root = At {
            message: self,
            index: 0,
        };
        root.one(element)
    }

    fn add(&mut self, parent: Option<usize>, start: &BytesStart<'_>) -> Result<usize, String> {
        let index = self.nodes.len();
        let mut node = Node {
            name: start.local_name().as_ref().to_owned(),
            parent,
            ..Node::default()
        };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| error.to_string())?
                .into_owned();
            match attribute.key.as_ref() {
                "Ccy" => node.currency = Some(value),
                key if parent.is_none() && key.starts_with("xmlns") => {
                    let prefix = key.strip_prefix("xmlns:");
                    if prefix == start.name().prefix().as_ref().map(AsRef::as_ref) {
                        self.namespace = value;
                    }
                }
                _ => {}
            }
        }
        match parent {
            Some(parent) => {
                if let Some(parent) = self.nodes.get_mut(parent) {
                    parent.children.push(index);
                }
            }
            None if index > 0 => return Err("two root elements".to_owned()),
            None => {}
        }
        self.nodes.push(node);
        Ok(index)
    }

    fn say(&mut self, at: Option<usize>, text: &str) -> Result<(), String> {
        match at.and_then(|index| self.nodes.get_mut(index)) {
            Some(node) => node.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err("text outside the root element".to_owned()),
        }
        Ok(())
    }
}

impl<'m> At<'m> {
    fn node(self) -> Option<&'m Node> {
        self.message.nodes.get(self.index)
    }

    fn name(self) -> &'m str {
        self.node().map_or("", |node| node.name.as_str())
    }

    /// The children of this name.
    pub(crate) fn each(self, name: &str) -> impl Iterator<Item = At<'m>> {
        let children = self.node().map_or(&[][..], |node| node.children.as_slice());
        children
            .iter()
            .map(move |index| At {
                message: self.message,
                index: *index,
            })
            .filter(move |child| child.name() == name)
    }

    /// The child of this name, if there is one; two are an error.
    pub(crate) fn maybe(self, name: &str) -> Result<Option<At<'m>>, String> {
        let mut children = self.each(name);
        let first = children.next();
        if children.next().is_some() {
            return Err(format!("{} has {name} twice", self.name()));
        }
        Ok(first)
    }

    /// The child of this name.
    pub(crate) fn one(self, name: &str) -> Result<At<'m>, String> {
        self.maybe(name)?
            .ok_or_else(|| format!("{} lacks {name}", self.name()))
    }

    /// The text of a child, of 1 to `longest` characters.
    pub(crate) fn say(self, name: &str, longest: usize) -> Result<&'m str, String> {
        self.one(name)?.text(longest)
    }

    /// The text of a child that may be absent.
    pub(crate) fn maybe_say(self, name: &str, longest: usize) -> Result<Option<&'m str>, String> {
        self.maybe(name)?
            .map(|child| child.text(longest))
            .transpose()
    }

    /// The text of this element.
    pub(crate) fn text(self, longest: usize) -> Result<&'m str, String> {
        let text = self.node().map_or("", |node| node.text.trim());
        if text.is_empty() || text.chars().count() > longest {
            return Err(format!("{} needs 1 to {longest} characters", self.name()));
        }
        Ok(text)
    }

    /// The attribute `Ccy`.
    pub(crate) fn currency(self) -> Result<&'m str, String> {
        self.node()
            .and_then(|node| node.currency.as_deref())
            .ok_or_else(|| format!("{} lacks its currency", self.name()))
    }
}
