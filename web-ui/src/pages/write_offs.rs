//! Writing off: what a holder has written off and what came since, and the deed by which it does.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Fact, Figure, Shell, Signing};

/// `GET /write-offs`.
#[derive(Debug, Template)]
#[template(path = "write_offs.html")]
pub struct WriteOffsPage {
    /// Around the page.
    pub shell: Shell,
    /// What the reader may write off now.
    pub possible: Vec<WriteOffLine>,
    /// Written off, recovered since, owed still, in all.
    pub figures: Vec<Figure>,
    /// What it has written off, newest first.
    pub list: Vec<WriteOffLine>,
    /// Whether there are more than list and sums hold.
    pub more: bool,
}

/// One fragment of either list.
#[derive(Debug, Clone)]
pub struct WriteOffLine {
    /// Address of the fragment, or of the deed on it.
    pub href: String,
    /// Paper number.
    pub paper: String,
    /// Printed range.
    pub range: String,
    /// Who owes.
    pub obligor: String,
    /// When it was written off; of what may be, when it was due.
    pub day: String,
    /// What was written off; of what may be, what would be.
    pub amount: String,
    /// What came since.
    pub recovered: String,
    /// What is owed still.
    pub owed: String,
    /// Why.
    pub reason: String,
    /// What it rests on.
    pub evidence: String,
}

/// `GET /fragments/{id}/write-off`, `POST` the same.
#[derive(Debug, Template)]
#[template(path = "write_off.html")]
pub struct WriteOffDeed {
    /// Around the page.
    pub shell: Shell,
    /// The fragment's id.
    pub id: String,
    /// What is signed; none once it is written off.
    pub deed: Option<Signing>,
    /// What was written off, and what came since.
    pub facts: Vec<Fact>,
    /// What was typed.
    pub form: Form,
}
