//! A finance provider's book, to look at.

use askama::Template;

use crate::layout::{Chart, Figure, Shell, Task};

/// `GET /` for a finance provider's people.
#[derive(Debug, Template)]
#[template(path = "bank.html")]
pub struct BankBook {
    /// Around the page.
    pub shell: Shell,
    /// What waits for a decision.
    pub tasks: Vec<Task>,
    /// Open requests, pay-outs due, fragments held.
    pub figures: Vec<Figure>,
    /// What is held by due date; `None` if nothing is.
    pub strip: Option<Chart>,
    /// Requests offered, newest first: `who` asks, `until` quotes are wanted.
    pub requests: Vec<BankLine>,
    /// Quotes, newest first.
    pub quotes: Vec<BankLine>,
    /// Purchases, newest first: `day` is the day of the pay-out.
    pub bought: Vec<BankLine>,
    /// Fragments held, soonest due first: `day` is the due date.
    pub held: Vec<BankLine>,
    /// Whether older ones were left out.
    pub more: bool,
}

/// A line of any of the tables, all for people; what a table doesn't show is empty.
#[derive(Debug, Clone, Default)]
pub struct BankLine {
    /// Its page; empty where there is none.
    pub href: String,
    /// The holder who asks or sold.
    pub who: String,
    /// Who owes.
    pub obligor: String,
    /// Paper.
    pub paper: String,
    /// Which cents of it.
    pub range: String,
    /// The day that matters.
    pub day: String,
    /// Until when.
    pub until: String,
    /// Annual rate.
    pub rate: String,
    /// What is paid out.
    pub proceeds: String,
    /// Face.
    pub amount: String,
    /// State in words.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
}
