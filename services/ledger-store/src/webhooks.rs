//! Webhooks: the addresses at which parties' own systems are told what has happened. What is told,
//! and how far it has got, is in [`crate::webhook_deliveries`].

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::Bool;
use diesel::sql_types::Bytea;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::columns::Col;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::parties::one_row;
use crate::schema::webhook;
use crate::schema::webhook_topic;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { WebhookStateWord =
    /// Where a webhook stands.
    WebhookState {
        /// It is told.
        Active = "active",
        /// It is told nothing until somebody enables it.
        Disabled = "disabled",
        /// It is told nothing any more; its secret is gone.
        Deleted = "deleted",
    }
}

word_column! { DisabledWhyWord =
    /// Why a webhook is disabled.
    DisabledWhy {
        /// It isn't.
        Not = "",
        /// Its party wanted it so.
        ByHand = "by_hand",
        /// Its receiver said that it is gone (410).
        Gone = "gone",
        /// Its receiver did not take a message, however often it was tried.
        Unreachable = "unreachable",
    }
}

word_column! { WebhookTopicWord =
    /// What a webhook can be told; the `type` of the messages.
    WebhookTopic {
        /// A holder asks this provider for money.
        RequestCreated = "request.created",
        /// The holder took the request back.
        RequestWithdrawn = "request.withdrawn",
        /// The holder signed this provider's quote.
        QuoteSigned = "quote.signed",
        /// The holder signed another offer.
        QuoteLost = "quote.lost",
        /// A quote is past its moment, or its request is over.
        QuoteLapsed = "quote.lapsed",
        /// Bids are closed: this provider is to show its sealed one.
        BidsClosed = "bids.closed",
        /// A sealed bid ended without having been shown.
        BidLapsed = "bid.lapsed",
        /// A limit of this provider's had no room for a quote that a holder wanted to sign.
        LimitExhausted = "limit.exhausted",
        /// A bank has proved the pay-out of a purchase: the fragment has passed over.
        PayoutProven = "payout.proven",
        /// The pay-out of a purchase was rejected, came back or was never let go: the fragment is
        /// the seller's again.
        PayoutFailed = "payout.failed",
        /// The pay-out came back after the fragment had passed over: the purchase is undone.
        PayoutReturned = "payout.returned",
        /// A paper was settled and this holder's share credited.
        MaturitySettled = "maturity.settled",
        /// A paper that the party holds a part of, or held, was not paid on its due date.
        PaperDefaulted = "paper.defaulted",
        /// An obligor may issue nothing new.
        IssuanceStopped = "obligor.issuance_stopped",
        /// It may again.
        IssuanceResumed = "obligor.issuance_resumed",
        /// A test.
        Ping = "webhook.ping",
    }
}

record! {
    /// An address that is told.
    Webhook in webhook ("webhook") {
        /// Its id.
        id: Uuid as SqlUuid,
        /// Whose.
        party: PartyId as PartyUuid,
        /// The address.
        url: String as Text,
        /// What its party calls it, or empty.
        note: String as Text,
        /// Where it stands.
        state: WebhookState as WebhookStateWord,
        /// Why it is disabled.
        why: DisabledWhy as DisabledWhyWord,
        /// The signing secret, sealed; none of a deleted one.
        secret: Option<Vec<u8>> as Nullable<Bytea>,
        /// The secret before the last rotation, sealed.
        earlier_secret: Option<Vec<u8>> as Nullable<Bytea>,
        /// Until when that one signs too.
        earlier_until: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        /// Who made it: `user:id` or `key:id`.
        made_by: String as Text,
        /// When.
        made_at: DateTime<Utc> as Timestamptz,
        /// Who changed it last: `user:id`, `key:id` or `platform`.
        changed_by: String as Text,
        /// When.
        changed_at: DateTime<Utc> as Timestamptz,
    }
}

record! {
    /// That a webhook is told of something.
    WebhookInterest in webhook_topic ("webhook_topic") {
        /// Which one.
        webhook: Uuid as SqlUuid,
        /// Of what.
        topic: WebhookTopic as WebhookTopicWord,
    }
}

/// A change of an obligor's issue stop that one finance provider is to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct IssueStopMoved {
    /// Who may issue nothing new, or may again.
    #[diesel(sql_type = PartyUuid)]
    pub obligor: PartyId,
    /// Whether it is stopped now.
    #[diesel(sql_type = Bool)]
    pub stopped: bool,
    /// A provider that was ever asked for money on the obligor's paper, or holds a part of one.
    #[diesel(sql_type = PartyUuid)]
    pub provider: PartyId,
}

// Each change once, whoever made it and however many look at once: the row that says what was told
// changes in the unit of work that tells.
const STOPS_MOVED: &str = "WITH moved AS (\
    INSERT INTO issue_stop_told (obligor, stopped, told_at) \
    SELECT p.id, p.issuance_blocked, $1 FROM party p LEFT JOIN issue_stop_told t ON t.obligor = p.id \
    WHERE p.kind = 'obligor' AND p.issuance_blocked <> coalesce(t.stopped, false) \
    ON CONFLICT (obligor) DO UPDATE SET stopped = EXCLUDED.stopped, told_at = EXCLUDED.told_at \
    WHERE issue_stop_told.stopped <> EXCLUDED.stopped RETURNING obligor, stopped), \
    papers AS (SELECT m.obligor, m.stopped, p.id, p.no FROM moved m \
    JOIN party o ON o.id = m.obligor JOIN paper p ON p.obligor = o.no) \
    SELECT p.obligor, p.stopped, i.provider FROM papers p \
    JOIN finance_request r ON r.paper_id = p.id JOIN finance_invitation i ON i.request = r.id \
    UNION SELECT p.obligor, p.stopped, h.id FROM papers p \
    JOIN live_fragment_now f ON f.paper = p.no AND f.state <> 1 \
    JOIN party h ON h.no = f.holder AND h.kind = 'finance_provider'";

#[derive(QueryableByName)]
struct Interest {
    #[diesel(sql_type = PartyUuid)]
    party: PartyId,
    #[diesel(sql_type = WebhookTopicWord)]
    topic: WebhookTopic,
}

impl ReadTx<'_> {
    /// A party's webhooks, oldest first, without deleted ones.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhooks_of_party(&mut self, party: PartyId) -> Result<Vec<Webhook>, StoreError> {
        Ok(webhook::table
            .filter(webhook::party.eq(Col(party)))
            .filter(webhook::state.ne(WebhookState::Deleted))
            .order((webhook::made_at, webhook::id))
            .select(Webhook::as_select())
            .load(self.conn)?)
    }

    /// Those of `ids` that are on record, deleted ones too.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhooks_by_ids(&mut self, ids: &[Uuid]) -> Result<Vec<Webhook>, StoreError> {
        Ok(webhook::table
            .filter(webhook::id.eq_any(ids))
            .select(Webhook::as_select())
            .load(self.conn)?)
    }

    /// Of what these webhooks are told.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhook_topics(&mut self, ids: &[Uuid]) -> Result<Vec<WebhookInterest>, StoreError> {
        Ok(webhook_topic::table
            .filter(webhook_topic::webhook.eq_any(ids))
            .order((webhook_topic::webhook, webhook_topic::topic))
            .select(WebhookInterest::as_select())
            .load(self.conn)?)
    }

    /// Which of these parties have a webhook, and for what.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhook_interests(
        &mut self,
        parties: &[PartyId],
    ) -> Result<Vec<(PartyId, WebhookTopic)>, StoreError> {
        let found: Vec<Interest> = sql_query(
            "SELECT DISTINCT w.party, t.topic FROM webhook w JOIN webhook_topic t ON t.webhook = w.id \
             WHERE w.party = ANY($1) AND w.state <> 'deleted'",
        )
        .bind::<Array<PartyUuid>, _>(cols(parties))
        .load(self.conn)?;
        Ok(found
            .into_iter()
            .map(|one| (one.party, one.topic))
            .collect())
    }
}

impl WriteTx<'_> {
    /// Adds a webhook with its topics.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhook_insert(
        &mut self,
        new: &Webhook,
        topics: &[WebhookTopic],
    ) -> Result<(), StoreError> {
        Webhook::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)?;
        self.webhook_topics_add(new.id, topics)
    }

    fn webhook_topics_add(&mut self, id: Uuid, topics: &[WebhookTopic]) -> Result<(), StoreError> {
        let rows: Vec<WebhookInterest> = topics
            .iter()
            .map(|topic| WebhookInterest {
                webhook: id,
                topic: *topic,
            })
            .collect();
        WebhookInterest::insert_all(self.conn, &rows, Known::Kept).map(|_all| ())
    }

    /// Sets of what a webhook is told.
    ///
    /// # Errors
    /// Database errors only.
    pub fn webhook_topics_set(
        &mut self,
        id: Uuid,
        topics: &[WebhookTopic],
    ) -> Result<(), StoreError> {
        diesel::delete(webhook_topic::table.filter(webhook_topic::webhook.eq(id)))
            .execute(self.conn)?;
        self.webhook_topics_add(id, topics)
    }

    /// Locks a webhook for this unit of work: changes take turns.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn webhook_lock(&mut self, id: Uuid) -> Result<Webhook, StoreError> {
        Ok(webhook::table
            .filter(webhook::id.eq(id))
            .select(Webhook::as_select())
            .for_no_key_update()
            .first(self.conn)?)
    }

    /// Locks a party's webhooks by locking the party's row, so that two who add one take turns.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn webhooks_lock_of_party(&mut self, party: PartyId) -> Result<Vec<Webhook>, StoreError> {
        sql_query("SELECT 1 FROM party WHERE id = $1 FOR NO KEY UPDATE")
            .bind::<PartyUuid, _>(Col(party))
            .execute(self.conn)?;
        self.webhooks_of_party(party)
    }

    /// Sets everything about a webhook that may change.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn webhook_update(&mut self, to: &Webhook) -> Result<(), StoreError> {
        let changed = diesel::update(webhook::table.filter(webhook::id.eq(to.id)))
            .set((
                webhook::url.eq(&to.url),
                webhook::note.eq(&to.note),
                webhook::state.eq(to.state),
                webhook::why.eq(to.why),
                webhook::secret.eq(&to.secret),
                webhook::earlier_secret.eq(&to.earlier_secret),
                webhook::earlier_until.eq(to.earlier_until),
                webhook::changed_by.eq(&to.changed_by),
                webhook::changed_at.eq(to.changed_at),
            ))
            .execute(self.conn)?;
        one_row(changed)
    }

    /// Obligors whose issue stop is another than what was last told, with each finance provider
    /// that deals with them; told with this unit of work.
    ///
    /// # Errors
    /// Database errors only.
    pub fn issue_stops_moved(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<Vec<IssueStopMoved>, StoreError> {
        Ok(sql_query(STOPS_MOVED)
            .bind::<Timestamptz, _>(now)
            .load(self.conn)?)
    }
}
