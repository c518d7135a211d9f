//! What a notice to the operator says of a task. As in [`crate::notice`], the JSON outlives the
//! program: no word or field is ever renamed.

use serde::Deserialize;
use serde::Serialize;

/// To the operator: a person has to look at something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorTasks {
    /// How many tasks are new.
    pub count: u32,
    /// The first of them.
    pub tasks: Vec<TaskTold>,
}

/// A task in a letter to the operator's people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskTold {
    /// What it is about: `settlement_run`, `settlement_credit`, `bank_booking`, `discount_payout`,
    /// `webhook`, `invoice_use`.
    pub about: String,
    /// Stable code of what is wrong.
    pub code: String,
    /// The record's own words, with the figures.
    pub detail: String,
}
