//! A party's webhooks as it sees them: without their secrets, with how far each has been told.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::Utc;
use ledger_store::unit_of_work::ReadTx;
pub use ledger_store::webhook_deliveries::DeliveryState;
pub use ledger_store::webhook_deliveries::WebhookDelivery;
pub use ledger_store::webhooks::DisabledWhy;
use ledger_store::webhooks::Webhook;
pub use ledger_store::webhooks::WebhookState;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::newest_first;
use crate::newest_first::Page;
use crate::newest_first::Place;
use crate::policy::Action;
use crate::principal::Principal;
use crate::webhook_event::WebhookTopic;

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownWebhook {
    /// Its id.
    pub id: Uuid,
    /// The receiver's address.
    pub url: String,
    /// What its party calls it, or empty.
    pub note: String,
    /// Where it stands.
    pub state: WebhookState,
    /// Why it is disabled.
    pub why: DisabledWhy,
    /// Of what it is told.
    pub topics: Vec<WebhookTopic>,
    /// Until when the secret before the last rotation signs too, if it still does.
    pub earlier_until: Option<DateTime<Utc>>,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Deliveries that wait.
    pub waiting: i64,
    /// Deliveries that failed, missed ones too.
    pub failed: i64,
}

/// The party's webhooks, oldest first.
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn list(app: &App, who: &Principal) -> Result<Vec<ShownWebhook>, AppError> {
    who.may(Action::ViewWebhooks)?;
    let now = app.clock.now();
    app.store.read(|tx| {
        let found = tx.webhooks_of_party(who.party)?;
        shown(tx, found, now)
    })
}

/// One of them.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::NotFound`] if it is not the party's, or deleted.
pub fn one(app: &App, who: &Principal, id: Uuid) -> Result<ShownWebhook, AppError> {
    who.may(Action::ViewWebhooks)?;
    let now = app.clock.now();
    app.store.read(|tx| {
        let found = own(tx, who, id)?;
        shown(tx, vec![found], now)?.pop().ok_or(AppError::NotFound)
    })
}

/// A page of what one was told, newest first.
///
/// # Errors
/// As [`one`].
pub fn deliveries(
    app: &App,
    who: &Principal,
    id: Uuid,
    after: Option<Place>,
    limit: i64,
) -> Result<Page<WebhookDelivery>, AppError> {
    who.may(Action::ViewWebhooks)?;
    let after = after.map(|place| (place.at, Uuid::from_bytes(place.id)));
    app.store.read(|tx| {
        own(tx, who, id)?;
        let found = tx.webhook_deliveries_page(id, after, newest_first::rows(limit))?;
        Ok(newest_first::page(found, limit, |one| Place {
            at: one.made_at,
            id: *one.event.as_bytes(),
        }))
    })
}

/// A webhook of the caller's party; to anybody else it does not exist.
pub(crate) fn own(tx: &mut ReadTx<'_>, who: &Principal, id: Uuid) -> Result<Webhook, AppError> {
    let found = tx.webhooks_by_ids(&[id])?.pop();
    found
        .filter(|one| one.party == who.party && one.state != WebhookState::Deleted)
        .ok_or(AppError::NotFound)
}

fn shown(
    tx: &mut ReadTx<'_>,
    found: Vec<Webhook>,
    now: DateTime<Utc>,
) -> Result<Vec<ShownWebhook>, AppError> {
    let ids: Vec<Uuid> = found.iter().map(|one| one.id).collect();
    let mut topics: HashMap<Uuid, Vec<WebhookTopic>> = HashMap::new();
    for interest in tx.webhook_topics(&ids)? {
        topics
            .entry(interest.webhook)
            .or_default()
            .push(interest.topic);
    }
    let counts = |tx: &mut ReadTx<'_>, state| -> Result<HashMap<Uuid, i64>, AppError> {
        Ok(tx
            .webhook_deliveries_count(&ids, state)?
            .into_iter()
            .collect())
    };
    let waiting = counts(tx, DeliveryState::Waiting)?;
    let failed = counts(tx, DeliveryState::Failed)?;
    Ok(found
        .into_iter()
        .map(|one| ShownWebhook {
            topics: topics.remove(&one.id).unwrap_or_default(),
            waiting: waiting.get(&one.id).copied().unwrap_or(0),
            failed: failed.get(&one.id).copied().unwrap_or(0),
            earlier_until: one.earlier_until.filter(|until| *until > now),
            id: one.id,
            url: one.url,
            note: one.note,
            state: one.state,
            why: one.why,
            made_at: one.made_at,
        })
        .collect())
}
