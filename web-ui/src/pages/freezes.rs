//! The operator's page of orders to freeze.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Fact, Shell};

/// `GET/POST /operator/freezes`: `scope`, `holder`, `paper`, `amount`, `authority`, `reference`,
/// `until`, `word`; `POST /operator/freezes/{id}/decide|return|withdraw|lift`.
#[derive(Debug, Template)]
#[template(path = "freezes.html")]
pub struct Freezes {
    /// Around the page.
    pub shell: Shell,
    /// What was typed.
    pub form: Form,
    /// Whether the form for a new order is open.
    pub open: bool,
    /// Whose fragments an order can name: value and name.
    pub holders: Vec<(String, String)>,
    /// What waits for a decision.
    pub waiting: Vec<FreezeCard>,
    /// What stands.
    pub standing: Vec<FreezeCard>,
    /// What is over, or was never carried out.
    pub over: Vec<FreezeCard>,
}

/// An order.
#[derive(Debug, Clone)]
pub struct FreezeCard {
    /// Its id.
    pub id: String,
    /// A freeze, or what lifts one.
    pub kind: String,
    /// When it was entered.
    pub made: String,
    /// What it reaches, in a sentence.
    pub what: String,
    /// Who ordered, number, last day, what it holds.
    pub facts: Vec<Fact>,
    /// The maker's word, or empty.
    pub word: String,
    /// Who entered it.
    pub maker: String,
    /// Whether that was the reader.
    pub own: bool,
    /// How it stands, in words.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
    /// Who decided and with which word; empty while nobody has.
    pub decided: String,
    /// What was typed into its own forms.
    pub form: Form,
}
