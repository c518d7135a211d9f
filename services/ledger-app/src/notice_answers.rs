//! What letters about a finance provider's answers say, from one of its people to another.

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
