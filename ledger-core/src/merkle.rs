//! The Merkle tree over a book's entries, hashed as RFC 9162 section 2.1 says.
//!
//! Leaves are entry hashes, which are leaf hashes already (see [`crate::entry`]).

use crate::hash::EntryHash;
use crate::hash::LogRoot;
use crate::hash::sha256;
use crate::hash::sha256_of;

fn node(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    sha256(&[&[1], left, right])
}

/// The roots of the perfect subtrees of a growing log, largest first: all that is needed to append
/// and to state the root. A log of n leaves has at most 64 of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFrontier {
    size: u64,
    peaks: Vec<[u8; 32]>,
}

impl LogFrontier {
    /// An empty log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From its size and peaks, as [`LogFrontier::peaks`] gave them.
    #[must_use]
    pub fn from_parts(size: u64, peaks: Vec<[u8; 32]>) -> Option<Self> {
        let expected = usize::try_from(size.count_ones()).ok()?;
        (peaks.len() == expected).then_some(LogFrontier { size, peaks })
    }

    /// Number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Roots of the perfect subtrees, largest first.
    #[must_use]
    pub fn peaks(&self) -> &[[u8; 32]] {
        &self.peaks
    }

    /// Appends a leaf.
    pub fn append(&mut self, leaf: EntryHash) {
        let mut carry = *leaf.bytes();
        // Each trailing one-bit of the old size is a perfect subtree that the new leaf completes.
        for _ in 0..self.size.trailing_ones() {
            if let Some(peak) = self.peaks.pop() {
                carry = node(&peak, &carry);
            }
        }
        self.peaks.push(carry);
        self.size = self.size.saturating_add(1);
    }

    /// The root: of an empty log, the hash of nothing.
    #[must_use]
    pub fn root(&self) -> LogRoot {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else {
            return LogRoot::from_bytes(sha256_of(&[]));
        };
        LogRoot::from_bytes(peaks.fold(*last, |right, left| node(left, &right)))
    }
}

/// The root over a list of leaves.
#[must_use]
pub fn root_of(leaves: &[EntryHash]) -> LogRoot {
    let mut log = LogFrontier::new();
    for leaf in leaves {
        log.append(*leaf);
    }
    log.root()
}

/// Largest power of two below `n` (for n > 1).
const fn split_point(n: usize) -> usize {
    match n.next_power_of_two() {
        p if p == n => n / 2,
        p => p / 2,
    }
}

fn subtree(leaves: &[EntryHash]) -> [u8; 32] {
    *root_of(leaves).bytes()
}

/// The audit path of leaf `index`: siblings from the leaf upward (RFC 9162 section 2.1.3.1).
/// `None` if there is no such leaf.
#[must_use]
pub fn inclusion_path(leaves: &[EntryHash], index: usize) -> Option<Vec<[u8; 32]>> {
    if index >= leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    let (mut rest, mut at) = (leaves, index);
    while rest.len() > 1 {
        let (left, right) = rest.split_at(split_point(rest.len()));
        if at < left.len() {
            path.push(subtree(right));
            rest = left;
        } else {
            path.push(subtree(left));
            at = at.saturating_sub(left.len());
            rest = right;
        }
    }
    path.reverse();
    Some(path)
}

/// Whether `leaf` is leaf `index` of the log of `size` leaves with this root
/// (RFC 9162 section 2.1.3.2).
#[must_use]
pub fn is_included(
    leaf: EntryHash,
    index: u64,
    size: u64,
    path: &[[u8; 32]],
    root: LogRoot,
) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last) = (index, size.saturating_sub(1));
    let mut hash = *leaf.bytes();
    for sibling in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root.bytes()
}

/// Proof that a log of `old` leaves is the beginning of this one (RFC 9162 section 2.1.4.1).
/// Empty for an empty or an equal log; `None` if this one is shorter.
#[must_use]
pub fn consistency_path(leaves: &[EntryHash], old: usize) -> Option<Vec<[u8; 32]>> {
    if old > leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    if old == 0 {
        return Some(path);
    }
    let (mut rest, mut at) = (leaves, old);
    // Whether the part at hand is the whole old log, whose root the asker has already.
    let mut is_old_log = true;
    while at < rest.len() {
        let (left, right) = rest.split_at(split_point(rest.len()));
        if at <= left.len() {
            path.push(subtree(right));
            rest = left;
        } else {
            path.push(subtree(left));
            at = at.saturating_sub(left.len());
            rest = right;
            is_old_log = false;
        }
    }
    if !is_old_log {
        path.push(subtree(rest));
    }
    path.reverse();
    Some(path)
}

/// Whether the log of `old` leaves with the root `old_root` is the beginning of the log of `new`
/// leaves with the root `new_root` (RFC 9162 section 2.1.4.2). An empty log is the beginning of
/// every log.
#[must_use]
pub fn is_consistent(
    old: u64,
    old_root: LogRoot,
    new: u64,
    new_root: LogRoot,
    path: &[[u8; 32]],
) -> bool {
    if old == 0 {
        return path.is_empty() && old_root == root_of(&[]);
    }
    if old >= new {
        return old == new && path.is_empty() && old_root == new_root;
    }
    let mut rest = path.iter();
    let (mut at, mut last) = (old.saturating_sub(1), new.saturating_sub(1));
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    // A perfect old log is a node of the new one: its root is the first node of the path.
    let first = if old.is_power_of_two() {
        Some(old_root.bytes())
    } else {
        rest.next()
    };
    let Some(first) = first else {
        return false;
    };
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old_hash = node(sibling, &old_hash);
            new_hash = node(sibling, &new_hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node(&new_hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root.bytes() && new_hash == *new_root.bytes()
}
