//! Where a party's own systems are told what happens: a webhook is made, changed, given a new secret,
//! stopped and started, deleted. Its secret is shown once.

use chrono::DateTime;
use chrono::Duration;
use chrono::SubsecRound as _;
use chrono::Utc;
use ledger_store::unit_of_work::WriteTx;
use ledger_store::webhooks::DisabledWhy;
use ledger_store::webhooks::Webhook;
use ledger_store::webhooks::WebhookState;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;
use crate::webhook_event::WebhookTopic;
use crate::webhook_secret::WebhookSecret;
use crate::webhook_target;

/// Most webhooks of a party.
pub const MOST: usize = 10;

/// Longest name that a party gives one.
const LONGEST_NOTE: usize = 200;

/// How long both secrets sign after a rotation, if nothing else is said, in hours.
pub const OVERLAP_HOURS: u32 = 24;

/// Longest of that: a week.
pub const LONGEST_OVERLAP_HOURS: u32 = 168;

/// What a webhook shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookTerms {
    /// The receiver's address.
    pub url: String,
    /// Of what it is told.
    pub topics: Vec<WebhookTopic>,
    /// What its party calls it, or empty.
    pub note: String,
}

/// A webhook that was made.
#[derive(Debug, Clone)]
pub struct MadeWebhook {
    /// Its id.
    pub id: Uuid,
    /// Its secret; never shown again.
    pub secret: WebhookSecret,
}

/// A secret that takes another's place.
#[derive(Debug, Clone)]
pub struct Rotated {
    /// The new one; never shown again.
    pub secret: WebhookSecret,
    /// Until when messages carry a signature of the earlier one too.
    pub earlier_until: DateTime<Utc>,
}

/// Makes a webhook.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::Invalid`] `webhook_url_invalid`, `webhook_url_not_allowed`,
/// `webhook_topics_unknown`, `webhook_note_too_long`, `webhooks_too_many`.
pub fn add(app: &App, who: &Principal, terms: &WebhookTerms) -> Result<MadeWebhook, AppError> {
    who.may(Action::SetUpWebhooks)?;
    check(app, terms)?;
    let now = app.clock.now();
    let id = Uuid::from_bytes(random::bytes()?);
    let secret = WebhookSecret::make()?;
    let new = Webhook {
        id,
        party: who.party,
        url: terms.url.clone(),
        note: terms.note.trim().to_owned(),
        state: WebhookState::Active,
        why: DisabledWhy::Not,
        secret: Some(app.webhook_key.seal(id, &secret)?),
        earlier_secret: None,
        earlier_until: None,
        made_by: who.subject(),
        made_at: now,
        changed_by: who.subject(),
        changed_at: now,
    };
    app.store.write(|tx| {
        if tx.webhooks_lock_of_party(who.party)?.len() >= MOST {
            return Err(AppError::invalid(
                "webhooks_too_many",
                format!("a party has {MOST} webhooks at most; delete one first"),
            ));
        }
        Ok(tx.webhook_insert(&new, &terms.topics)?)
    })?;
    Ok(MadeWebhook { id, secret })
}

/// Sets address, topics and name of a webhook. Its secret stays.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's party's; otherwise as [`add`].
pub fn change(app: &App, who: &Principal, id: Uuid, terms: &WebhookTerms) -> Result<(), AppError> {
    changed(app, who, id, |app, tx, webhook| {
        check(app, terms)?;
        terms.url.clone_into(&mut webhook.url);
        terms.note.trim().clone_into(&mut webhook.note);
        Ok(tx.webhook_topics_set(id, &terms.topics)?)
    })
}

/// Gives a webhook a new secret. For `overlap_hours` messages carry signatures of both, so that the
/// receiver can change over when it likes; none at all with 0, for a secret that got out.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Invalid`] `overlap_not_possible`.
pub fn rotate(
    app: &App,
    who: &Principal,
    id: Uuid,
    overlap_hours: u32,
) -> Result<Rotated, AppError> {
    who.may(Action::SetUpWebhooks)?;
    if overlap_hours > LONGEST_OVERLAP_HOURS {
        return Err(AppError::invalid_field(
            "overlap_hours",
            "overlap_not_possible",
            format!("choose 0 to {LONGEST_OVERLAP_HOURS} hours"),
        ));
    }
    let secret = WebhookSecret::make()?;
    let sealed = app.webhook_key.seal(id, &secret)?;
    let (now, overlap) = (app.clock.now(), Duration::hours(i64::from(overlap_hours)));
    let until = now.checked_add_signed(overlap).unwrap_or(now);
    let earlier_until = until.trunc_subsecs(0);
    changed(app, who, id, |_app, _tx, webhook| {
        let earlier = webhook.secret.replace(sealed.clone());
        webhook.earlier_secret = earlier.filter(|_| overlap_hours > 0);
        webhook.earlier_until = webhook.earlier_secret.is_some().then_some(earlier_until);
        Ok(())
    })?;
    Ok(Rotated {
        secret,
        earlier_until,
    })
}

/// Tells a webhook nothing until it is enabled. What it misses meanwhile can be replayed then. A
/// second time changes nothing.
///
/// # Errors
/// [`AppError::NotFound`].
pub fn disable(app: &App, who: &Principal, id: Uuid) -> Result<(), AppError> {
    changed(app, who, id, |_app, tx, webhook| {
        if webhook.state == WebhookState::Active {
            webhook.state = WebhookState::Disabled;
            webhook.why = DisabledWhy::ByHand;
            tx.webhook_deliveries_give_up(id)?;
        }
        Ok(())
    })
}

/// Tells it again, from now on. A second time changes nothing.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Invalid`] `webhook_url_not_allowed` if its address is not
/// allowed any more.
pub fn enable(app: &App, who: &Principal, id: Uuid) -> Result<(), AppError> {
    changed(app, who, id, |app, _tx, webhook| {
        webhook_target::check(&webhook.url, app.allows_private_webhooks())?;
        webhook.state = WebhookState::Active;
        webhook.why = DisabledWhy::Not;
        Ok(())
    })
}

/// Deletes a webhook with its secrets.
///
/// # Errors
/// [`AppError::NotFound`], a second time too.
pub fn delete(app: &App, who: &Principal, id: Uuid) -> Result<(), AppError> {
    changed(app, who, id, |_app, tx, webhook| {
        webhook.state = WebhookState::Deleted;
        webhook.why = DisabledWhy::Not;
        webhook.secret = None;
        webhook.earlier_secret = None;
        webhook.earlier_until = None;
        tx.webhook_deliveries_give_up(id)?;
        Ok(())
    })
}

/// Changes a webhook of the caller's party, and notes who did.
fn changed(
    app: &App,
    who: &Principal,
    id: Uuid,
    mut how: impl FnMut(&App, &mut WriteTx<'_>, &mut Webhook) -> Result<(), AppError>,
) -> Result<(), AppError> {
    who.may(Action::SetUpWebhooks)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let mut webhook = tx.webhook_lock(id)?;
        if webhook.party != who.party || webhook.state == WebhookState::Deleted {
            return Err(AppError::NotFound);
        }
        how(app, tx, &mut webhook)?;
        webhook.changed_by = who.subject();
        webhook.changed_at = now;
        Ok(tx.webhook_update(&webhook)?)
    })
}

fn check(app: &App, terms: &WebhookTerms) -> Result<(), AppError> {
    webhook_target::check(&terms.url, app.allows_private_webhooks())?;
    if terms.topics.is_empty() || terms.topics.contains(&WebhookTopic::Ping) {
        return Err(topics_unknown());
    }
    if terms.note.chars().count() > LONGEST_NOTE {
        return Err(AppError::invalid_field(
            "note",
            "webhook_note_too_long",
            format!("a name has {LONGEST_NOTE} characters at most"),
        ));
    }
    Ok(())
}

/// The refusal of topics that there are not.
#[must_use]
pub fn topics_unknown() -> AppError {
    AppError::invalid_field(
        "topics",
        "webhook_topics_unknown",
        "choose at least one of the topics, by its word such as request.created",
    )
}
