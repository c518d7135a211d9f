//! What letters about limits say.

use serde::Deserialize;
use serde::Serialize;

use crate::notice_papers::FragmentNamed;

/// To a finance provider: a holder wanted to sign its quote, and a limit has no room for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitExhausted {
    /// The request's id.
    pub request: String,
    /// The fragment.
    pub fragment: FragmentNamed,
    /// On what the limit is: name of an obligor, a group or a supplier.
    pub subject: String,
    /// What would have been taken.
    pub asked: String,
    /// The limit.
    pub limit: String,
    /// What is free of it.
    pub free: String,
}

/// To the people of a limit's owner: a colleague proposed a limit, a second one decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitProposed {
    /// Who proposed.
    pub maker: String,
    /// On what the limit is: name of an obligor, a group or a supplier.
    pub subject: String,
    /// How much; none: no limit any more.
    #[serde(default)]
    pub amount: Option<String>,
}

/// To a finance provider: another one asks it to see limits together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitCircleInvited {
    /// Who asks.
    pub provider: String,
    /// On what: name of an obligor or a group.
    pub subject: String,
}
