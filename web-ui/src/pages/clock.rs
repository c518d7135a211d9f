//! The 60-day clock of an obligor's debts.

use askama::Template;

use crate::layout::Shell;
use crate::share_bar::ShareBar;

/// `GET /treasury/clock`.
#[derive(Debug, Template)]
#[template(path = "clock.html")]
pub struct ClockPage {
    /// Around the page.
    pub shell: Shell,
    /// Whether the clock runs against this obligor.
    pub obliged: bool,
    /// How the whole is shared out, one bar a currency.
    pub bars: Vec<ShareBar>,
    /// The same by size of the suppliers.
    pub classes: Vec<ClassLine>,
    /// How many payees have to be asked, in a sentence.
    pub asks: Option<String>,
    /// How many are past their day without a choice, in a sentence.
    pub breaches: Option<String>,
    /// The lists: address, name, whether it is this one.
    pub lists: Vec<(String, String, bool)>,
    /// What the list shows.
    pub lead: String,
    /// Its lines.
    pub lines: Vec<ClockLine>,
    /// Address of the next page; empty on the last.
    pub next: String,
}

/// Debts to suppliers of one size.
#[derive(Debug, Clone)]
pub struct ClassLine {
    /// The size.
    pub size: String,
    /// For each standing its name, how many and how much.
    pub cells: Vec<(String, String, String)>,
}

/// A debt.
#[derive(Debug, Clone)]
pub struct ClockLine {
    /// To whom.
    pub supplier: String,
    /// Of what size.
    pub size: String,
    /// The invoice, or the payable's number.
    pub number: String,
    /// The paper that stands for it: as people read it, and as it stands in its address.
    pub paper: Option<(String, String)>,
    /// How far it has come.
    pub stage: String,
    /// How much.
    pub amount: String,
    /// From what the clock is counted.
    pub from: String,
    /// Its last day; empty if that can't be told.
    pub money_by: String,
    /// Days left or gone.
    pub left: String,
    /// When it is due, or was paid.
    pub ends: String,
    /// Days over, or that it is in time.
    pub over: String,
    /// The drawn bar.
    pub bar: String,
    /// Where it stands.
    pub standing: String,
    /// Class of the standing's dot.
    pub standing_class: &'static str,
    /// What follows from that.
    pub advice: String,
}
