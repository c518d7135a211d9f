//! Messages to parties' own systems on their way: what is due, what was taken, what failed and when
//! to try again. Nothing is sent here: that is the courier's, outside any unit of work.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::Duration;
use chrono::Utc;
use ledger_store::operator_tasks::OperatorTask;
use ledger_store::operator_tasks::OperatorTaskKind;
use ledger_store::unit_of_work::WriteTx;
use ledger_store::webhook_deliveries::FailedTry;
use ledger_store::webhooks::DisabledWhy;
use ledger_store::webhooks::Webhook;
use ledger_store::webhooks::WebhookState;
use url::Url;
use uuid::Uuid;

use crate::app::App;
use crate::ask_operator;
use crate::error::AppError;
use crate::letters;
use crate::notice::Notice;
use crate::notice_webhooks::WebhookDisabled;
use crate::random;
use crate::webhook_secret::WebhookSecret;

/// How long a courier may keep what it took before another takes it again, in seconds: much longer
/// than a receiver may take to answer.
const LEASE_SECONDS: i64 = 60;

/// Messages taken for one webhook at a time.
const OF_EACH: i64 = 4;

/// Seconds after each failed try, as the Standard Webhooks specification suggests: 5 s, 5 min, 30 min,
/// 2 h, 5 h, 10 h, 14 h, 20 h, 24 h. After the tenth try a message is given up, some three days later.
const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Longest word kept on why a try failed.
const LONGEST_WHY: usize = 300;

/// A message to be sent.
#[derive(Debug, Clone)]
pub struct DueMessage {
    /// To which webhook.
    pub webhook: Uuid,
    /// Id of the event, the same at each try: the `webhook-id`.
    pub event: Uuid,
    /// Which try this is.
    pub attempts: i32,
    /// The receiver's address.
    pub url: String,
    /// The message.
    pub body: String,
    /// What signs it: the secret, and the one before while that still does.
    pub secrets: Vec<WebhookSecret>,
}

impl DueMessage {
    /// The `webhook-id`.
    #[must_use]
    pub fn id(&self) -> String {
        self.event.simple().to_string()
    }

    /// The `webhook-signature` of a message sent at `timestamp`, seconds since 1970.
    #[must_use]
    pub fn signature(&self, timestamp: i64) -> String {
        let id = self.id();
        let secrets = self.secrets.iter();
        let signed = secrets.map(|secret| secret.sign(&id, timestamp, &self.body));
        signed.collect::<Vec<_>>().join(" ")
    }
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it: 200 to 299.
    Taken {
        /// Its answer.
        status: u16,
    },
    /// It said that it is gone: 410.
    Gone,
    /// Anything else, or no answer.
    Failed {
        /// Its answer, if one came.
        status: Option<u16>,
        /// Why.
        why: String,
    },
}

/// Takes messages that are due at `now`, a few of each webhook and none for those `barred`, `limit` at
/// most in all.
///
/// # Errors
/// The store's. A message whose secret can't be opened counts as tried, and is said aloud in the log.
pub fn take(
    app: &App,
    now: DateTime<Utc>,
    barred: &[Uuid],
    limit: i64,
) -> Result<Vec<DueMessage>, AppError> {
    let lease = after(now, LEASE_SECONDS);
    app.store.write(|tx| {
        let claimed = tx.webhook_deliveries_claim(now, lease, barred, OF_EACH, limit)?;
        let mut ids: Vec<Uuid> = claimed.iter().map(|one| one.webhook).collect();
        ids.sort_unstable();
        ids.dedup();
        let webhooks: HashMap<Uuid, Webhook> = tx
            .webhooks_by_ids(&ids)?
            .into_iter()
            .map(|webhook| (webhook.id, webhook))
            .collect();
        let mut due = Vec::with_capacity(claimed.len());
        for one in claimed {
            // It may have been disabled or deleted since it was claimed.
            let here = webhooks.get(&one.webhook);
            let Some(webhook) = here.filter(|one| one.state == WebhookState::Active) else {
                continue;
            };
            match secrets(app, webhook, now) {
                Ok(secrets) => due.push(DueMessage {
                    webhook: one.webhook,
                    event: one.event,
                    attempts: one.attempts,
                    url: webhook.url.clone(),
                    body: one.body,
                    secrets,
                }),
                Err(error) => {
                    tracing::error!(webhook = %one.webhook, %error, "a webhook's secret can't be opened");
                    tx.webhook_delivery_failed(&FailedTry {
                        webhook: one.webhook,
                        event: one.event,
                        attempts: one.attempts,
                        status: None,
                        why: "the signing secret can't be opened; rotate it",
                        next_at: Some(again_at(now, one.attempts)?.unwrap_or(lease)),
                    })?;
                }
            }
        }
        Ok(due)
    })
}

fn secrets(
    app: &App,
    webhook: &Webhook,
    now: DateTime<Utc>,
) -> Result<Vec<WebhookSecret>, AppError> {
    let earlier = webhook
        .earlier_secret
        .as_ref()
        .filter(|_| webhook.earlier_until.is_some_and(|until| until > now));
    let open = |sealed: &Vec<u8>| app.webhook_key.open(webhook.id, sealed);
    let Some(sealed) = &webhook.secret else {
        return Err(AppError::Internal("no secret to sign with".to_owned()));
    };
    let mut secrets = vec![open(sealed)?];
    match earlier.map(open) {
        None => {}
        Some(Ok(secret)) => secrets.push(secret),
        // The new secret is enough: after the loss of a key nothing could be sent for a day else.
        Some(Err(error)) => {
            tracing::warn!(webhook = %webhook.id, %error, "an earlier secret can't be opened");
        }
    }
    Ok(secrets)
}

/// Notes what came of a try that was made at `now`. A message that failed for the last time, and a
/// receiver that says it is gone, disable the webhook: its party gets a letter, and the operator a
/// task if nobody there said so.
///
/// # Errors
/// The store's.
pub fn note(
    app: &App,
    now: DateTime<Utc>,
    of: &DueMessage,
    outcome: &Outcome,
) -> Result<(), AppError> {
    let (status, why) = match outcome {
        Outcome::Taken { status } => {
            return app.store.write(|tx| {
                Ok(tx.webhook_delivery_taken(of.webhook, of.event, i32::from(*status), now)?)
            });
        }
        Outcome::Gone => (Some(410), "the receiver is gone"),
        Outcome::Failed { status, why } => (*status, why.as_str()),
    };
    let why: String = why
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_WHY)
        .collect();
    let next_at = match outcome {
        Outcome::Gone => None,
        _failed => again_at(now, of.attempts)?,
    };
    app.store.write(|tx| {
        let counted = tx.webhook_delivery_failed(&FailedTry {
            webhook: of.webhook,
            event: of.event,
            attempts: of.attempts,
            status: status.map(i32::from),
            why: &why,
            next_at,
        })?;
        if counted && next_at.is_none() {
            give_up(tx, now, of.webhook, *outcome == Outcome::Gone, &why)?;
        }
        Ok(())
    })
}

/// Disables a webhook and says so.
fn give_up(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    id: Uuid,
    gone: bool,
    why: &str,
) -> Result<(), AppError> {
    let mut webhook = tx.webhook_lock(id)?;
    if webhook.state != WebhookState::Active {
        return Ok(());
    }
    webhook.state = WebhookState::Disabled;
    webhook.why = if gone {
        DisabledWhy::Gone
    } else {
        DisabledWhy::Unreachable
    };
    "platform".clone_into(&mut webhook.changed_by);
    webhook.changed_at = now;
    tx.webhook_update(&webhook)?;
    tx.webhook_deliveries_give_up(id)?;
    let address = Url::parse(&webhook.url)
        .map(|url| url.origin().ascii_serialization())
        .unwrap_or_default();
    let notice = Notice::WebhookDisabled(WebhookDisabled {
        webhook: id.simple().to_string(),
        address: address.clone(),
        gone,
        answer: why.to_owned(),
    });
    letters::tell_parties(tx, now, &[(webhook.party, notice)])?;
    if gone {
        return Ok(());
    }
    let party = tx.party_by_id(webhook.party)?;
    let task = OperatorTask {
        id: Uuid::from_bytes(random::bytes()?),
        kind: OperatorTaskKind::Webhook,
        subject: id.simple().to_string(),
        code: "webhook_unreachable".to_owned(),
        detail: format!("{}, {address}: {why}", party.name),
        opened_at: now,
        closed_at: None,
        closed_by: None,
        note: String::new(),
    };
    ask_operator::ask(tx, now, &[task])
}

/// When to try again after so many tries; none: never. A little later than the schedule says, by
/// chance, so that what failed together does not come back together.
fn again_at(now: DateTime<Utc>, attempts: i32) -> Result<Option<DateTime<Utc>>, AppError> {
    let tries = usize::try_from(attempts).unwrap_or(1).saturating_sub(1);
    let Some(wait) = WAITS.get(tries) else {
        return Ok(None);
    };
    let [chance] = random::bytes::<1>()?;
    // Up to a tenth of the wait.
    let jitter = wait
        .saturating_mul(i64::from(chance))
        .checked_div(2_560)
        .unwrap_or(0);
    Ok(Some(after(now, wait.saturating_add(jitter))))
}

fn after(now: DateTime<Utc>, seconds: i64) -> DateTime<Utc> {
    now.checked_add_signed(Duration::seconds(seconds))
        .unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use chrono::Duration;

    use super::WAITS;
    use super::again_at;

    #[test]
    fn ten_tries_on_the_schedule_and_no_more() {
        let now = DateTime::UNIX_EPOCH;
        for (wait, attempts) in WAITS.iter().zip(1..) {
            let next = again_at(now, attempts).unwrap().unwrap();
            let (least, most) = (
                Duration::seconds(*wait),
                Duration::seconds(wait + wait / 10),
            );
            assert!(next - now >= least && next - now <= most, "try {attempts}");
        }
        assert_eq!(again_at(now, 10).unwrap(), None);
        assert_eq!(again_at(now, 11).unwrap(), None);
    }
}
