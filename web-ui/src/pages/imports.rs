//! Payables in: choose a file, map its columns, see what came of every row.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Figure, Shell, Signing};

/// `GET /treasury/imports` and `POST` (multipart): `file`, `mapping`.
#[derive(Debug, Template)]
#[template(path = "import_new.html")]
pub struct ImportNew {
    /// Around the page.
    pub shell: Shell,
    /// What was chosen.
    pub form: Form,
    /// Whether this user hands files in; others look at the lists.
    pub may_upload: bool,
    /// Saved mappings: value and name; the first is our own column set.
    pub mappings: Vec<(String, String)>,
    /// Our column set.
    pub columns: Vec<ColumnHelp>,
    /// Earlier imports, newest first.
    pub recent: Vec<ImportLine>,
}

/// A column of our own set.
#[derive(Debug, Clone)]
pub struct ColumnHelp {
    /// Its name in the file.
    pub name: String,
    /// What belongs there.
    pub meaning: String,
    /// An example.
    pub example: String,
    /// Whether it must be there.
    pub required: bool,
}

/// An earlier import.
#[derive(Debug, Clone)]
pub struct ImportLine {
    /// Address of its result.
    pub href: String,
    /// File name.
    pub file: String,
    /// How far it has been read, in words.
    pub state: String,
    /// Good rows.
    pub good: String,
    /// Rows with problems.
    pub bad: String,
}

/// `GET/POST /treasury/imports/{id}/mapping`: a field `column-<ours>` per column of ours holding
/// the file's header, and `name` to save the mapping under.
#[derive(Debug, Template)]
#[template(path = "import_mapping.html")]
pub struct ImportMapping {
    /// Around the page.
    pub shell: Shell,
    /// What was chosen.
    pub form: Form,
    /// The import's id.
    pub id: String,
    /// File name.
    pub file: String,
    /// Our columns.
    pub columns: Vec<ColumnHelp>,
    /// The file's headers and the first value under each.
    pub headers: Vec<(String, String)>,
}

impl ImportMapping {
    /// Name of the field for one of our columns.
    #[must_use]
    pub fn field(&self, column: &str) -> String {
        format!("column-{column}")
    }
}

/// `GET /treasury/imports/{id}`; with `HX-Request` while reading only [`ImportProgress`] is sent.
#[derive(Debug, Template)]
#[template(path = "import_result.html")]
pub struct ImportResult {
    /// Around the page.
    pub shell: Shell,
    /// The import's id.
    pub id: String,
    /// File name.
    pub file: String,
    /// How far it has been read, in words.
    pub how: String,
    /// Set while the file is still being read.
    pub progress: Option<ImportProgress>,
    /// Rows, good, set aside, sum.
    pub figures: Vec<Figure>,
    /// How many payees nobody knows, or knew when the file was read; a sentence each.
    pub unknown: Vec<String>,
    /// Whether some are unknown still: then they can be had as a file.
    pub unknown_waiting: bool,
    /// How many rows had each kind of problem: words, count.
    pub kinds: Vec<(String, String)>,
    /// The first problems.
    pub problems: Vec<RowProblem>,
    /// Problems not shown here but in the download.
    pub left_out: usize,
    /// Good rows put forward by payee: what will be proposed.
    pub proposed: Vec<ProposedLine>,
    /// What the maker signs to put the good rows forward; none for others, or with nothing to put.
    pub deed: Option<Signing>,
    /// What was typed beside it.
    pub form: Form,
}

/// How far reading has come; polled each second.
#[derive(Debug, Clone, Template)]
#[template(path = "import_progress.html")]
pub struct ImportProgress {
    /// The import's id.
    pub id: String,
    /// Words: `12,000 of 28,145 rows`.
    pub words: String,
    /// Rows read.
    pub done: usize,
    /// Rows in all.
    pub total: usize,
}

/// One bad value.
#[derive(Debug, Clone)]
pub struct RowProblem {
    /// Row in the file, 1-based, the header being 1.
    pub row: String,
    /// Column in the file.
    pub column: String,
    /// What stood there.
    pub value: String,
    /// What is wrong and what to do.
    pub advice: String,
    /// Stable code.
    pub code: String,
}

/// A payee's good rows.
#[derive(Debug, Clone)]
pub struct ProposedLine {
    /// Payee.
    pub payee: String,
    /// How many invoices.
    pub invoices: String,
    /// Maturity.
    pub maturity: String,
    /// Sum.
    pub amount: String,
}
