//! Letters and webhooks, written in a unit of work and delivered after it, at least once.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::Integer;
use diesel::sql_types::Jsonb;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use serde_json::Value;
use uuid::Uuid;

use crate::columns::Known;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::parties::one_row;
use crate::schema::outbox;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { OutboxKindWord =
    /// By which way it goes out.
    OutboxKind {
        /// A letter.
        Mail = "mail",
        /// A call to a party's own system.
        Webhook = "webhook",
    }
}

word_column! { OutboxStateWord =
    /// Where a delivery stands.
    OutboxState {
        /// To be delivered at `next_at` or after.
        Waiting = "waiting",
        /// Handed over.
        Sent = "sent",
        /// Given up.
        Failed = "failed",
    }
}

record! {
    /// Something to be delivered.
    OutboxItem in outbox ("outbox") {
        /// Its id; the receiver tells doubles by it.
        id: Uuid as SqlUuid,
        /// By which way.
        kind: OutboxKind as OutboxKindWord,
        /// What.
        payload: Value as Jsonb,
        /// Where it stands.
        state: OutboxState as OutboxStateWord,
        /// How often it was tried.
        attempts: i32 as Integer,
        /// Not before.
        next_at: DateTime<Utc> as Timestamptz,
        /// Why the last try failed, or empty.
        last_error: String as Text,
        /// When it was written.
        created_at: DateTime<Utc> as Timestamptz,
        /// When it was handed over.
        sent_at: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        /// The mail server's own words when it took a letter; empty before, and for webhooks.
        reply: String as Text,
    }
}

impl OutboxItem {
    /// Something new to deliver as soon as may be.
    #[must_use]
    pub fn new(id: Uuid, kind: OutboxKind, payload: Value, now: DateTime<Utc>) -> Self {
        OutboxItem {
            id,
            kind,
            payload,
            state: OutboxState::Waiting,
            attempts: 0,
            next_at: now,
            last_error: String::new(),
            created_at: now,
            sent_at: None,
            reply: String::new(),
        }
    }
}

impl ReadTx<'_> {
    /// One delivery.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn outbox_by_id(&mut self, id: Uuid) -> Result<OutboxItem, StoreError> {
        let found = outbox::table.filter(outbox::id.eq(id));
        Ok(found.select(OutboxItem::as_select()).first(self.conn)?)
    }

    /// The newest `limit` deliveries of a kind, for the operator's page.
    ///
    /// # Errors
    /// Database errors only.
    pub fn outbox_latest(
        &mut self,
        kind: OutboxKind,
        limit: i64,
    ) -> Result<Vec<OutboxItem>, StoreError> {
        Ok(outbox::table
            .filter(outbox::kind.eq(kind))
            .order(outbox::no.desc())
            .limit(limit)
            .select(OutboxItem::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds deliveries.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `outbox_id_unique`.
    pub fn outbox_push(&mut self, items: &[OutboxItem]) -> Result<(), StoreError> {
        OutboxItem::insert_all(self.conn, items, Known::Refused).map(|_all| ())
    }

    /// Takes up to `limit` due deliveries for trying until `leased_until`: another worker passes
    /// them over meanwhile, and gets them then if this one died. Counts the try.
    ///
    /// # Errors
    /// Database errors only.
    pub fn outbox_claim(
        &mut self,
        now: DateTime<Utc>,
        leased_until: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<OutboxItem>, StoreError> {
        let due: Vec<i64> = outbox::table
            .filter(
                outbox::state
                    .eq(OutboxState::Waiting)
                    .and(outbox::next_at.le(now)),
            )
            .order((outbox::next_at, outbox::no))
            .limit(limit)
            .select(outbox::no)
            .for_update()
            .skip_locked()
            .load(self.conn)?;
        Ok(diesel::update(outbox::table.filter(outbox::no.eq_any(due)))
            .set((
                outbox::attempts.eq(outbox::attempts + 1),
                outbox::next_at.eq(leased_until),
            ))
            .returning(OutboxItem::as_returning())
            .get_results(self.conn)?)
    }

    /// These were handed over, each with what the mail server said.
    ///
    /// # Errors
    /// Database errors only.
    pub fn outbox_sent(
        &mut self,
        handed_over: &[(Uuid, String)],
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sql_query(
            "UPDATE outbox o SET state = 'sent', sent_at = $3, reply = t.reply \
             FROM unnest($1, $2) AS t (id, reply) WHERE o.id = t.id",
        )
        .bind::<Array<SqlUuid>, _>(handed_over.iter().map(|one| one.0).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(handed_over.iter().map(|one| &one.1).collect::<Vec<_>>())
        .bind::<Timestamptz, _>(at)
        .execute(self.conn)?;
        Ok(())
    }

    /// This one failed: again at `next_at`, or never when there is none.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn outbox_failed(
        &mut self,
        id: Uuid,
        why: &str,
        next_at: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let waiting = outbox::table.filter(
            outbox::id
                .eq(id)
                .and(outbox::state.eq(OutboxState::Waiting)),
        );
        let changed = match next_at {
            Some(next_at) => diesel::update(waiting)
                .set((outbox::last_error.eq(why), outbox::next_at.eq(next_at)))
                .execute(self.conn)?,
            None => diesel::update(waiting)
                .set((
                    outbox::last_error.eq(why),
                    outbox::state.eq(OutboxState::Failed),
                ))
                .execute(self.conn)?,
        };
        one_row(changed)
    }
}
