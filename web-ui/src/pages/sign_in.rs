//! Sign in, and the first visit on which a user sets the passphrase that seals the signing key.

use askama::Template;

use crate::forms::Form;
use crate::layout::Shell;

/// `GET/POST /sign-in`. Fields: `login`, `passphrase`.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    /// Around the page; no user yet.
    pub shell: Shell,
    /// What was typed.
    pub form: Form,
    /// Where to go afterwards; a path of ours.
    pub next: String,
}

/// `GET/POST /first-visit/{invitation}`. Fields: `passphrase`, `passphrase_again`.
#[derive(Debug, Template)]
#[template(path = "first_visit.html")]
pub struct FirstVisit {
    /// Around the page; no user yet.
    pub shell: Shell,
    /// What was typed.
    pub form: Form,
    /// The invitation's token from the mail.
    pub invitation: String,
    /// The person invited.
    pub person: String,
    /// The party the person will act for.
    pub party: String,
    /// Name to sign in with, so that password managers store it.
    pub login: String,
}

/// `GET/POST /account`. Fields: `passphrase`, `passphrase_new`, `passphrase_again`.
#[derive(Debug, Template)]
#[template(path = "account.html")]
pub struct OwnPassphrase {
    /// Around the page.
    pub shell: Shell,
    /// What was typed.
    pub form: Form,
}

impl OwnPassphrase {
    /// Fewest characters of a passphrase.
    #[must_use]
    pub fn least(&self) -> usize {
        crate::forms::PASSPHRASE_MIN
    }
}

impl FirstVisit {
    /// Fewest characters of a passphrase.
    #[must_use]
    pub fn least(&self) -> usize {
        crate::forms::PASSPHRASE_MIN
    }
}
