//! What parties' own systems are told, and how far the telling has got. Events are written in the
//! unit of work of the fact, only where somebody listens; each goes out to every webhook of its
//! party that wants its topic, at least once.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Integer;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::columns::Col;
use crate::columns::PartyUuid;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::webhook_delivery;
use crate::schema::webhook_event;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;
use crate::webhooks::WebhookTopic;
use crate::webhooks::WebhookTopicWord;

word_column! { DeliveryStateWord =
    /// Where a delivery stands.
    DeliveryState {
        /// To be sent at `next_at` or after.
        Waiting = "waiting",
        /// The receiver took it.
        Delivered = "delivered",
        /// Given up, or never tried since the webhook was disabled.
        Failed = "failed",
    }
}

/// What a party's systems are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEvent {
    /// Its id, the same at every try and replay.
    pub id: Uuid,
    /// Who is told.
    pub party: PartyId,
    /// Of what.
    pub topic: WebhookTopic,
    /// The message, to the byte.
    pub body: String,
    /// When it happened.
    pub made_at: DateTime<Utc>,
}

/// How far an event has got to one webhook.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct WebhookDelivery {
    /// The event.
    #[diesel(sql_type = SqlUuid)]
    pub event: Uuid,
    /// Of what.
    #[diesel(sql_type = WebhookTopicWord)]
    pub topic: WebhookTopic,
    /// When it happened.
    #[diesel(sql_type = Timestamptz)]
    pub made_at: DateTime<Utc>,
    /// Where it stands.
    #[diesel(sql_type = DeliveryStateWord)]
    pub state: DeliveryState,
    /// How often it was tried since it was last set going.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// Not before, while it waits.
    #[diesel(sql_type = Timestamptz)]
    pub next_at: DateTime<Utc>,
    /// What the receiver last answered.
    #[diesel(sql_type = Nullable<Integer>)]
    pub status: Option<i32>,
    /// Why the last try failed, or empty.
    #[diesel(sql_type = Text)]
    pub last_error: String,
    /// When the receiver last took it.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub delivered_at: Option<DateTime<Utc>>,
}

/// A delivery taken for a try.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct ClaimedDelivery {
    /// To which webhook.
    #[diesel(sql_type = SqlUuid)]
    pub webhook: Uuid,
    /// The event.
    #[diesel(sql_type = SqlUuid)]
    pub event: Uuid,
    /// Which try this is.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// The message.
    #[diesel(sql_type = Text)]
    pub body: String,
}

/// What came of a try that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedTry<'a> {
    /// To which webhook.
    pub webhook: Uuid,
    /// The event.
    pub event: Uuid,
    /// Which try it was: a later one has its own word.
    pub attempts: i32,
    /// What the receiver answered, if it did.
    pub status: Option<i32>,
    /// Why it failed.
    pub why: &'a str,
    /// When to try again; none: never.
    pub next_at: Option<DateTime<Utc>>,
}

/// What stands on deliveries that a disabled webhook has missed.
const MISSED: &str = "the webhook was disabled";

// The event is kept only if a webhook wants it. One that is disabled misses it, and can have it
// replayed once it is enabled.
const TELL: &str = "WITH told AS (\
    INSERT INTO webhook_event (id, party, topic, body, made_at) \
    SELECT t.id, t.party, t.topic, t.body, t.made_at \
    FROM unnest($1, $2, $3, $4, $5) AS t (id, party, topic, body, made_at) \
    WHERE EXISTS (SELECT FROM webhook w JOIN webhook_topic i ON i.webhook = w.id AND i.topic = t.topic \
      WHERE w.party = t.party AND w.state <> 'deleted') RETURNING id, party, topic, made_at) \
    INSERT INTO webhook_delivery (webhook, event, state, next_at, last_error) \
    SELECT w.id, t.id, CASE w.state WHEN 'active' THEN 'waiting' ELSE 'failed' END, t.made_at, \
      CASE w.state WHEN 'active' THEN '' ELSE $6 END \
    FROM told t JOIN webhook w ON w.party = t.party AND w.state <> 'deleted' \
    JOIN webhook_topic i ON i.webhook = w.id AND i.topic = t.topic";

const TELL_ONE: &str = "WITH told AS (\
    INSERT INTO webhook_event (id, party, topic, body, made_at) VALUES ($1, $2, $3, $4, $5) RETURNING id) \
    INSERT INTO webhook_delivery (webhook, event, state, next_at) SELECT $6, id, 'waiting', $5 FROM told";

// A handful of each webhook, so that none fills the whole batch.
const CLAIM: &str = "WITH due AS MATERIALIZED (\
    SELECT d.no FROM webhook w CROSS JOIN LATERAL (\
      SELECT no, next_at FROM webhook_delivery WHERE webhook = w.id AND state = 'waiting' \
        AND next_at <= $1 ORDER BY next_at, no LIMIT $4 FOR NO KEY UPDATE SKIP LOCKED) d \
    WHERE w.state = 'active' AND w.id <> ALL($3) ORDER BY d.next_at, d.no LIMIT $5) \
    UPDATE webhook_delivery d SET attempts = d.attempts + 1, next_at = $2 \
    FROM due, webhook_event e WHERE d.no = due.no AND e.id = d.event \
    RETURNING d.webhook, d.event, d.attempts, e.body";

const COLUMNS: &str = "SELECT d.event, e.topic, e.made_at, d.state, d.attempts, d.next_at, d.status, \
    d.last_error, d.delivered_at FROM webhook_delivery d JOIN webhook_event e ON e.id = d.event \
    WHERE d.webhook = $1";

impl ReadTx<'_> {
    /// A page of a webhook's deliveries, newest event first: those after the event made at `after`
    /// with that id.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhook_deliveries_page(
        &mut self,
        webhook: Uuid,
        after: Option<(DateTime<Utc>, Uuid)>,
        limit: i64,
    ) -> Result<Vec<WebhookDelivery>, StoreError> {
        let (at, id) = after.unzip();
        Ok(sql_query(format!(
            "{COLUMNS} AND ($2::timestamptz IS NULL OR e.made_at < $2 \
               OR (e.made_at = $2 AND e.id > $3)) ORDER BY e.made_at DESC, e.id LIMIT $4"
        ))
        .bind::<SqlUuid, _>(webhook)
        .bind::<Nullable<Timestamptz>, _>(at)
        .bind::<Nullable<SqlUuid>, _>(id)
        .bind::<BigInt, _>(limit)
        .load(self.conn)?)
    }

    /// One delivery of a webhook; none if there is no such.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhook_delivery(
        &mut self,
        webhook: Uuid,
        event: Uuid,
    ) -> Result<Option<WebhookDelivery>, StoreError> {
        let mut found: Vec<WebhookDelivery> = sql_query(format!("{COLUMNS} AND d.event = $2"))
            .bind::<SqlUuid, _>(webhook)
            .bind::<SqlUuid, _>(event)
            .load(self.conn)?;
        Ok(found.pop())
    }

    /// How many deliveries of each of these webhooks are in a state.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhook_deliveries_count(
        &mut self,
        webhooks: &[Uuid],
        state: DeliveryState,
    ) -> Result<Vec<(Uuid, i64)>, StoreError> {
        Ok(webhook_delivery::table
            .filter(webhook_delivery::webhook.eq_any(webhooks))
            .filter(webhook_delivery::state.eq(state))
            .group_by(webhook_delivery::webhook)
            .select((webhook_delivery::webhook, diesel::dsl::count_star()))
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Keeps the events that somebody listens for, with a delivery to each webhook that wants them.
    /// Gives how many deliveries there are.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhook_events_tell(&mut self, events: &[WebhookEvent]) -> Result<usize, StoreError> {
        Ok(sql_query(TELL)
            .bind::<Array<SqlUuid>, _>(events.iter().map(|e| e.id).collect::<Vec<_>>())
            .bind::<Array<PartyUuid>, _>(events.iter().map(|e| Col(e.party)).collect::<Vec<_>>())
            .bind::<Array<WebhookTopicWord>, _>(events.iter().map(|e| e.topic).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(events.iter().map(|e| e.body.as_str()).collect::<Vec<_>>())
            .bind::<Array<Timestamptz>, _>(events.iter().map(|e| e.made_at).collect::<Vec<_>>())
            .bind::<Text, _>(MISSED)
            .execute(self.conn)?)
    }

    /// Keeps an event for one webhook alone, whatever it wants.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhook_event_tell_one(
        &mut self,
        webhook: Uuid,
        event: &WebhookEvent,
    ) -> Result<(), StoreError> {
        sql_query(TELL_ONE)
            .bind::<SqlUuid, _>(event.id)
            .bind::<PartyUuid, _>(Col(event.party))
            .bind::<WebhookTopicWord, _>(event.topic)
            .bind::<Text, _>(event.body.as_str())
            .bind::<Timestamptz, _>(event.made_at)
            .bind::<SqlUuid, _>(webhook)
            .execute(self.conn)?;
        Ok(())
    }

    /// Takes due deliveries for trying until `leased_until`, `of_each` of a webhook at most and none
    /// of those `barred`: another worker passes them over meanwhile, and gets them then if this one
    /// died. Counts the try.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhook_deliveries_claim(
        &mut self,
        now: DateTime<Utc>,
        leased_until: DateTime<Utc>,
        barred: &[Uuid],
        of_each: i64,
        limit: i64,
    ) -> Result<Vec<ClaimedDelivery>, StoreError> {
        Ok(sql_query(CLAIM)
            .bind::<Timestamptz, _>(now)
            .bind::<Timestamptz, _>(leased_until)
            .bind::<Array<SqlUuid>, _>(barred.to_vec())
            .bind::<BigInt, _>(of_each)
            .bind::<BigInt, _>(limit)
            .load(self.conn)?)
    }

    /// The receiver took it.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhook_delivery_taken(
        &mut self,
        webhook: Uuid,
        event: Uuid,
        status: i32,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let row = webhook_delivery::table
            .filter(webhook_delivery::webhook.eq(webhook))
            .filter(webhook_delivery::event.eq(event));
        diesel::update(row)
            .set((
                webhook_delivery::state.eq(DeliveryState::Delivered),
                webhook_delivery::status.eq(status),
                webhook_delivery::last_error.eq(""),
                webhook_delivery::delivered_at.eq(at),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// A try failed; false if it is not the last one made, whose word counts.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhook_delivery_failed(&mut self, of: &FailedTry<'_>) -> Result<bool, StoreError> {
        let row = webhook_delivery::table
            .filter(webhook_delivery::webhook.eq(of.webhook))
            .filter(webhook_delivery::event.eq(of.event))
            .filter(webhook_delivery::state.eq(DeliveryState::Waiting))
            .filter(webhook_delivery::attempts.eq(of.attempts));
        let said = (
            webhook_delivery::status.eq(of.status),
            webhook_delivery::last_error.eq(of.why),
        );
        let changed = match of.next_at {
            Some(next_at) => diesel::update(row)
                .set((said, webhook_delivery::next_at.eq(next_at)))
                .execute(self.conn)?,
            None => diesel::update(row)
                .set((said, webhook_delivery::state.eq(DeliveryState::Failed)))
                .execute(self.conn)?,
        };
        Ok(changed == 1)
    }

    /// Nothing waits any more for a webhook that is disabled or deleted.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhook_deliveries_give_up(&mut self, webhook: Uuid) -> Result<usize, StoreError> {
        let waiting = webhook_delivery::table
            .filter(webhook_delivery::webhook.eq(webhook))
            .filter(webhook_delivery::state.eq(DeliveryState::Waiting));
        Ok(diesel::update(waiting)
            .set((
                webhook_delivery::state.eq(DeliveryState::Failed),
                webhook_delivery::last_error.eq(MISSED),
            ))
            .execute(self.conn)?)
    }

    /// Sets one delivery going again, delivered or not; false if there is no such.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhook_delivery_again(
        &mut self,
        webhook: Uuid,
        event: Uuid,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let row = webhook_delivery::table
            .filter(webhook_delivery::webhook.eq(webhook))
            .filter(webhook_delivery::event.eq(event));
        let changed = diesel::update(row)
            .set((
                webhook_delivery::state.eq(DeliveryState::Waiting),
                webhook_delivery::attempts.eq(0),
                webhook_delivery::next_at.eq(now),
            ))
            .execute(self.conn)?;
        Ok(changed == 1)
    }

    /// Sets all going again that failed and whose event is of `since` or later; gives how many.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhook_deliveries_again_since(
        &mut self,
        webhook: Uuid,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        let late = webhook_event::table
            .filter(webhook_event::made_at.ge(since))
            .select(webhook_event::id);
        let failed = webhook_delivery::table
            .filter(webhook_delivery::webhook.eq(webhook))
            .filter(webhook_delivery::state.eq(DeliveryState::Failed))
            .filter(webhook_delivery::event.eq_any(late));
        Ok(diesel::update(failed)
            .set((
                webhook_delivery::state.eq(DeliveryState::Waiting),
                webhook_delivery::attempts.eq(0),
                webhook_delivery::next_at.eq(now),
            ))
            .execute(self.conn)?)
    }
}
