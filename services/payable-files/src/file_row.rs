//! What a row of a file came to.

use crate::payable_row::PayableRow;
use crate::row_problem::RowProblem;

/// A row that is a payable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePayable {
    /// Line of the file, 1-based, the header counted.
    pub line: u64,
    /// The payable.
    pub row: PayableRow,
    /// Its [`PayableRow::digest`]: with the key it tells "the same again" from "changed".
    pub digest: [u8; 32],
    /// Warnings; empty for most rows.
    pub warnings: Vec<RowProblem>,
}

/// Why a row is no payable of this file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsideKind {
    /// Something is wrong with it.
    Refused,
    /// A negative amount.
    CreditNote,
    /// The same content stood above.
    Repeated,
}

/// A row kept out, with every reason found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsideRow {
    /// Line of the file, 1-based, the header counted.
    pub line: u64,
    /// Which kind.
    pub kind: AsideKind,
    /// At least one.
    pub problems: Vec<RowProblem>,
}

/// One row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every row is a payable: no box for each"
)]
pub enum FileRow {
    /// A payable.
    Payable(FilePayable),
    /// Kept out.
    Aside(AsideRow),
}
