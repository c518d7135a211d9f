//! A paper or fragment offered: accept it or refuse it.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Fact, Shell, Signing};

/// A paper instead of money in time.
#[derive(Debug, Clone)]
pub struct Choice {
    /// When money would come, and when the paper is due.
    pub clock: String,
    /// The words to agree to.
    pub words: String,
    /// Their digest, which the box sends.
    pub value: String,
}

/// `GET /offers/{id}`; accepting posts to the deed's action, refusing to `/offers/{id}/refuse` with
/// `reason` and `passphrase`.
#[derive(Debug, Template)]
#[template(path = "offer.html")]
pub struct Offer {
    /// Around the page.
    pub shell: Shell,
    /// What was typed.
    pub form: Form,
    /// The offer's id.
    pub id: String,
    /// Who offers.
    pub from: String,
    /// Amount.
    pub amount: String,
    /// `due 2027-02-08, in 80 days`.
    pub due: String,
    /// Obligor, paper, range, document, invoice.
    pub facts: Vec<Fact>,
    /// What the obligor signed into the paper.
    pub terms: Vec<Fact>,
    /// Documents to look at: name and address.
    pub documents: Vec<(String, String)>,
    /// What a small or medium supplier has to choose freely before it accepts; none if it need not.
    pub choice: Option<Choice>,
    /// What is signed when accepting.
    pub accept: Signing,
    /// Lawful reasons to refuse: value and words.
    pub reasons: Vec<(String, String)>,
}
