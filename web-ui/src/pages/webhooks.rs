//! Webhooks: where a party's own systems are told what happens, and what they were told.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Fact, Shell};

/// `GET /desk/webhooks`; `POST /desk/webhooks` with `url`, `topic` (several), `note`.
#[derive(Debug, Template)]
#[template(path = "desk_webhooks.html")]
pub struct Webhooks {
    /// Around the page.
    pub shell: Shell,
    /// The party's own, oldest first.
    pub webhooks: Vec<WebhookCard>,
    /// Of what one can be told: value and words.
    pub topics: Vec<(&'static str, String)>,
    /// Whether the reader may set them up.
    pub may_set_up: bool,
    /// What was typed.
    pub form: Form,
}

/// A webhook in short.
#[derive(Debug, Clone)]
pub struct WebhookCard {
    /// Its page.
    pub href: String,
    /// Its name, or its address where it has none.
    pub name: String,
    /// The receiver's address.
    pub url: String,
    /// Where it stands, and why.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
    /// Of what it is told, in words.
    pub topics: String,
    /// Messages that wait or failed, in a sentence; empty if none.
    pub open: String,
}

/// `GET /desk/webhooks/{webhook}`; posts to `rotate` (`overlap`), `ping`, `enable`, `disable`,
/// `delete`, `replay` (`since`) and `deliveries/{delivery}/replay` below it.
#[derive(Debug, Template)]
#[template(path = "desk_webhook.html")]
pub struct WebhookPage {
    /// Around the page.
    pub shell: Shell,
    /// In short.
    pub card: WebhookCard,
    /// What else there is to know.
    pub facts: Vec<Fact>,
    /// Whether it is told.
    pub active: bool,
    /// Whether the reader may set it up.
    pub may_set_up: bool,
    /// What it was told, newest first.
    pub deliveries: Vec<DeliveryLine>,
    /// Address of the next page; empty on the last.
    pub next: String,
    /// What was typed.
    pub form: Form,
}

/// A message.
#[derive(Debug, Clone)]
pub struct DeliveryLine {
    /// Its id.
    pub id: String,
    /// Its topic, in words.
    pub topic: String,
    /// When it happened.
    pub at: String,
    /// Where it stands.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
    /// How often it was tried.
    pub attempts: i32,
    /// What the receiver said, or when it is tried next; may be empty.
    pub note: String,
}

/// A secret, shown this once.
#[derive(Debug, Template)]
#[template(path = "desk_webhook_secret.html")]
pub struct WebhookSecretPage {
    /// Around the page.
    pub shell: Shell,
    /// The webhook's page.
    pub href: String,
    /// The secret.
    pub secret: String,
    /// Until when the earlier one signs too, in a sentence; empty if there is none.
    pub overlap: String,
}
