//! Obligors that may issue nothing new.

use askama::Template;

use crate::forms::Form;
use crate::layout::Shell;

/// `GET /operator/stops`; `POST /operator/stops/{id}/cure` with `evidence`;
/// `POST /operator/cures/{id}/approve`; `POST /operator/cures/{id}/return` with `word`.
#[derive(Debug, Template)]
#[template(path = "operator_stops.html")]
pub struct Stops {
    /// Around the page.
    pub shell: Shell,
    /// Stops that last, longest first.
    pub stops: Vec<StopCard>,
}

/// One stop.
#[derive(Debug, Clone)]
pub struct StopCard {
    /// Its id.
    pub id: String,
    /// Whose.
    pub obligor: String,
    /// Where to see what it would mean if it failed.
    pub simulate: String,
    /// Since when.
    pub since: String,
    /// What is still owed.
    pub overdue: Vec<OverdueLine>,
    /// Whether a proposal waits for a decision.
    pub waiting: bool,
    /// What was proposed, newest first.
    pub cures: Vec<CureCard>,
    /// What was typed.
    pub form: Form,
}

/// A paper that is not paid in full.
#[derive(Debug, Clone)]
pub struct OverdueLine {
    /// Its number.
    pub number: String,
    /// When it was due.
    pub due: String,
    /// What of the face is owed.
    pub owed: String,
    /// Late interest owed, once it is fixed.
    pub interest: Option<String>,
    /// The bank's reason.
    pub reason: String,
}

/// A proposal.
#[derive(Debug, Clone)]
pub struct CureCard {
    /// Its id.
    pub id: String,
    /// On what evidence.
    pub evidence: String,
    /// Who proposed.
    pub maker: String,
    /// When.
    pub made_at: String,
    /// Whether it waits.
    pub waiting: bool,
    /// Whether the reader proposed it.
    pub own: bool,
    /// Who sent it back and when, or empty.
    pub decided: String,
    /// The word with it.
    pub word: String,
    /// What was typed.
    pub form: Form,
}
