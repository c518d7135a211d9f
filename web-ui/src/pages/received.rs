//! What a party was paid at maturity.

use askama::Template;

use crate::layout::Fact;
use crate::layout::Shell;

/// `GET /received`.
#[derive(Debug, Template)]
#[template(path = "received.html")]
pub struct Received {
    /// Around the page.
    pub shell: Shell,
    /// The month's name.
    pub month: String,
    /// Addresses of the month before and the one after; empty where there is none.
    pub turn: (String, String),
    /// Address of the same as a file.
    pub file: String,
    /// What has arrived, one line a currency; empty if nothing has.
    pub arrived: String,
    /// Its payments.
    pub payments: Vec<ReceivedLine>,
    /// That there are more, in a sentence; empty if not.
    pub more: String,
    /// How the party is paid, in a sentence.
    pub choice: String,
    /// Whether it is paid in one sum.
    pub netted: bool,
    /// Whether the reader may change that.
    pub may_choose: bool,
}

/// A payment.
#[derive(Debug, Clone)]
pub struct ReceivedLine {
    /// How much.
    pub amount: String,
    /// Who pays, and when.
    pub about: String,
    /// Day, account and the bank's reference.
    pub facts: Vec<Fact>,
    /// How far it is.
    pub state: String,
    /// Colour of the dot beside that.
    pub class: &'static str,
    /// How many papers it is for, in a sentence.
    pub together: String,
    /// The papers: number, amount, how far if that differs between them.
    pub papers: Vec<(String, String, String)>,
}
