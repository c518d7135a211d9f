//! Recourse: what a party may claim, has claimed, and what is claimed from it.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Shell, Signing};
use crate::pages::deed_card::DeedCard;

/// `GET /recourse`; `POST /fragments/{id}/claim`, `POST /recourse/{id}/pay|dispute|withdraw`.
#[derive(Debug, Template)]
#[template(path = "recourse.html")]
pub struct Recourse {
    /// Around the page.
    pub shell: Shell,
    /// Fragments on which the reader may turn to the party before.
    pub rights: Vec<RightCard>,
    /// Claims of which the reader is a side, newest first.
    pub list: Vec<DeedCard>,
}

/// One of those fragments.
#[derive(Debug, Clone)]
pub struct RightCard {
    /// Public id of the fragment.
    pub fragment: String,
    /// What may be claimed from whom, in a sentence.
    pub what: String,
    /// What the reader can sign; none if its limit is used up, or the role may not.
    pub deed: Option<Signing>,
    /// What was typed into its form.
    pub form: Form,
}
