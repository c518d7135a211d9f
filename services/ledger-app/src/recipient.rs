//! Who is told, and the secret that lets a new person in.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;

use crate::language::Language;

/// One person who is told, in the language that person reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Recipient {
    /// The mail address, not yet checked: the courier refuses what isn't one.
    pub email: String,
    /// How the person is addressed.
    pub name: String,
    /// The language of the letter.
    pub language: Language,
}

/// The secret of a first sign-in link. Its `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InvitationToken(String);

impl InvitationToken {
    /// Wraps a token as made by the inviting use case; URL-safe characters only, by that maker.
    #[must_use]
    pub const fn new(token: String) -> Self {
        Self(token)
    }

    /// The secret itself, for the link.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for InvitationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationToken(hidden)")
    }
}
