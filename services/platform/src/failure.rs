//! Why a sub-command failed, in one sentence for the operator.

/// A failure, already worded.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

/// Says what was being done when it failed.
pub(crate) trait Context<T> {
    /// Words an error as `what: error`.
    fn doing(self, what: &str) -> Result<T, Failure>;
}

impl<T, E: std::fmt::Display> Context<T> for Result<T, E> {
    fn doing(self, what: &str) -> Result<T, Failure> {
        self.map_err(|error| Failure(format!("{what}: {error}")))
    }
}
