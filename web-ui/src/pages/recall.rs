//! An offer of one's own that nobody has answered: take it back.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Shell, Signing};

/// `GET /offers/{id}` for whoever made the offer; taking back posts to the deed's action.
#[derive(Debug, Template)]
#[template(path = "recall.html")]
pub struct Recall {
    /// Around the page.
    pub shell: Shell,
    /// Errors of the passphrase.
    pub form: Form,
    /// To whom it is offered.
    pub to: String,
    /// Amount.
    pub amount: String,
    /// What is signed.
    pub deed: Signing,
    /// Address of the fragment.
    pub back: String,
}
