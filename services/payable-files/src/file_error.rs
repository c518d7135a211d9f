//! Why a whole file, not a row, can't be taken.

use crate::column_mapping::MappingError;

/// A refusal of the file. Nothing after it is read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The bytes could not be read.
    #[error("the file could not be read")]
    Io(#[from] std::io::Error),
    /// No header row.
    #[error("the file is empty: the first row must name the columns")]
    Empty,
    /// More bytes than [`crate::limits::Limits::max_bytes`].
    #[error("the file is larger than {max_bytes} bytes; split it into several files")]
    TooLarge {
        /// The bound in bytes.
        max_bytes: u64,
    },
    /// More rows than [`crate::limits::Limits::max_rows`].
    #[error("the file has more than {max_rows} rows; split it into several files")]
    TooManyRows {
        /// The bound.
        max_rows: u64,
    },
    /// More columns than [`crate::limits::Limits::max_columns`].
    #[error("the file has more than {max_columns} columns")]
    TooManyColumns {
        /// The bound.
        max_columns: usize,
    },
    /// A CSV record without an end, most often an unclosed quotation mark.
    #[error("the row at line {line} does not end; look for an unclosed quotation mark there")]
    RecordTooLong {
        /// Line of the record's start, 1-based.
        line: u64,
    },
    /// The text is in UTF-16.
    #[error("the file is UTF-16 text; save it as \"CSV UTF-8\" or as XLSX")]
    Utf16,
    /// An old binary workbook or a workbook under a password.
    #[error("the workbook is in the old XLS format or has a password; save it as XLSX without one")]
    OldOrLockedWorkbook,
    /// Starts like a workbook but is none.
    #[error("the file is not a readable XLSX workbook: {reason}")]
    BadWorkbook {
        /// What the reader said.
        reason: String,
    },
    /// The workbook inflates beyond [`crate::limits::Limits::max_inflated_bytes`].
    #[error("the workbook unpacks to more than {max_bytes} bytes; it is refused")]
    WorkbookTooLarge {
        /// The bound in bytes.
        max_bytes: u64,
    },
    /// No sheet of the name in the mapping.
    #[error("the workbook has no sheet {sheet:?}")]
    NoSuchSheet {
        /// The name asked for, empty when there is no sheet at all.
        sheet: String,
    },
    /// A needed column is not in the header.
    #[error("the header has no column for {field}; expected {expected}")]
    MissingColumn {
        /// Our published field name.
        field: &'static str,
        /// The header names that would have served.
        expected: String,
    },
    /// A needed column's name stands twice in the header.
    #[error("the column {column:?} stands more than once in the header")]
    DuplicateColumn {
        /// The header text.
        column: String,
    },
    /// The mapping contradicts itself.
    #[error(transparent)]
    Mapping(#[from] MappingError),
}

impl FileError {
    /// Stable code shown to users and machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            FileError::Io(_) => "file_unreadable",
            FileError::Empty => "file_empty",
            FileError::TooLarge { .. } => "file_too_large",
            FileError::TooManyRows { .. } => "file_too_many_rows",
            FileError::TooManyColumns { .. } => "file_too_many_columns",
            FileError::RecordTooLong { .. } => "file_record_too_long",
            FileError::Utf16 => "file_utf16",
            FileError::OldOrLockedWorkbook => "file_old_or_locked_workbook",
            FileError::BadWorkbook { .. } => "file_bad_workbook",
            FileError::WorkbookTooLarge { .. } => "file_workbook_too_large",
            FileError::NoSuchSheet { .. } => "file_no_such_sheet",
            FileError::MissingColumn { .. } => "file_missing_column",
            FileError::DuplicateColumn { .. } => "file_duplicate_column",
            FileError::Mapping(_) => "mapping_invalid",
        }
    }
}
