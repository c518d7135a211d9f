//! Cards of matters that parties sign: agreements, claims by recourse, corrections.

use crate::forms::Form;
use crate::layout::{Fact, Signing};
use crate::pages::offer::Choice;

/// A matter between parties on a page of several: what it is, how it stands, what the reader can do
/// about it.
#[derive(Debug, Clone)]
pub struct DeedCard {
    /// Its id.
    pub id: String,
    /// What it is, in a word.
    pub kind: String,
    /// When it was made.
    pub made: String,
    /// What is asked, in a sentence.
    pub what: String,
    /// Paper, amount, dates, reasons.
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
