//! The first page after sign-in for everybody but suppliers, who land on their holdings.

use askama::Template;

use crate::layout::{Chart, Figure, Shell, Task};

/// `GET /` for treasury, bank and auditor.
#[derive(Debug, Template)]
#[template(path = "home.html")]
pub struct Home {
    /// Around the page.
    pub shell: Shell,
    /// What waits for this user.
    pub tasks: Vec<Task>,
    /// The numbers that matter to the role.
    pub figures: Vec<Figure>,
    /// Outstanding by maturity, where the role has it.
    pub chart: Option<Chart>,
    /// Latest notices, newest first.
    pub notices: Vec<NoticeLine>,
}

/// One notice.
#[derive(Debug, Clone)]
pub struct NoticeLine {
    /// Its date.
    pub when: String,
    /// What it says.
    pub text: String,
    /// Where it leads; empty if nowhere.
    pub href: String,
}
