//! A row as the file has it, before anything is believed.

/// What a cell was in its file. CSV knows only text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Text.
    Text,
    /// A workbook number, as the shortest decimal that reads back to the same 64-bit float.
    Number,
    /// A workbook date, as `yyyy-mm-dd` with ` hh:mm:ss` when the time is not midnight.
    Date,
    /// A workbook error such as `#N/A`.
    Error,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The text, untrimmed.
    pub text: String,
    /// What it was.
    pub kind: CellKind,
}

impl Cell {
    /// A text cell.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Cell {
        Cell {
            text: text.into(),
            kind: CellKind::Text,
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// 1-based line (CSV: where the record starts) or row number (XLSX), the header counted.
    pub line: u64,
    /// Its cells, left to right.
    pub cells: Vec<Cell>,
}

impl Record {
    /// Whether every cell is blank: spreadsheets leave such rows at their end.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| trimmed(&cell.text).is_empty())
    }
}

/// Without spaces (also full-width and no-break ones) and byte-order marks around it.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}
