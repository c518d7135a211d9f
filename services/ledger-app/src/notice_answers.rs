//! What letters say from one person of an organisation to another: what waits for a second hand,
//! what came back.

use chrono::NaiveDate;
use serde::Deserialize;
use serde::Serialize;

use crate::notice_papers::FragmentNamed;

/// To those at a finance provider who decide: a colleague proposes an answer to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerProposed {
    /// The request's id.
    pub request: String,
    /// Who proposes.
    pub maker: String,
    /// Who asks for money.
    pub supplier: String,
    /// On which fragment.
    pub fragment: FragmentNamed,
    /// Its amount.
    pub amount: String,
}

/// To who proposed an answer: it came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerReturned {
    /// The request's id.
    pub request: String,
    /// Who sent it back.
    pub checker: String,
    /// On which fragment.
    pub fragment: FragmentNamed,
    /// Its amount.
    pub amount: String,
    /// Why, in the checker's own words.
    pub reason: String,
}

/// To those at a finance provider who decide: a colleague has drawn up standing rates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatesProposed {
    /// Who proposes.
    pub maker: String,
    /// Currency of the card.
    pub currency: String,
    /// How many rows it has.
    pub rows: u32,
    /// First day.
    pub from: NaiveDate,
    /// Last.
    pub until: NaiveDate,
}

/// To who drew up standing rates: they came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatesReturned {
    /// Who sent them back.
    pub checker: String,
    /// Currency of the card.
    pub currency: String,
    /// First day.
    pub from: NaiveDate,
    /// Last.
    pub until: NaiveDate,
    /// Why, in the checker's own words.
    pub reason: String,
}

/// To who proposed papers: a colleague declined them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalsDeclined {
    /// Who declined.
    pub checker: String,
    /// How many papers.
    pub papers: u32,
    /// Their faces together.
    pub total: String,
    /// The first of the payables, by the obligor's own numbers.
    pub payables: Vec<String>,
    /// The list they all came with, if one.
    #[serde(default)]
    pub import: Option<String>,
    /// Why, in the checker's own words.
    #[serde(default)]
    pub reason: Option<String>,
}
