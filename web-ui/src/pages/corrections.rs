//! Transfers taken back as a mistake, or proposed to be.

use askama::Template;

use crate::layout::Shell;
use crate::pages::deed_card::DeedCard;

/// `GET /corrections`; `POST /fragments/{id}/correct`: `reason`, `passphrase`;
/// `POST /corrections/{id}/sign|decline|withdraw`.
#[derive(Debug, Template)]
#[template(path = "corrections.html")]
pub struct Corrections {
    /// Around the page.
    pub shell: Shell,
    /// Those of which the reader is a side, newest first.
    pub list: Vec<DeedCard>,
}
