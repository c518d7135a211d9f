//! Pieces of one paper that lie side by side: make one of them.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Shell, Signing};

/// `GET /fragments/{id}/join`; signing posts to the deed's action.
#[derive(Debug, Template)]
#[template(path = "join.html")]
pub struct JoinPage {
    /// Around the page.
    pub shell: Shell,
    /// Errors of the passphrase.
    pub form: Form,
    /// How much they are together.
    pub whole: String,
    /// Range and amount of each, lowest first.
    pub pieces: Vec<(String, String)>,
    /// What is signed; `None` if there is nothing to join.
    pub deed: Option<Signing>,
    /// Address of the fragment.
    pub back: String,
}
