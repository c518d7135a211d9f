//! What can go wrong in a job.

use bank_channel::messages::writing::WriteError;
use ledger_app::error::AppError;

/// Why a job stopped. It runs again at the next ring, from where it got to.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// A use case.
    #[error(transparent)]
    App(#[from] AppError),
    /// A message that no bank may get: a party's name or account can't be written.
    #[error("a message to the bank can't be written: {0}")]
    Message(#[from] WriteError),
    /// A bank that left a question open. Everything else of the job is done.
    #[error("the bank does not answer: {0}")]
    Unanswered(String),
}
