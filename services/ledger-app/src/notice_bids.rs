//! What notices about sealed bids say.

use chrono::NaiveDateTime;
use serde::Deserialize;
use serde::Serialize;

use crate::notice_papers::FragmentNamed;

/// About a provider's own sealed bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BidTold {
    /// The request's id.
    pub request: String,
    /// Who asked.
    pub supplier: String,
    /// On which fragment.
    pub fragment: FragmentNamed,
    /// Its amount.
    pub amount: String,
    /// Until when it can be shown and signed, in the business time zone; none if it is over.
    #[serde(default)]
    pub until: Option<NaiveDateTime>,
}

/// About all sealed bids on an inquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BidsTold {
    /// Id of one of its requests.
    pub request: String,
    /// How many providers have bid.
    pub bidders: u32,
    /// On which fragment; the first, if on several.
    pub fragment: FragmentNamed,
    /// Its amount.
    pub amount: String,
    /// Until when bids can be shown and signed, in the business time zone.
    pub until: NaiveDateTime,
}
