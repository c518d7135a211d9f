//! What is wrong with an exported journal, and where.

use std::fmt;

use crate::canonical::CanonicalError;
use crate::checkpoint::CheckpointError;
use crate::clearing::ClearingError;
use crate::id::PaperId;
use crate::refusal::Refusal;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Not UTF-8, not one line feed at its end.
    #[error("the line is not text that ends with one line feed")]
    NotText,
    /// Not a line of this file.
    #[error("the line can't be read, or is not spelled in the one lawful way")]
    NotALine,
    /// A lawful line in an unlawful place, such as an entry with another number.
    #[error("another line belongs here: {0}")]
    OutOfPlace(&'static str),
    /// The file ends before its checkpoint is complete.
    #[error("the file ends too early: {0}")]
    EndsEarly(&'static str),
    /// The verifier key can't be read.
    #[error("the verifier key can't be read")]
    BadVerifierKey,
    /// The file is another book's.
    #[error("this is the journal of another book or key")]
    AnotherBook,
    /// Bytes of the entry or of its signatures.
    #[error("the entry is not in canonical form: {0}")]
    NotCanonical(CanonicalError),
    /// A signature doesn't hold, or the law forbids the entry.
    #[error("the law forbids this entry: {0}")]
    Refused(Refusal),
    /// What the entry made is not what it spent.
    #[error("the entry makes or loses units")]
    NotConserved,
    /// The live fragments of the paper don't tile its face.
    #[error("the live fragments do not cover the face exactly once")]
    NotTiled,
    /// The terms name a clearing rule that this program doesn't have.
    #[error("the clearing rule of the paper is not known here")]
    UnknownClearingRule,
    /// The settlement can't be cleared.
    #[error("the settlement can't be cleared: {0}")]
    NotCleared(ClearingError),
    /// The entry carries another sheet than the one that follows from the fragments.
    #[error("the clearing sheet does not follow from the live fragments and the cash")]
    AnotherSheet,
    /// The sheet in the file isn't the one the entry carries.
    #[error("these are not the bytes of the sheet that the entry carries")]
    SheetBytes,
    /// The live fragment differs from the one the entries lead to.
    #[error("the live fragment is not the one that the entries lead to")]
    AnotherFragment,
    /// The signed checkpoint.
    #[error("{0}")]
    Checkpoint(CheckpointError),
    /// The checkpoint counts other entries.
    #[error("the checkpoint states {stated} entries, the file holds {found}")]
    AnotherSize {
        /// In the checkpoint.
        stated: u64,
        /// In the file.
        found: u64,
    },
    /// The checkpoint's root is another.
    #[error("the entries do not lead to the root in the checkpoint")]
    AnotherRoot,
}

impl Reason {
    /// Stable code for machines, translations and tests; a refusal's own code if it is one.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Reason::NotText => "not_text",
            Reason::NotALine => "not_a_line",
            Reason::OutOfPlace(_) => "out_of_place",
            Reason::EndsEarly(_) => "ends_early",
            Reason::BadVerifierKey => "bad_verifier_key",
            Reason::AnotherBook => "another_book",
            Reason::NotCanonical(_) => "not_canonical",
            Reason::Refused(refusal) => refusal.code(),
            Reason::NotConserved => "not_conserved",
            Reason::NotTiled => "not_tiled",
            Reason::UnknownClearingRule => "unknown_clearing_rule",
            Reason::NotCleared(error) => error.code(),
            Reason::AnotherSheet => "another_sheet",
            Reason::SheetBytes => "sheet_bytes",
            Reason::AnotherFragment => "another_fragment",
            Reason::Checkpoint(_) => "checkpoint",
            Reason::AnotherSize { .. } => "another_size",
            Reason::AnotherRoot => "another_root",
        }
    }
}

/// What is wrong and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line of the file, from 1; 0 before the first.
    pub line: u64,
    /// Number of the entry, from 0, if it lies in one or in its clearing sheet.
    pub entry: Option<u64>,
    /// The paper, where it is known.
    pub paper: Option<PaperId>,
    /// What.
    pub reason: Reason,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(n) = self.entry {
            write!(f, ", entry {n}")?;
        }
        if let Some(paper) = self.paper {
            write!(f, ", paper {paper}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl std::error::Error for Fault {}
