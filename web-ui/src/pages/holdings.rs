//! What a supplier holds and what is due: the supplier's first page.

use askama::Template;

use crate::layout::{Chart, Figure, Shell, Task};

/// `GET /` for a supplier.
#[derive(Debug, Template)]
#[template(path = "holdings.html")]
pub struct Holdings {
    /// Around the page.
    pub shell: Shell,
    /// Papers to accept, quotes to look at.
    pub tasks: Vec<Task>,
    /// Held, due next, financed.
    pub figures: Vec<Figure>,
    /// Due dates ahead; `None` while nothing is held.
    pub strip: Option<Chart>,
    /// Fragments held, nearest maturity first.
    pub holdings: Vec<Holding>,
    /// Address of the next page of holdings; empty on the last.
    pub more: String,
}

/// One fragment held.
#[derive(Debug, Clone)]
pub struct Holding {
    /// The fragment's id.
    pub id: String,
    /// Who owes.
    pub obligor: String,
    /// Paper number, 30 digits.
    pub paper: String,
    /// Printed range, `1-120000000`.
    pub range: String,
    /// Amount.
    pub amount: String,
    /// Maturity date, adjusted.
    pub maturity: String,
    /// `in 43 days`, `today`.
    pub when: String,
    /// State in words.
    pub state: String,
    /// Class of the state's dot: live, offered, financed, frozen, overdue.
    pub state_class: &'static str,
    /// Whether it can be passed on or financed now.
    pub free: bool,
    /// Whether a holding beside it can be joined with it.
    pub joinable: bool,
}
