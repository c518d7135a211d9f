//! Early payment of papers.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Fact, Shell, Signing};

/// `GET/POST /redemptions`: `paper`, `pay_date`, `percent`, `day_count`, `accept_by`, `passphrase`;
/// `POST /redemptions/{id}/approve|return|withdraw`, `POST /redemptions/{id}/fragments/{fragment}/accept`.
#[derive(Debug, Template)]
#[template(path = "redemptions.html")]
pub struct Redemptions {
    /// Around the page.
    pub shell: Shell,
    /// What was typed into the form of a new one.
    pub form: Form,
    /// Whether the reader may propose one.
    pub proposes: bool,
    /// Whether that form is open.
    pub open: bool,
    /// Those that concern the reader, newest first.
    pub list: Vec<RedemptionCard>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct RedemptionCard {
    /// Its id.
    pub id: String,
    /// When it was proposed.
    pub made: String,
    /// What is offered, in a sentence.
    pub what: String,
    /// Paper, dates, rate; to the obligor what has been taken.
    pub facts: Vec<Fact>,
    /// How it stands, in words.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
    /// The word with a no, or empty.
    pub word: String,
    /// What the obligor's second person can sign now.
    pub deed: Option<Signing>,
    /// The reader's fragments.
    pub lines: Vec<RedemptionLine>,
    /// Where it is sent back with a word; empty if nowhere.
    pub send_back: String,
    /// Where it is taken back; empty if nowhere.
    pub withdraw: String,
    /// What was typed into its own forms.
    pub form: Form,
}

/// One fragment under an offer.
#[derive(Debug, Clone)]
pub struct RedemptionLine {
    /// Its units.
    pub range: String,
    /// How it stands, in words.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
    /// Face, rebate, payment, day.
    pub facts: Vec<Fact>,
    /// What its holder can sign now.
    pub deed: Option<Signing>,
    /// Whether that form is open.
    pub open: bool,
    /// What was typed into it.
    pub form: Form,
}
