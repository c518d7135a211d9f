//! Whatever stops a run: there is nobody to recover for, only somebody to tell.

use ledger_app::error::AppError;
use ledger_core::refusal::Refusal;
use ledger_store::error::StoreError;

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A use case failed.
    #[error("{0}")]
    App(#[from] AppError),
    /// The store failed.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The ledger refused what it should have taken.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The second connection, for raw limits.
    #[error("{0}")]
    Postgres(#[from] postgres::Error),
    /// A file.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Something that should be there isn't.
    #[error("{0}")]
    Lost(String),
}

/// For what "can't" be missing.
pub(crate) fn lost(what: impl Into<String>) -> Failure {
    Failure::Lost(what.into())
}
