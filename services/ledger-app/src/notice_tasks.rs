//! What a notice to the operator says of a task. As in [`crate::notice`], the JSON outlives the
//! program: no word or field is ever renamed.

use serde::Deserialize;
use serde::Serialize;

/// A task in a letter to the operator's people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskTold {
    /// What it is about: `settlement_run`, `settlement_credit`, `bank_booking`.
    pub about: String,
    /// Stable code of what is wrong.
    pub code: String,
    /// The record's own words, with the figures.
    pub detail: String,
}
