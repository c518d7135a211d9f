//! How letters name papers, fragments and recourse, and what they say of several papers at once. As in [`crate::notice`], the JSON outlives
//! the program: no word or field is ever renamed.

use serde::Deserialize;
use serde::Serialize;

/// A paper as a letter names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperNamed {
    /// The paper's number of 30 digits, as printed.
    pub number: String,
    /// The name of the obligor who promises to pay.
    pub obligor: String,
}

/// Recourse as a letter says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecourseNamed {
    /// None.
    Without,
    /// For the whole of it.
    With,
    /// Up to this much, in money.
    Limited(String),
}

/// A fragment as a letter names it: a paper and the printed range, `1-120000000`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FragmentNamed {
    /// The paper it is a part of.
    pub paper: PaperNamed,
    /// The range, 1-based and inclusive.
    pub range: String,
}

/// A paper and the reader's part in it, in a letter about several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperSum {
    /// The paper.
    pub paper: PaperNamed,
    /// The amount that concerns the reader.
    pub amount: String,
}

/// What a letter about several papers is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PapersTopic {
    /// To the obligor: they fall due, have the money ready.
    AheadObligor,
    /// To a holder: they fall due.
    AheadHolder,
    /// To the obligor: they were presented for payment.
    Presented,
    /// To the obligor: its bank did not pay them.
    UnpaidObligor,
    /// To a holder: its shares were credited.
    Credited,
    /// To the obligor: they are settled in full.
    Completed,
    /// To the obligor: they are in default, and it may issue nothing new.
    DefaultObligor,
    /// To whoever holds a part of them, or once did: they are in default.
    DefaultHolder,
}

impl PapersTopic {
    /// The stable word, as in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            PapersTopic::AheadObligor => "ahead_obligor",
            PapersTopic::AheadHolder => "ahead_holder",
            PapersTopic::Presented => "presented",
            PapersTopic::UnpaidObligor => "unpaid_obligor",
            PapersTopic::Credited => "credited",
            PapersTopic::Completed => "completed",
            PapersTopic::DefaultObligor => "default_obligor",
            PapersTopic::DefaultHolder => "default_holder",
        }
    }
}

/// On which side of a maturity the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaturitySide {
    /// Owes the money.
    Obligor,
    /// Is to get it.
    Holder,
}
