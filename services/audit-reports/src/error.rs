//! What can go wrong in the auditor's room.

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The address of the database can't be read.
    #[error("the address of the database can't be read: {0}")]
    Address(postgres::Error),
    /// The database.
    #[error("the database: {0}")]
    Database(#[from] postgres::Error),
    /// Where the report goes.
    #[error("writing the report: {0}")]
    Output(#[from] std::io::Error),
    /// As many reports as are allowed are being made.
    #[error("too many reports are being made; try again in {retry_after_seconds} seconds")]
    Busy {
        /// When to come back.
        retry_after_seconds: u32,
    },
    /// There is no such thing on record.
    #[error("there is no such record")]
    NotFound,
    /// Several books, and none was named.
    #[error("there are several books: name one by its origin")]
    SeveralBooks,
    /// The book has never been sealed, so there is nothing to check an export against.
    #[error("the book has no checkpoint yet")]
    NoCheckpoint,
    /// A value in a filter of the caller.
    #[error("the filter {0} can't be read")]
    BadFilter(&'static str),
    /// A row holds what the format has no place for: the record was changed behind the platform.
    #[error("{record} can't be read: {what}")]
    Unreadable {
        /// Which one.
        record: String,
        /// What about it.
        what: &'static str,
    },
    /// A fault of the program.
    #[error("{0}")]
    Internal(String),
}

impl AuditError {
    /// Stable code for machines, logs and pages.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            AuditError::Address(_) => "database_address",
            AuditError::Database(_) => "database",
            AuditError::Output(_) => "output",
            AuditError::Busy { .. } => "busy",
            AuditError::NotFound => "not_found",
            AuditError::SeveralBooks => "several_books",
            AuditError::NoCheckpoint => "no_checkpoint",
            AuditError::BadFilter(_) => "bad_filter",
            AuditError::Unreadable { .. } => "unreadable_record",
            AuditError::Internal(_) => "internal",
        }
    }

    /// For a row of which `what` doesn't fit.
    pub(crate) fn unreadable(record: impl Into<String>, what: &'static str) -> AuditError {
        AuditError::Unreadable {
            record: record.into(),
            what,
        }
    }
}
