//! The exported journal: a book as lines of text that anybody can read again and check without
//! database or network (see [`crate::verify`]).
//!
//! ```text
//! tallystick-journal v1 <verifier key>
//! E <n> <body> <signatures>
//! L <paper> <lo> <hi> <holder> <state> <counterparty or -> <tier>
//! S <paper> <n> <clearing sheet>
//! C <line of the signed checkpoint>
//! ```
//! One `E` per entry in book order, `n` from 0; one `L` per live fragment by paper and `lo`; one `S`
//! per settlement in order; last the checkpoint. Ids are lower-case hexadecimal, bytes are base64
//! (RFC 4648 section 4, padded), ranges are 0-based and half-open, states are their codes. Every
//! line ends with one line feed. A value has exactly one spelling: a line that would be written
//! differently is refused.

use std::fmt::Write;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::fragment::Fragment;
use crate::fragment::FragmentState;
use crate::id::PaperId;
use crate::id::PartyId;
use crate::range::Range;

const HEADER: &str = "tallystick-journal v1 ";

/// A live fragment as the file states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveLine {
    /// Of which paper.
    pub paper: PaperId,
    /// Its units.
    pub range: Range,
    /// Whose.
    pub holder: PartyId,
    /// What may happen to it.
    pub state: FragmentState,
    /// How far down the chain.
    pub tier: u16,
}

impl From<&Fragment> for LiveLine {
    fn from(fragment: &Fragment) -> LiveLine {
        LiveLine {
            paper: fragment.paper,
            range: fragment.range,
            holder: fragment.holder,
            state: fragment.state,
            tier: fragment.tier,
        }
    }
}

/// One line of the file, without its line feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line<'a> {
    /// The first: whose journal this is.
    Header {
        /// The book's verifier key, as [`crate::checkpoint::verifier_key`] writes it.
        verifier_key: &'a str,
    },
    /// An entry.
    Entry {
        /// Its place in the book, from 0.
        n: u64,
        /// Canonical bytes of its body.
        body: Vec<u8>,
        /// Canonical bytes of its signatures.
        signatures: Vec<u8>,
    },
    /// A live fragment.
    Live(LiveLine),
    /// A clearing sheet.
    Sheet {
        /// Of which paper.
        paper: PaperId,
        /// Which entry carries its digest.
        n: u64,
        /// Its canonical bytes.
        bytes: Vec<u8>,
    },
    /// A line of the signed checkpoint.
    Note(&'a str),
}

/// The text is not a line of this file, or not in its one spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a line of a journal file, or not spelled in the one lawful way")]
pub struct NotALine;

impl<'a> Line<'a> {
    /// Reads a line, given without its line feed.
    ///
    /// # Errors
    /// [`NotALine`].
    pub fn parse(text: &'a str) -> Result<Line<'a>, NotALine> {
        let line = parse_loosely(text).ok_or(NotALine)?;
        let mut again = String::with_capacity(text.len().saturating_add(1));
        line.write(&mut again);
        if again.strip_suffix('\n') == Some(text) {
            Ok(line)
        } else {
            Err(NotALine)
        }
    }

    /// Appends the line with its line feed.
    pub fn write(&self, out: &mut String) {
        match self {
            Line::Header { verifier_key } => write_header(out, verifier_key),
            Line::Entry {
                n,
                body,
                signatures,
            } => write_entry(out, *n, body, signatures),
            Line::Live(live) => write_live(out, live),
            Line::Sheet { paper, n, bytes } => write_sheet(out, *paper, *n, bytes),
            Line::Note(text) => write_note_line(out, text),
        }
    }
}

/// Appends the first line.
pub fn write_header(out: &mut String, verifier_key: &str) {
    for part in [HEADER, verifier_key, "\n"] {
        out.push_str(part);
    }
}

/// Appends the line of entry number `n` with its canonical bytes.
pub fn write_entry(out: &mut String, n: u64, body: &[u8], signatures: &[u8]) {
    // Writing to a String never fails.
    let _written = write!(out, "E {n} ");
    STANDARD.encode_string(body, out);
    out.push(' ');
    STANDARD.encode_string(signatures, out);
    out.push('\n');
}

/// Appends the line of a live fragment.
pub fn write_live(out: &mut String, live: &LiveLine) {
    let (lo, hi) = (live.range.lo(), live.range.hi());
    let (paper, holder, state) = (live.paper, live.holder, live.state.code());
    let _written = write!(out, "L {paper} {lo} {hi} {holder} {state} ");
    let _written = match live.state.counterparty() {
        Some(party) => write!(out, "{party}"),
        None => write!(out, "-"),
    };
    let _written = writeln!(out, " {}", live.tier);
}

/// Appends the line of the clearing sheet whose digest entry `n` carries.
pub fn write_sheet(out: &mut String, paper: PaperId, n: u64, bytes: &[u8]) {
    let _written = write!(out, "S {paper} {n} ");
    STANDARD.encode_string(bytes, out);
    out.push('\n');
}

/// Appends the lines of a signed checkpoint, as [`crate::checkpoint::Checkpoint::signed`] wrote it.
pub fn write_note(out: &mut String, note: &str) {
    for line in note.strip_suffix('\n').unwrap_or(note).split('\n') {
        write_note_line(out, line);
    }
}

fn write_note_line(out: &mut String, text: &str) {
    for part in ["C ", text, "\n"] {
        out.push_str(part);
    }
}

/// Reads a line; [`Line::parse`] refuses other spellings of the same.
fn parse_loosely(text: &str) -> Option<Line<'_>> {
    if let Some(verifier_key) = text.strip_prefix(HEADER) {
        return Some(Line::Header { verifier_key });
    }
    let (kind, rest) = text.split_once(' ')?;
    let mut fields = rest.split(' ');
    Some(match kind {
        "E" => Line::Entry {
            n: number(fields.next())?,
            body: bytes(fields.next())?,
            signatures: bytes(fields.next())?,
        },
        "L" => Line::Live(LiveLine {
            paper: PaperId::parse(fields.next()?).ok()?,
            range: Range::new(number(fields.next())?, number(fields.next())?).ok()?,
            holder: PartyId::parse(fields.next()?).ok()?,
            state: {
                let code = number(fields.next())?;
                let counterparty = match fields.next()? {
                    "-" => None,
                    party => Some(PartyId::parse(party).ok()?),
                };
                FragmentState::from_code(code, counterparty)?
            },
            tier: number(fields.next())?,
        }),
        "S" => Line::Sheet {
            paper: PaperId::parse(fields.next()?).ok()?,
            n: number(fields.next())?,
            bytes: bytes(fields.next())?,
        },
        "C" => Line::Note(rest),
        _ => return None,
    })
}

fn number<N: FromStr>(field: Option<&str>) -> Option<N> {
    field?.parse().ok()
}

fn bytes(field: Option<&str>) -> Option<Vec<u8>> {
    STANDARD.decode(field?).ok()
}
