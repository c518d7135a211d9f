//! Trade documents: the list, one of them, a waybill to sign, the statement of a period.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Chart, Fact, Shell, Signing};

/// One line of the list.
#[derive(Debug)]
pub struct DocumentLine {
    /// Address.
    pub href: String,
    /// Kind in words.
    pub kind: String,
    /// Number.
    pub number: String,
    /// The other side.
    pub other: String,
    /// Date; may be empty.
    pub date: String,
    /// Amount; may be empty.
    pub amount: String,
    /// What is left or what it waits for.
    pub status: String,
    /// Class of the dot.
    pub dot: &'static str,
}

/// `GET /documents`.
#[derive(Debug, Template)]
#[template(path = "documents.html")]
pub struct Documents {
    /// Around the page.
    pub shell: Shell,
    /// The form to hand a document in.
    pub form: Form,
    /// The list.
    pub lines: Vec<DocumentLine>,
    /// Kinds to choose from: word and name.
    pub kinds: Vec<(&'static str, String)>,
    /// Whether the form is open.
    pub open: bool,
}

/// Somebody's word about a document.
#[derive(Debug)]
pub struct WordLine {
    /// Who.
    pub party: String,
    /// What.
    pub statement: String,
    /// When.
    pub date: String,
    /// Start of the key's id.
    pub key: String,
}

/// A credit note or true-up.
#[derive(Debug)]
pub struct ChangeLine {
    /// Address of the document.
    pub href: String,
    /// Kind and number.
    pub what: String,
    /// By how much, with its sign.
    pub amount: String,
    /// Whether it counts.
    pub state: String,
}

/// `GET /documents/{id}`.
#[derive(Debug, Template)]
#[template(path = "document.html")]
pub struct OneDocument {
    /// Around the page.
    pub shell: Shell,
    /// Fields and errors of the forms below.
    pub form: Form,
    /// Kind in words.
    pub kind: String,
    /// Number.
    pub number: String,
    /// Amount; may be empty.
    pub amount: String,
    /// What stands on it.
    pub facts: Vec<Fact>,
    /// Lines of goods of a waybill: item and quantity.
    pub goods: Vec<(String, String)>,
    /// What it can carry, drawn.
    pub bar: Option<Chart>,
    /// The same in words: class of the swatch, label, amount.
    pub legend: Vec<(&'static str, String, String)>,
    /// How much more it has carried than it may; empty for nothing.
    pub overdrawn: String,
    /// What changed it.
    pub changes: Vec<ChangeLine>,
    /// What it rests on: address and name.
    pub rests_on: Vec<(String, String)>,
    /// Who says what.
    pub words: Vec<WordLine>,
    /// Digest of the contents.
    pub digest: String,
    /// Address of the contents; of one kept here.
    pub content: String,
    /// Address that takes credit notes and true-ups; empty where there are none.
    pub adjust: String,
    /// Statements to choose from: word and name.
    pub statements: Vec<(&'static str, String)>,
    /// What is signed.
    pub deed: Option<Signing>,
}

/// `GET /waybills/new`.
#[derive(Debug, Template)]
#[template(path = "waybill_new.html")]
pub struct NewWaybill {
    /// Around the page.
    pub shell: Shell,
    /// The form.
    pub form: Form,
}

/// One invoice of a statement.
#[derive(Debug)]
pub struct BilledRow {
    /// Address.
    pub href: String,
    /// Number.
    pub invoice: String,
    /// Date.
    pub date: String,
    /// Waybills it bills.
    pub waybills: String,
    /// Amount.
    pub amount: String,
    /// Paid by fragments.
    pub carried: String,
    /// Whether it is matched.
    pub matched: bool,
}

/// A statement drawn up.
#[derive(Debug)]
pub struct StatementSheet {
    /// Between whom and when.
    pub facts: Vec<Fact>,
    /// Invoices.
    pub rows: Vec<BilledRow>,
    /// Waybills without an invoice: number and day.
    pub unbilled: Vec<(String, String)>,
    /// Sum of matched invoices.
    pub matched: String,
    /// Sum of all.
    pub total: String,
    /// The query, to keep or to take home.
    pub query: String,
}

/// `GET /statements`.
#[derive(Debug, Template)]
#[template(path = "statement.html")]
pub struct StatementPage {
    /// Around the page.
    pub shell: Shell,
    /// The form.
    pub form: Form,
    /// What was drawn up, if something was asked.
    pub sheet: Option<StatementSheet>,
}
