//! What the player keeps from step to step under the names that the story gives.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use chrono::NaiveDate;
use ledger_core::sealed_bid::Opening;

use crate::failure::Failure;
use crate::reckoning::Reckoned;
use crate::shown::grouped;

/// A part of a paper as it is printed: number and range, 1-based and inclusive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Piece {
    /// The paper's number of 30 digits.
    pub paper: String,
    /// First minor unit.
    pub first: i64,
    /// Last minor unit.
    pub last: i64,
}

impl Piece {
    /// Minor units in it.
    #[must_use]
    pub const fn amount(&self) -> i64 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    /// The range as printed.
    #[must_use]
    pub fn range(&self) -> String {
        format!("{}-{}", self.first, self.last)
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} ({})",
            self.paper,
            self.range(),
            grouped(self.amount())
        )
    }
}

/// A quote on offer.
#[derive(Debug, Clone)]
pub struct QuoteKept {
    /// Code of the bank.
    pub bank: String,
    /// Its id.
    pub id: String,
    /// What it must come to.
    pub reckoned: Reckoned,
}

/// A bid whose digest the platform has; what it hides stays with its bank.
#[derive(Clone)]
pub struct BidKept {
    /// Its id.
    pub id: String,
    /// The request it is on.
    pub request: String,
    /// Nonce and quote, to be shown.
    pub opening: Opening,
    /// What the quote must come to.
    pub reckoned: Reckoned,
}

impl fmt::Debug for BidKept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BidKept({})", self.id)
    }
}

/// How far a limit was used at some moment, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitKept {
    /// Held.
    pub used: i64,
    /// Signed for, not yet moved.
    pub reserved: i64,
}

/// One moment: balances at the sandbox bank, and how far the mailbox was.
#[derive(Debug, Clone)]
pub struct Balances {
    /// The bank's business date then.
    pub date: NaiveDate,
    /// Minor units by account number.
    pub accounts: BTreeMap<String, i64>,
    /// Number of the newest letter.
    pub newest_letter: u64,
}

/// Everything kept.
#[derive(Debug, Default)]
pub struct Memory {
    /// Parts of papers.
    pub pieces: BTreeMap<String, Piece>,
    /// Imports: their pages.
    pub imports: BTreeMap<String, String>,
    /// Requests for money: their ids.
    pub requests: BTreeMap<String, String>,
    /// Quotes.
    pub quotes: BTreeMap<String, QuoteKept>,
    /// Sealed bids.
    pub bids: BTreeMap<String, BidKept>,
    /// Limits when they were set: by bank and obligor.
    pub limits: BTreeMap<String, LimitKept>,
    /// Balances.
    pub balances: BTreeMap<String, Balances>,
    /// Files.
    pub files: BTreeMap<String, PathBuf>,
    /// What the offline check said last of an unchanged journal.
    pub verdict: Option<String>,
    /// Letters that a step has already counted.
    pub letters: BTreeSet<u64>,
}

/// What a name stands for.
///
/// # Errors
/// Nothing has been kept under it yet.
pub fn recall<'a, T>(kept: &'a BTreeMap<String, T>, name: &str) -> Result<&'a T, Failure> {
    kept.get(name)
        .ok_or_else(|| Failure::story(format!("nothing is called {name} at this point")))
}
