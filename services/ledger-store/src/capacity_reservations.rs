//! Capacity held for a use that is being prepared, and what other platforms have been told of it.

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
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::hash::InvoiceKin;
use ledger_core::hash::InvoiceToken;
use ledger_core::id::DocumentId;
use ledger_core::id::PaperId;
use uuid::Uuid;

use crate::columns::CurrencyCode;
use crate::columns::DocumentUuid;
use crate::columns::KinBytes;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::columns::TokenBytes;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::capacity_reservation;
use crate::schema::peer_notice;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { ReservationStateWord =
    /// What has become of a reservation.
    ReservationState {
        /// Held until its expiry.
        Reserved = "reserved",
        /// Used.
        Committed = "committed",
        /// Given back.
        Cancelled = "cancelled",
        /// Its time ran out.
        Lapsed = "lapsed",
    }
}

word_column! { ToldWord =
    /// What another platform has last acknowledged.
    Told {
        /// Nothing yet: it may or may not have heard.
        Asked = "asked",
        /// That it is reserved.
        Reserved = "reserved",
        /// That it is used.
        Committed = "committed",
        /// That it is given back.
        Cancelled = "cancelled",
        /// It said no to a use that is made: people must talk.
        Contested = "contested",
    }
}

record! {
    /// A reservation.
    CapacityReservation in capacity_reservation ("capacity_reservation") {
        /// Its id, the same in everything other platforms hear of it.
        id: Uuid as SqlUuid,
        /// Of which document; none of a use at issue.
        document: Option<DocumentId> as Nullable<DocumentUuid>,
        /// How much.
        amount: Amount as Minor,
        /// What has become of it.
        state: ReservationState as ReservationStateWord,
        /// The offer that used it.
        entry: Option<i64> as Nullable<BigInt>,
        /// Since when.
        made_at: DateTime<Utc> as Timestamptz,
        /// Until when it holds unless it is committed.
        expires_at: DateTime<Utc> as Timestamptz,
        /// When it was decided.
        decided_at: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        /// The paper whose issue is the use; with it its tokens and currency.
        paper: Option<PaperId> as Nullable<PaperUuid>,
        /// Token of the invoice, of a use at issue.
        token: Option<InvoiceToken> as Nullable<TokenBytes>,
        /// Its kin, of a use at issue.
        kin: Option<InvoiceKin> as Nullable<KinBytes>,
        /// In what, of a use at issue.
        currency: Option<Currency> as Nullable<CurrencyCode>,
    }
}

record! {
    /// What a peer was told about a reservation.
    PeerNotice in peer_notice ("peer_notice") {
        /// About which.
        reservation: Uuid as SqlUuid,
        /// Whom.
        peer: String as Text,
        /// What it has acknowledged.
        told: Told as ToldWord,
        /// How often it was tried in vain.
        attempts: i32 as Integer,
        /// When to try next.
        next_at: DateTime<Utc> as Timestamptz,
    }
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

// Reserves all or, for what does not fit, nothing: the caller compares the count.
const RESERVE: &str = "WITH wanted AS (
    SELECT document AS id, sum(amount)::bigint AS amount
      FROM unnest($1, $2) AS w (document, amount) GROUP BY document)
UPDATE document d SET reserved = d.reserved + w.amount
  FROM wanted w
 WHERE d.id = w.id
   AND d.used + d.reserved + d.elsewhere + d.promised + w.amount
       <= d.amount - d.credited + d.trued_up";

// Ends reservations that are still held and gives their capacity back.
const END: &str = "WITH ended AS (
    UPDATE capacity_reservation r
       SET state = $2, entry = $3, decided_at = $4
     WHERE r.id = ANY ($1) AND r.state = 'reserved'
    RETURNING r.id, r.document, r.amount),
  given AS (
    UPDATE document d SET reserved = d.reserved - g.amount
      FROM (SELECT document, sum(amount)::bigint AS amount FROM ended GROUP BY document) g
     WHERE d.id = g.document)
SELECT id FROM ended";

const DUE: &str = "SELECT r.id FROM capacity_reservation r
 WHERE r.state = 'reserved' AND r.expires_at <= $1
 ORDER BY r.expires_at LIMIT 500";

const TELL: &str = "UPDATE peer_notice n
   SET told = h.told, attempts = h.attempts, next_at = h.next_at
  FROM unnest($1, $2, $3, $4, $5) AS h (reservation, peer, told, attempts, next_at)
 WHERE n.reservation = h.reservation AND n.peer = h.peer";

const RELEASE: &str = "UPDATE capacity_reservation
   SET state = 'cancelled', decided_at = $2 WHERE entry = $1 AND state = 'committed'";

const COMMIT_ISSUES: &str = "UPDATE capacity_reservation
   SET state = 'committed', decided_at = $3
 WHERE id = ANY ($1) AND paper = ANY ($2) AND state = 'reserved'";

const RELEASE_ISSUE: &str = "UPDATE capacity_reservation
   SET state = 'cancelled', decided_at = $2 WHERE paper = $1 AND state = 'committed'";

impl ReadTx<'_> {
    /// Reservations by id.
    ///
    /// # Errors
    /// Database errors only.
    pub fn capacity_reservations_by_ids(
        &mut self,
        ids: &[Uuid],
    ) -> Result<Vec<CapacityReservation>, StoreError> {
        Ok(capacity_reservation::table
            .filter(capacity_reservation::id.eq_any(ids))
            .order(capacity_reservation::id)
            .select(CapacityReservation::as_select())
            .load(self.conn)?)
    }

    /// What peers are to hear: reservations whose end they have not acknowledged, those due first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn peer_notices_due(
        &mut self,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<(PeerNotice, CapacityReservation)>, StoreError> {
        let decided = capacity_reservation::state.ne(ReservationState::Reserved);
        let in_step = capacity_reservation::state
            .eq(ReservationState::Committed)
            .and(peer_notice::told.eq(Told::Committed));
        Ok(peer_notice::table
            .inner_join(capacity_reservation::table)
            .filter(peer_notice::next_at.le(now))
            .filter(peer_notice::told.eq_any([Told::Asked, Told::Reserved, Told::Committed]))
            .filter(decided.and(diesel::dsl::not(in_step)))
            .order(peer_notice::next_at)
            .limit(limit)
            .select((PeerNotice::as_select(), CapacityReservation::as_select()))
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Reserves capacity, all of it or nothing; false if it does not fit.
    ///
    /// # Errors
    /// Database errors only; after `false` the unit of work must be given up.
    pub fn capacity_reserve(
        &mut self,
        reservations: &[CapacityReservation],
    ) -> Result<bool, StoreError> {
        let mut documents: Vec<DocumentId> =
            reservations.iter().filter_map(|r| r.document).collect();
        documents.sort_unstable();
        documents.dedup();
        let taken = sql_query(RESERVE)
            .bind::<Array<Nullable<DocumentUuid>>, _>(
                reservations.iter().map(|r| r.document).collect::<Vec<_>>(),
            )
            .bind::<Array<Minor>, _>(reservations.iter().map(|r| r.amount).collect::<Vec<_>>())
            .execute(self.conn)?;
        if taken != documents.len() {
            return Ok(false);
        }
        CapacityReservation::insert_all(self.conn, reservations, Known::Refused)?;
        Ok(true)
    }

    /// Ends what is still reserved of `ids` in `state`, its capacity free again; gives the ids that
    /// were. What is committed is taken anew by its offer, in the same unit of work.
    ///
    /// # Errors
    /// Database errors only.
    pub fn capacity_reservations_end(
        &mut self,
        ids: &[Uuid],
        state: ReservationState,
        entry: Option<i64>,
        at: DateTime<Utc>,
    ) -> Result<Vec<Uuid>, StoreError> {
        let ended: Vec<IdRow> = sql_query(END)
            .bind::<Array<SqlUuid>, _>(ids.to_vec())
            .bind::<ReservationStateWord, _>(state)
            .bind::<Nullable<BigInt>, _>(entry)
            .bind::<Timestamptz, _>(at)
            .load(self.conn)?;
        Ok(ended.into_iter().map(|row| row.id).collect())
    }

    /// Lapses what is past its time, at most 500 at once; gives how many.
    ///
    /// # Errors
    /// Database errors only.
    pub fn capacity_reservations_lapse(&mut self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let due: Vec<IdRow> = sql_query(DUE).bind::<Timestamptz, _>(now).load(self.conn)?;
        let ids: Vec<Uuid> = due.into_iter().map(|row| row.id).collect();
        let ended = self.capacity_reservations_end(&ids, ReservationState::Lapsed, None, now)?;
        Ok(ended.len())
    }

    /// The use of an offer's reservations is off: it was declined or recalled.
    ///
    /// # Errors
    /// Database errors only.
    pub fn capacity_reservations_release(
        &mut self,
        entry: i64,
        at: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        Ok(sql_query(RELEASE)
            .bind::<BigInt, _>(entry)
            .bind::<Timestamptz, _>(at)
            .execute(self.conn)?)
    }

    /// Adds reservations of uses at issue; at home the invoice counts them itself.
    ///
    /// # Errors
    /// Database errors only.
    pub fn issue_reservations_insert(
        &mut self,
        reservations: &[CapacityReservation],
    ) -> Result<(), StoreError> {
        CapacityReservation::insert_all(self.conn, reservations, Known::Refused).map(|_all| ())
    }

    /// These papers are issued: what is reserved of `ids` for them is used. Gives how many there
    /// were.
    ///
    /// # Errors
    /// Database errors only.
    pub fn issue_reservations_commit(
        &mut self,
        ids: &[Uuid],
        papers: &[PaperId],
        at: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        Ok(sql_query(COMMIT_ISSUES)
            .bind::<Array<SqlUuid>, _>(ids.to_vec())
            .bind::<Array<PaperUuid>, _>(papers.to_vec())
            .bind::<Timestamptz, _>(at)
            .execute(self.conn)?)
    }

    /// A paper is refused or withdrawn: its use is off.
    ///
    /// # Errors
    /// Database errors only.
    pub fn issue_reservation_release(
        &mut self,
        paper: PaperId,
        at: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        Ok(sql_query(RELEASE_ISSUE)
            .bind::<PaperUuid, _>(paper)
            .bind::<Timestamptz, _>(at)
            .execute(self.conn)?)
    }

    /// Adds what peers are told.
    ///
    /// # Errors
    /// Database errors only.
    pub fn peer_notices_insert(&mut self, notices: &[PeerNotice]) -> Result<(), StoreError> {
        PeerNotice::insert_all(self.conn, notices, Known::Refused).map(|_all| ())
    }

    /// Peers have acknowledged, or were tried in vain and are to be tried again later.
    ///
    /// # Errors
    /// Database errors only.
    pub fn peer_notices_set(&mut self, notices: &[PeerNotice]) -> Result<(), StoreError> {
        sql_query(TELL)
            .bind::<Array<SqlUuid>, _>(notices.iter().map(|n| n.reservation).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(notices.iter().map(|n| n.peer.as_str()).collect::<Vec<_>>())
            .bind::<Array<ToldWord>, _>(notices.iter().map(|n| n.told).collect::<Vec<_>>())
            .bind::<Array<Integer>, _>(notices.iter().map(|n| n.attempts).collect::<Vec<_>>())
            .bind::<Array<Timestamptz>, _>(notices.iter().map(|n| n.next_at).collect::<Vec<_>>())
            .execute(self.conn)?;
        Ok(())
    }
}
