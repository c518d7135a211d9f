//! One fragment: what it is, how it came here, what can be done with it.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Fact, Shell};
use crate::pages::papers::EntryLine;
use crate::pages::picture::Picture;

/// `GET /fragments/{id}`.
#[derive(Debug, Template)]
#[template(path = "fragment.html")]
pub struct FragmentPage {
    /// Around the page.
    pub shell: Shell,
    /// The fragment's id.
    pub id: String,
    /// Paper number.
    pub number: String,
    /// Printed range.
    pub range: String,
    /// Amount.
    pub amount: String,
    /// `due 2027-02-08, in 80 days`.
    pub due: String,
    /// State in words.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
    /// Whether it can be passed on or financed now.
    pub free: bool,
    /// Whom it can be pledged to now, or passed on to: value and name; empty if it can't.
    pub providers: Vec<(String, String)>,
    /// Whether it can be passed on to another finance provider.
    pub retransfers: bool,
    /// What was typed into a deed on it.
    pub form: Form,
    /// Whether the reader may propose that it is taken back, or goes back, as passed by mistake.
    pub correctable: bool,
    /// Address at which an unanswered offer can be taken back; empty if there is none.
    pub recall: String,
    /// Address at which it can be joined with the pieces beside it; empty if there are none.
    pub join: String,
    /// Address at which it can be written off; empty if it can't.
    pub write_off: String,
    /// Obligor, holder, dates, discharge.
    pub facts: Vec<Fact>,
    /// The icicle, masked for this reader.
    pub picture: Option<Picture>,
    /// The path from the obligor's issue to here; names this reader may not see are masked.
    pub path: Vec<PathStep>,
    /// Documents: name and address.
    pub documents: Vec<(String, String)>,
    /// Entries this reader may see.
    pub entries: Vec<EntryLine>,
}

/// One step of the path.
#[derive(Debug, Clone)]
pub struct PathStep {
    /// Name of the tier.
    pub tier: String,
    /// Holder, or the word for masked.
    pub holder: String,
    /// Whether the name is masked.
    pub masked: bool,
    /// How it went on: date and kind.
    pub how: String,
    /// Signature checked, in words.
    pub proof: String,
}
