//! Why the matrix could not be tried: that is no verdict on the platform.

/// A failure, already worded.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Failure(pub(crate) String);

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
