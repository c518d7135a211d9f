//! Agreements of an obligor with all holders of a paper.

use askama::Template;

use crate::forms::Form;
use crate::layout::Shell;
use crate::pages::deed_card::DeedCard;

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
    pub list: Vec<DeedCard>,
}
