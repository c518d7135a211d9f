//! What a letter about a webhook says. As in [`crate::notice`], the JSON outlives the program: no
//! word or field is ever renamed.

use serde::Deserialize;
use serde::Serialize;

/// To a party: one of its own systems is told nothing any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDisabled {
    /// Id of the webhook.
    pub webhook: String,
    /// Where its messages went: scheme, host and port. What follows may hold a secret.
    pub address: String,
    /// Whether the receiver said itself that it is gone (410); otherwise it took no message.
    pub gone: bool,
    /// What it last answered, or why there was no answer.
    pub answer: String,
}
