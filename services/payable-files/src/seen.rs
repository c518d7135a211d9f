//! What the file has had so far, to find repetitions. 60 to 120 bytes a row, whatever its texts
//! (measured: 116 MB at the peak of a million rows).

use std::collections::HashMap;

use crate::payable_row::PayableRow;
use crate::payable_row::key_digest;

/// The first 12 bytes of a SHA-256: in a file of a million rows a chance clash of two keys has a
/// probability of about 10^-17.
type Short = [u8; 12];

/// How a row stands to the rows above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing like it.
    New,
    /// Its key and its content stood in this line.
    Repeated(u64),
    /// Its key stood in this line with other content.
    NumberReused(u64),
    /// Another number, but otherwise the debt of this line.
    Alike(u64),
}

/// Memory of the rows of one file.
#[derive(Debug, Default)]
pub struct Seen {
    by_key: HashMap<Short, (Short, u32)>,
    by_likeness: HashMap<Short, u32>,
}

impl Seen {
    /// Compares a row to those before it and remembers it if its number is new.
    pub fn place(&mut self, line: u64, row: &PayableRow, digest: [u8; 32]) -> Standing {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let (company, number) = row.key();
        let key = short(key_digest(company, number));
        if let Some((content, first)) = self.by_key.get(&key) {
            let first = u64::from(*first);
            return match *content == short(digest) {
                true => Standing::Repeated(first),
                false => Standing::NumberReused(first),
            };
        }
        self.by_key.insert(key, (short(digest), line));
        let likeness = short(row.likeness());
        match self.by_likeness.get(&likeness) {
            Some(first) => Standing::Alike(u64::from(*first)),
            None => {
                self.by_likeness.insert(likeness, line);
                Standing::New
            }
        }
    }
}

fn short(digest: [u8; 32]) -> Short {
    let [a, b, c, d, e, f, g, h, i, j, k, l, ..] = digest;
    [a, b, c, d, e, f, g, h, i, j, k, l]
}
