//! Why a step did not come out as told.

use std::fmt;

/// The way a step ended that was to end otherwise.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The platform said no. A step that expects a refusal takes it as its answer.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// Something else was seen than told.
    #[error("expected {expected}; came {came}")]
    Unexpected {
        /// What the story says.
        expected: String,
        /// What the platform showed.
        came: String,
    },
    /// An answer could not be had or read at all.
    #[error("{doing}: {why}")]
    Broken {
        /// What was tried.
        doing: String,
        /// What went wrong.
        why: String,
    },
    /// The story or the stage does not hold together.
    #[error("the story is wrong: {0}")]
    Story(String),
}

/// A refusal as it was shown: codes where there are any, and the fields marked as wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Stable codes.
    pub codes: Vec<String>,
    /// Names of the form's fields marked as wrong.
    pub fields: Vec<String>,
    /// The words beside them.
    pub words: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.codes.is_empty() {
            write!(f, "{}", self.codes.join(", "))?;
        }
        if !self.fields.is_empty() {
            write!(f, " [{}]", self.fields.join(", "))?;
        }
        if !self.words.is_empty() {
            write!(f, " “{}”", self.words)?;
        }
        Ok(())
    }
}

impl Failure {
    /// Something else was seen than told.
    pub fn unexpected(expected: impl Into<String>, came: impl Into<String>) -> Failure {
        Failure::Unexpected {
            expected: expected.into(),
            came: came.into(),
        }
    }

    /// The story does not hold together.
    pub fn story(why: impl Into<String>) -> Failure {
        Failure::Story(why.into())
    }
}

/// Adds what was being done to an error of somebody else's.
pub trait Doing<T> {
    /// The value, or a [`Failure::Broken`] that says what was tried.
    ///
    /// # Errors
    /// The error, with its context.
    fn doing(self, what: &str) -> Result<T, Failure>;
}

impl<T, E: std::error::Error> Doing<T> for Result<T, E> {
    fn doing(self, what: &str) -> Result<T, Failure> {
        self.map_err(|error| Failure::Broken {
            doing: what.to_owned(),
            why: chain(&error),
        })
    }
}

/// An error with everything behind it: HTTP clients hide the reason there.
fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut behind = error.source();
    while let Some(cause) = behind {
        words = format!("{words}: {cause}");
        behind = cause.source();
    }
    words
}

/// Compares what the story says with what came.
///
/// # Errors
/// [`Failure::Unexpected`] if they differ.
pub fn same<T: PartialEq + fmt::Display>(
    what: &str,
    expected: &T,
    came: &T,
) -> Result<(), Failure> {
    if expected == came {
        Ok(())
    } else {
        Err(Failure::unexpected(
            format!("{what} {expected}"),
            came.to_string(),
        ))
    }
}
