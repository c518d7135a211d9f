//! Suppliers by the list: the operator's upload and what came of it.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Figure, Shell};
use crate::pages::imports::{ColumnHelp, RowProblem};

/// `GET /operator/suppliers` and `POST` (multipart): `file`.
#[derive(Debug, Template)]
#[template(path = "suppliers_new.html")]
pub struct SuppliersNew {
    /// Around the page.
    pub shell: Shell,
    /// What was chosen.
    pub form: Form,
    /// The published columns.
    pub columns: Vec<ColumnHelp>,
    /// Obligors' lists that wait for suppliers.
    pub lists: Vec<UnknownList>,
}

/// A list of payables with payees that nobody knows.
#[derive(Debug, Clone)]
pub struct UnknownList {
    /// Where its unknown payees can be had as a file.
    pub href: String,
    /// Whose list it is.
    pub obligor: String,
    /// Its file.
    pub file: String,
    /// When it came.
    pub at: String,
    /// How many payees.
    pub payees: String,
    /// In how many rows.
    pub rows: String,
}

/// `GET /operator/suppliers/{id}`; with `HX-Request` only [`IntakeProgress`] is sent.
#[derive(Debug, Template)]
#[template(path = "suppliers_result.html")]
pub struct IntakeResult {
    /// Around the page.
    pub shell: Shell,
    /// The upload's id.
    pub id: String,
    /// File name.
    pub file: String,
    /// Set while suppliers are being taken in.
    pub progress: Option<IntakeProgress>,
    /// New, known, refused.
    pub figures: Vec<Figure>,
    /// The first problems.
    pub problems: Vec<RowProblem>,
    /// Problems not shown here but in the download.
    pub left_out: usize,
}

/// How far it is; polled each second.
#[derive(Debug, Clone, Template)]
#[template(path = "suppliers_progress.html")]
pub struct IntakeProgress {
    /// The upload's id.
    pub id: String,
    /// Words.
    pub words: String,
    /// Bytes or rows done.
    pub done: usize,
    /// Bytes or rows in all.
    pub total: usize,
}
