//! What the obligor owes: outstanding by maturity, and one paper.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Chart, Fact, Figure, Shell, Signing};
use crate::pages::cash::CashByDay;
use crate::pages::picture::Picture;

/// `GET /treasury/papers`.
#[derive(Debug, Template)]
#[template(path = "outstanding.html")]
pub struct Outstanding {
    /// Around the page.
    pub shell: Shell,
    /// Outstanding, due next, number of papers.
    pub figures: Vec<Figure>,
    /// Cash needed by day, one for each currency.
    pub needed: Vec<CashByDay>,
    /// Columns by month.
    pub chart: Option<Chart>,
    /// The same as rows: month, papers, amount.
    pub months: Vec<(String, String, String)>,
    /// Papers, nearest maturity first.
    pub papers: Vec<PaperLine>,
    /// Address of the next page; empty on the last.
    pub more: String,
    /// Whether papers that have ended are listed too.
    pub all: bool,
}

/// A paper in a list.
#[derive(Debug, Clone)]
pub struct PaperLine {
    /// Number, 30 digits; also its address `/papers/{number}`.
    pub number: String,
    /// First holder.
    pub payee: String,
    /// Face.
    pub amount: String,
    /// Issue date.
    pub issued: String,
    /// Maturity.
    pub maturity: String,
    /// State in words.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
}

/// `GET /papers/{number}`, for whoever is entitled.
#[derive(Debug, Template)]
#[template(path = "paper.html")]
pub struct PaperPage {
    /// Around the page.
    pub shell: Shell,
    /// Number.
    pub number: String,
    /// Face.
    pub amount: String,
    /// State in words.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
    /// The deed that takes it back; none once the payee has answered.
    pub withdrawal: Option<Signing>,
    /// What was typed into that deed.
    pub form: Form,
    /// Obligor, payee, dates, terms.
    pub facts: Vec<Fact>,
    /// What the obligor signed into it.
    pub terms: Vec<Fact>,
    /// Who holds which cents, as far as this reader may see.
    pub picture: Option<Picture>,
    /// What the paper stands for: invoice number, date, amount.
    pub payables: Vec<(String, String, String)>,
    /// Entries this reader may see, oldest first.
    pub entries: Vec<EntryLine>,
}

/// One entry of a history.
#[derive(Debug, Clone)]
pub struct EntryLine {
    /// Date and time.
    pub when: String,
    /// What happened, in a sentence.
    pub what: String,
    /// Amount; may be empty.
    pub amount: String,
    /// Start of the hash.
    pub hash: String,
}
