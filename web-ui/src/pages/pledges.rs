//! Pledges of which a party is a side, and one of them.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Fact, Shell, Signing};
use crate::pages::fragment::PathStep;

/// `GET /pledges`.
#[derive(Debug, Template)]
#[template(path = "pledges.html")]
pub struct Pledges {
    /// Around the page.
    pub shell: Shell,
    /// The pledges, newest first.
    pub lines: Vec<DealLine>,
    /// Whether older ones were left out.
    pub more: bool,
}

/// One pledge or one offer between finance providers in a list.
#[derive(Debug, Clone)]
pub struct DealLine {
    /// Its page.
    pub href: String,
    /// The other side.
    pub who: String,
    /// What the reader's part in it is, in words.
    pub part: String,
    /// Who owes.
    pub obligor: String,
    /// Paper.
    pub paper: String,
    /// Which cents of it.
    pub range: String,
    /// The two parties' name for loan or contract.
    pub reference: String,
    /// The due date.
    pub due: String,
    /// Amount.
    pub amount: String,
    /// State in words.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
}

/// `GET /pledges/{id}`.
#[derive(Debug, Template)]
#[template(path = "pledge.html")]
pub struct PledgePage {
    /// Around the page.
    pub shell: Shell,
    /// Its id.
    pub id: String,
    /// Errors of the passphrase.
    pub form: Form,
    /// Who pledges to whom, in a sentence.
    pub sentence: String,
    /// Amount pledged.
    pub amount: String,
    /// State in words.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
    /// Fragment, loan, claim.
    pub facts: Vec<Fact>,
    /// What this reader may sign now.
    pub deed: Option<Signing>,
    /// What this reader may do beside: last part of the address and words.
    pub other: Option<(&'static str, String)>,
    /// What is to know, in a sentence; empty if nothing is.
    pub note: String,
    /// Address of the fragment's own page, if it is the reader's to see.
    pub fragment: String,
    /// The way of the fragment from the obligor.
    pub path: Vec<PathStep>,
}
