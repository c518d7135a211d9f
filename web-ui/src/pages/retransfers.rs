//! Fragments passed on between finance providers, and one of them.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Fact, Shell, Signing};
use crate::pages::fragment::PathStep;
use crate::pages::pledges::DealLine;

/// `GET /desk/retransfers`.
#[derive(Debug, Template)]
#[template(path = "desk_retransfers.html")]
pub struct Retransfers {
    /// Around the page.
    pub shell: Shell,
    /// The offers, newest first.
    pub lines: Vec<DealLine>,
    /// Whether older ones were left out.
    pub more: bool,
}

/// `GET /desk/retransfers/{id}`.
#[derive(Debug, Template)]
#[template(path = "desk_retransfer.html")]
pub struct RetransferPage {
    /// Around the page.
    pub shell: Shell,
    /// Errors of the passphrases.
    pub form: Form,
    /// Who offers to whom, in a sentence.
    pub sentence: String,
    /// Amount offered.
    pub amount: String,
    /// State in words.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
    /// Fragment, contract, recourse, price.
    pub facts: Vec<Fact>,
    /// What this reader may sign now: to accept, or to take it back.
    pub deed: Option<Signing>,
    /// To decline, which is signed too.
    pub decline: Option<Signing>,
    /// The way of the fragment from the obligor.
    pub path: Vec<PathStep>,
}
