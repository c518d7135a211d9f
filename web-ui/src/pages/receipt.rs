//! After a signature: what was recorded and what comes next. Also the page for what can't be shown.

use askama::Template;

use crate::layout::{Fact, Shell};

/// `GET /receipts/{entry}`, the way to which every signing handler redirects.
#[derive(Debug, Template)]
#[template(path = "receipt.html")]
pub struct Receipt {
    /// Around the page.
    pub shell: Shell,
    /// What was done, in a sentence.
    pub title: String,
    /// Amount; empty if there is none.
    pub amount: String,
    /// What happens now.
    pub next: String,
    /// Entry number, hash, time, signer.
    pub facts: Vec<Fact>,
    /// Where to go: words and address; the first is the main one.
    pub links: Vec<(String, String)>,
}

/// Any status that isn't a success, as a page.
#[derive(Debug, Template)]
#[template(path = "problem.html")]
pub struct Problem {
    /// Around the page.
    pub shell: Shell,
    /// What happened.
    pub title: String,
    /// What to do.
    pub advice: String,
    /// Stable code.
    pub code: String,
    /// Where back; a path of ours.
    pub back: String,
}
