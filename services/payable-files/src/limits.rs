//! How much of a file is taken in. Every loop over foreign input ends at one of these.

/// Bounds on one payables file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest file, in bytes as uploaded.
    pub max_bytes: u64,
    /// Most rows below the header.
    pub max_rows: u64,
    /// Longest single cell, in characters. Fields have their own, shorter bounds as well.
    pub max_cell_chars: usize,
    /// Most columns in the header.
    pub max_columns: usize,
    /// Longest CSV record in bytes; an unclosed quote ends here and not at the end of the file.
    pub max_record_bytes: u64,
    /// Most bytes all parts of a workbook may inflate to. Sizes declared in the file are not
    /// believed: the parts are inflated and counted before the workbook is opened.
    pub max_inflated_bytes: u64,
}

impl Default for Limits {
    /// 256 MB, a million rows, 1,000 characters a cell, 256 columns, 1 MB a record, 512 MB inflated.
    fn default() -> Self {
        Limits {
            max_bytes: 256 * 1024 * 1024,
            max_rows: 1_000_000,
            max_cell_chars: 1_000,
            max_columns: 256,
            max_record_bytes: 1024 * 1024,
            max_inflated_bytes: 512 * 1024 * 1024,
        }
    }
}
