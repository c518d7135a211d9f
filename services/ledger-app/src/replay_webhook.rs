//! Messages sent again on demand, under the id they had: a receiver that has lost some takes them,
//! one that has them knows them. And a message for a test.

use chrono::DateTime;
use chrono::Utc;
use ledger_store::unit_of_work::WriteTx;
use ledger_store::webhooks::WebhookState;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;
use crate::webhook_event::Happening;

/// Sends one message again, taken before or not.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such message or webhook of the caller's party;
/// [`AppError::Invalid`] `webhook_disabled`.
pub fn one(app: &App, who: &Principal, webhook: Uuid, event: Uuid) -> Result<(), AppError> {
    who.may(Action::SetUpWebhooks)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        active(tx, who, webhook)?;
        if tx.webhook_delivery_again(webhook, event, now)? {
            Ok(())
        } else {
            Err(AppError::NotFound)
        }
    })
}

/// Sends all again that failed or was missed and happened at `since` or later; gives how many.
///
/// # Errors
/// As [`one`].
pub fn failed_since(
    app: &App,
    who: &Principal,
    webhook: Uuid,
    since: DateTime<Utc>,
) -> Result<usize, AppError> {
    who.may(Action::SetUpWebhooks)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        active(tx, who, webhook)?;
        Ok(tx.webhook_deliveries_again_since(webhook, since, now)?)
    })
}

/// Sends a message that says nothing, for a test; gives its id.
///
/// # Errors
/// As [`one`].
pub fn ping(app: &App, who: &Principal, webhook: Uuid) -> Result<Uuid, AppError> {
    who.may(Action::SetUpWebhooks)?;
    let event = Happening::ping(webhook).event(who.party, app.clock.now())?;
    app.store.write(|tx| {
        active(tx, who, webhook)?;
        tx.webhook_event_tell_one(webhook, &event)?;
        Ok(event.id)
    })
}

/// Locks a webhook of the caller's party that is told: it can't be disabled meanwhile.
fn active(tx: &mut WriteTx<'_>, who: &Principal, id: Uuid) -> Result<(), AppError> {
    let webhook = tx.webhook_lock(id)?;
    if webhook.party != who.party {
        return Err(AppError::NotFound);
    }
    match webhook.state {
        WebhookState::Active => Ok(()),
        WebhookState::Deleted => Err(AppError::NotFound),
        WebhookState::Disabled => Err(AppError::invalid(
            "webhook_disabled",
            "this webhook is disabled: enable it first",
        )),
    }
}
