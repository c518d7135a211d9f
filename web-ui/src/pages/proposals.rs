//! Papers proposed by the maker, waiting for the checker's signature.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Shell, Signing};

/// `GET /treasury/proposals`; `POST /treasury/proposals/approve` or `/return` with ticked
/// `proposal` fields, `passphrase` for approval, `reason` for sending back.
#[derive(Debug, Template)]
#[template(path = "proposals.html")]
pub struct Proposals {
    /// Around the page.
    pub shell: Shell,
    /// What was ticked.
    pub form: Form,
    /// Proposals waiting.
    pub proposals: Vec<Proposal>,
    /// Their number and sum, in a sentence.
    pub total: String,
    /// What is signed; `None` where the user may not approve.
    pub deed: Option<Signing>,
}

/// One paper proposed.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// Its id.
    pub id: String,
    /// Payee.
    pub payee: String,
    /// Invoices it stands for, in words.
    pub invoices: String,
    /// Face.
    pub amount: String,
    /// Maturity.
    pub maturity: String,
    /// Who proposed it and when.
    pub maker: String,
    /// The maker is this user, who therefore can't approve it.
    pub own: bool,
}
