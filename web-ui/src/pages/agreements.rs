//! Agreements of an obligor with all holders of a paper.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Fact, Shell, Signing};
use crate::pages::offer::Choice;

/// `GET/POST /agreements`: `paper`, `asked` (`void` or `extend`), `maturity`, `reason`, `consent_by`,
/// `passphrase`; `POST /agreements/{id}/approve|sign|return|decline|withdraw`.
#[derive(Debug, Template)]
#[template(path = "agreements.html")]
pub struct Agreements {
    /// Around the page.
    pub shell: Shell,
    /// What was typed into the form of a new one.
    pub form: Form,
    /// Whether the reader may propose one.
    pub proposes: bool,
    /// Whether that form is open.
    pub open: bool,
    /// Those that concern the reader, newest first.
    pub list: Vec<AgreementCard>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct AgreementCard {
    /// Its id.
    pub id: String,
    /// What it is, in a word.
    pub kind: String,
    /// When it was proposed.
    pub made: String,
    /// What is asked, in a sentence.
    pub what: String,
    /// Paper, amount, dates, reason.
    pub facts: Vec<Fact>,
    /// How it stands, in words.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
    /// The word with a no, or empty.
    pub word: String,
    /// What the reader can sign now.
    pub deed: Option<Signing>,
    /// What the reader has to choose freely before it signs; none if it need not.
    pub choice: Option<Choice>,
    /// Where the reader says no with a word, and the words on that button; empty if nowhere.
    pub refuse: (String, String),
    /// Where the reader takes it back; empty if nowhere.
    pub withdraw: String,
    /// What was typed into its own forms.
    pub form: Form,
}
