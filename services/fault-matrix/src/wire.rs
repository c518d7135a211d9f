//! Just enough of PostgreSQL's wire protocol (version 3) to see where a statement ends: messages
//! are a letter and a length, a statement is what ends in Sync or is a simple Query.

use std::collections::HashMap;
use std::io;
use std::io::Read;

/// The largest message taken, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

/// A message with its letter and length as they came.
#[derive(Debug)]
pub(crate) struct Message {
    /// Its letter.
    pub(crate) letter: u8,
    /// All of it.
    pub(crate) bytes: Vec<u8>,
}

impl Message {
    fn body(&self) -> &[u8] {
        self.bytes.get(5..).unwrap_or_default()
    }
}

fn read_length(from: &mut impl Read) -> io::Result<(usize, [u8; 4])> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let size = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if (4..LARGEST).contains(&size) {
        Ok((size, length))
    } else {
        Err(io::Error::other("no message of PostgreSQL's"))
    }
}

fn read_rest(from: &mut impl Read, mut bytes: Vec<u8>, size: usize) -> io::Result<Vec<u8>> {
    let start = bytes.len();
    bytes.resize(start.saturating_add(size.saturating_sub(4)), 0);
    from.read_exact(bytes.get_mut(start..).unwrap_or_default())?;
    Ok(bytes)
}

/// The first message of a session, which has no letter.
pub(crate) fn read_start(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let (size, length) = read_length(from)?;
    read_rest(from, length.to_vec(), size)
}

/// Any other message.
pub(crate) fn read_message(from: &mut impl Read) -> io::Result<Message> {
    let mut letter = [0; 1];
    from.read_exact(&mut letter)?;
    let (size, length) = read_length(from)?;
    let bytes = [letter.as_slice(), length.as_slice()].concat();
    Ok(Message {
        letter: letter[0],
        bytes: read_rest(from, bytes, size)?,
    })
}

/// Text up to its NUL, and what comes after.
fn text(bytes: &[u8]) -> (String, &[u8]) {
    let end = bytes
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(bytes.len());
    let (text, rest) = bytes.split_at(end);
    (
        String::from_utf8_lossy(text).into_owned(),
        rest.get(1..).unwrap_or_default(),
    )
}

/// What a session is in the middle of saying.
#[derive(Debug, Default)]
pub(crate) struct Session {
    prepared: HashMap<String, String>,
    statement: String,
    executes: bool,
    waiting: Vec<u8>,
}

/// What a client said, complete: to be passed on together.
#[derive(Debug)]
pub(crate) struct Said {
    /// As it came.
    pub(crate) bytes: Vec<u8>,
    /// The statement, if one is executed by it. Preparing one changes nothing and is none.
    pub(crate) statement: Option<String>,
}

impl Session {
    /// Takes the next message; gives what is complete with it.
    pub(crate) fn hear(&mut self, message: &Message) -> Option<Said> {
        let body = message.body();
        match message.letter {
            b'Q' => {
                self.statement = text(body).0;
                self.executes = true;
            }
            b'P' => {
                let (name, rest) = text(body);
                self.prepared.insert(name, text(rest).0);
            }
            b'B' => {
                let (_portal, rest) = text(body);
                let known = self.prepared.get(&text(rest).0);
                self.statement = known.cloned().unwrap_or_default();
            }
            b'E' => self.executes = true,
            _ => {}
        }
        self.waiting.extend_from_slice(&message.bytes);
        // What a COPY brings is passed on as it comes: it has no answer of its own.
        let complete = matches!(
            message.letter,
            b'Q' | b'S' | b'H' | b'X' | b'd' | b'c' | b'f'
        );
        complete.then(|| Said {
            bytes: std::mem::take(&mut self.waiting),
            statement: std::mem::take(&mut self.executes).then(|| {
                self.statement
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
            }),
        })
    }
}

/// Whether this message of the server's ends its answer to a statement.
pub(crate) const fn ends_answer(letter: u8) -> bool {
    // Ready for the next query, or for the rows of a COPY.
    matches!(letter, b'Z' | b'G')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(letter: u8, body: &[u8]) -> Message {
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        Message {
            letter,
            bytes: [&[letter], length.as_slice(), body].concat(),
        }
    }

    #[test]
    fn a_prepared_statement_is_known_by_its_name_when_it_is_executed() {
        let mut session = Session::default();
        assert!(
            session
                .hear(&message(b'P', b"s1\0SELECT  1\n FROM x\0\0\0"))
                .is_none()
        );
        let prepared = session.hear(&message(b'S', b"")).unwrap();
        assert_eq!(prepared.statement, None, "preparing executes nothing");
        assert!(session.hear(&message(b'B', b"\0s1\0")).is_none());
        assert!(session.hear(&message(b'E', b"\0")).is_none());
        let said = session.hear(&message(b'S', b"")).unwrap();
        assert_eq!(said.statement.as_deref(), Some("SELECT 1 FROM x"));
        assert!(said.bytes.starts_with(b"B") && said.bytes.ends_with(&[b'S', 0, 0, 0, 4]));
        let plain = session.hear(&message(b'Q', b"COMMIT\0")).unwrap();
        assert_eq!(plain.statement.as_deref(), Some("COMMIT"));
    }

    #[test]
    fn messages_are_read_whole_and_nonsense_is_refused() {
        let bytes = message(b'Q', b"COMMIT\0").bytes;
        let read = read_message(&mut bytes.as_slice()).unwrap();
        assert_eq!((read.letter, read.bytes), (b'Q', bytes));
        assert!(read_message(&mut [b'Q', 0, 0, 0, 3].as_slice()).is_err());
        assert!(read_message(&mut [b'Q', 0, 0, 0, 9, 1].as_slice()).is_err());
    }
}
