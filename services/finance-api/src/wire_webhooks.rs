//! Webhooks over the wire.

use chrono::DateTime;
use chrono::Utc;
use ledger_app::error::AppError;
use ledger_app::set_up_webhook::MadeWebhook;
use ledger_app::set_up_webhook::OVERLAP_HOURS;
use ledger_app::set_up_webhook::Rotated;
use ledger_app::set_up_webhook::WebhookTerms;
use ledger_app::set_up_webhook::topics_unknown;
use ledger_app::webhook_event::WebhookTopic;
use ledger_app::webhooks_view::ShownWebhook;
use ledger_app::webhooks_view::WebhookDelivery;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::moment;

/// What a webhook shall be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookIn {
    /// The receiver's address: public, https.
    pub url: String,
    /// Of what it is told: `request.created`, `request.withdrawn`, `quote.signed`, `quote.lost`,
    /// `quote.lapsed`, `bids.closed`, `bid.lapsed`, `limit.exhausted`, `payout.proven`,
    /// `payout.failed`, `payout.returned`, `maturity.settled`, `paper.defaulted`, `obligor.issuance_stopped`,
    /// `obligor.issuance_resumed`.
    #[schema(example = json!(["request.created", "quote.signed", "payout.proven"]))]
    pub topics: Vec<String>,
    /// What the caller calls it, up to 200 characters.
    #[serde(default)]
    pub note: String,
}

impl WebhookIn {
    /// As the use case takes it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `webhook_topics_unknown`.
    pub fn read(&self) -> Result<WebhookTerms, AppError> {
        let topics = self.topics.iter();
        let topics = topics.map(|word| WebhookTopic::from_word(word).ok_or_else(topics_unknown));
        Ok(WebhookTerms {
            url: self.url.clone(),
            topics: topics.collect::<Result<_, _>>()?,
            note: self.note.clone(),
        })
    }
}

/// A webhook.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookOut {
    /// Its id.
    pub id: String,
    /// The receiver's address.
    pub url: String,
    /// Of what it is told.
    pub topics: Vec<String>,
    /// What the caller calls it, or empty.
    pub note: String,
    /// `active` or `disabled`.
    #[schema(example = "active")]
    pub state: String,
    /// Why it is disabled: `by_hand`, `gone` (the receiver answered 410), `unreachable` (a message was
    /// not taken for the whole schedule), or empty.
    pub disabled_because: String,
    /// Until when messages are signed with the earlier secret too, after a rotation.
    pub earlier_secret_until: Option<String>,
    /// When it was made.
    pub made_at: String,
    /// Messages that wait.
    pub waiting: i64,
    /// Messages that were given up or missed while it was disabled; they can be replayed.
    pub failed: i64,
}

impl WebhookOut {
    /// For an answer.
    #[must_use]
    pub fn of(shown: &ShownWebhook) -> WebhookOut {
        let topics = shown.topics.iter();
        WebhookOut {
            id: shown.id.simple().to_string(),
            url: shown.url.clone(),
            topics: topics.map(|topic| topic.word().to_owned()).collect(),
            note: shown.note.clone(),
            state: shown.state.word().to_owned(),
            disabled_because: shown.why.word().to_owned(),
            earlier_secret_until: shown.earlier_until.map(moment),
            made_at: moment(shown.made_at),
            waiting: shown.waiting,
            failed: shown.failed,
        }
    }
}

/// The caller's webhooks.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhooksOut {
    /// Oldest first.
    pub items: Vec<WebhookOut>,
}

/// A webhook that was made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WebhookMadeOut {
    /// Its id.
    pub webhook: String,
    /// What its messages are signed with: `whsec_` and base 64. Shown now and never again.
    #[schema(example = "whsec_…")]
    pub secret: String,
}

impl WebhookMadeOut {
    /// For an answer.
    #[must_use]
    pub fn of(made: &MadeWebhook) -> WebhookMadeOut {
        WebhookMadeOut {
            webhook: made.id.simple().to_string(),
            secret: made.secret.reveal().to_string(),
        }
    }
}

/// How a secret is changed.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotationIn {
    /// For how many hours messages carry a signature of the earlier secret too: 0 to 168; 24 if not
    /// said. 0 for a secret that got out.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 168)]
    pub overlap_hours: Option<u32>,
}

impl RotationIn {
    /// The hours.
    #[must_use]
    pub fn hours(&self) -> u32 {
        self.overlap_hours.unwrap_or(OVERLAP_HOURS)
    }
}

/// A new secret.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RotatedOut {
    /// The new one. Shown now and never again.
    #[schema(example = "whsec_…")]
    pub secret: String,
    /// Until when messages carry a signature of the earlier one too.
    pub earlier_until: String,
}

impl RotatedOut {
    /// For an answer.
    #[must_use]
    pub fn of(rotated: &Rotated) -> RotatedOut {
        RotatedOut {
            secret: rotated.secret.reveal().to_string(),
            earlier_until: moment(rotated.earlier_until),
        }
    }
}

/// A message to one webhook.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeliveryOut {
    /// Id of the message: its `webhook-id`, the same at each try and replay.
    pub id: String,
    /// Its `type`.
    pub topic: String,
    /// When it happened.
    pub happened_at: String,
    /// `waiting`, `delivered` or `failed`.
    pub state: String,
    /// How often it was tried since it was last set going.
    pub attempts: i32,
    /// Of one that waits: when it is tried next.
    pub next_at: Option<String>,
    /// What the receiver last answered; none if it did not.
    pub status: Option<i32>,
    /// Why the last try failed, or empty.
    pub last_error: String,
    /// When the receiver last took it.
    pub delivered_at: Option<String>,
}

impl DeliveryOut {
    /// For an answer.
    #[must_use]
    pub fn of(one: &WebhookDelivery) -> DeliveryOut {
        use ledger_app::webhooks_view::DeliveryState::Waiting;
        DeliveryOut {
            id: one.event.simple().to_string(),
            topic: one.topic.word().to_owned(),
            happened_at: moment(one.made_at),
            state: one.state.word().to_owned(),
            attempts: one.attempts,
            next_at: (one.state == Waiting).then(|| moment(one.next_at)),
            status: one.status,
            last_error: one.last_error.clone(),
            delivered_at: one.delivered_at.map(moment),
        }
    }
}

/// A page of messages.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeliveryPage {
    /// Newest first.
    pub items: Vec<DeliveryOut>,
    /// For the next page; none on the last.
    pub next_cursor: Option<String>,
}

/// What to send again.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayIn {
    /// All that failed or was missed and happened then or later.
    pub since: DateTime<Utc>,
}

/// How much is sent again.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReplayedOut {
    /// How many messages.
    pub count: usize,
}

/// A test message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PingOut {
    /// Id of the message.
    pub delivery: String,
}

impl PingOut {
    /// For an answer.
    #[must_use]
    pub fn of(event: &Uuid) -> PingOut {
        PingOut {
            delivery: event.simple().to_string(),
        }
    }
}
