//! Papers proposed by the maker, waiting for the checker's signature.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Fact, Shell, Signing};

/// `GET /treasury/proposals`; `POST /treasury/proposals/approve` or `/return` with ticked
/// `proposal` fields, `passphrase` for approval, `reason` for sending back.
#[derive(Debug, Template)]
#[template(path = "proposals.html")]
pub struct Proposals {
    /// Around the page.
    pub shell: Shell,
    /// What was ticked.
    pub form: Form,
    /// How many are due past the clocks of their payees, in a sentence.
    pub past_clock: Option<String>,
    /// Proposals waiting.
    pub proposals: Vec<Proposal>,
    /// Their number and sum, in a sentence.
    pub total: String,
    /// After which paper the page begins; empty for the first page.
    pub after: String,
    /// After which paper the next page begins, if there is one.
    pub next: Option<String>,
    /// To approve all that wait, where more wait than the page shows.
    pub all: Option<AllWaiting>,
    /// The terms of the papers on this page, each set of them once: how many papers have it, what it
    /// says.
    pub terms: Vec<(String, Vec<Fact>)>,
    /// What is signed; `None` where the user may not approve.
    pub deed: Option<Signing>,
}

/// One paper proposed.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// Its id.
    pub id: String,
    /// Payee.
    pub payee: String,
    /// Invoices it stands for, in words.
    pub invoices: String,
    /// Face.
    pub amount: String,
    /// Maturity.
    pub maturity: String,
    /// How that stands to the payee's 60-day clock; empty where it doesn't run.
    pub clock: String,
    /// Whether the payee will have to choose.
    pub past_clock: bool,
    /// Who proposed it and when.
    pub maker: String,
    /// The maker is this user, who therefore can't approve it.
    pub own: bool,
}

/// All that wait, as it was shown.
#[derive(Debug, Clone)]
pub struct AllWaiting {
    /// When it was looked up.
    pub as_of: String,
    /// How many.
    pub papers: String,
    /// Words on the button, with number and sum.
    pub submit: String,
    /// Words on the button that sends all of them back.
    pub back: String,
}

/// `GET /treasury/approvals/{id}`; with `HX-Request` only [`ApprovalProgress`] is sent.
#[derive(Debug, Template)]
#[template(path = "approving.html")]
pub struct Approving {
    /// Around the page.
    pub shell: Shell,
    /// How far it is.
    pub progress: ApprovalProgress,
}

/// How far an approval is; polled each second.
#[derive(Debug, Clone, Template)]
#[template(path = "approving_progress.html")]
pub struct ApprovalProgress {
    /// The approval's id.
    pub id: String,
    /// Words: `2,000 of 26,936 papers`.
    pub words: String,
    /// Papers decided.
    pub done: usize,
    /// Papers meant.
    pub total: usize,
}
