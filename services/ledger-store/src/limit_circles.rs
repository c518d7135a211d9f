//! Circles of finance providers that see their limits on one obligor or group together.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::columns::Col;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::limits::LimitKind;
use crate::limits::LimitKindWord;
use crate::schema::limit_circle;
use crate::schema::limit_circle_seat;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

diesel::allow_tables_to_appear_in_same_query!(limit_circle, limit_circle_seat);

word_column! { SeatStateWord =
    /// Where a provider stands in a circle.
    SeatState {
        /// Asked, has not answered.
        Invited = "invited",
        /// Agreed: its figures are in the sums, and it sees them.
        Member = "member",
        /// Said no.
        Declined = "declined",
        /// Was in it.
        Left = "left",
    }
}

record! {
    /// A circle.
    LimitCircle in limit_circle ("limit_circle") {
        /// Its id.
        id: Uuid as SqlUuid,
        /// On an obligor or a group.
        kind: LimitKind as LimitKindWord,
        /// On which.
        subject: Uuid as SqlUuid,
        /// Who proposed it.
        proposed_by: PartyId as PartyUuid,
        /// When.
        created_at: DateTime<Utc> as Timestamptz,
        /// Who there: `user:id` or `key:id`.
        created_by: String as Text,
    }
}

record! {
    /// A provider's place in a circle.
    LimitCircleSeat in limit_circle_seat ("limit_circle_seat") {
        /// In which circle.
        circle: Uuid as SqlUuid,
        /// Which provider.
        provider: PartyId as PartyUuid,
        /// Where it stands.
        state: SeatState as SeatStateWord,
        /// When it was asked.
        invited_at: DateTime<Utc> as Timestamptz,
        /// When it agreed.
        joined_at: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        /// Who there.
        joined_by: Option<String> as Nullable<Text>,
        /// When it said no or left.
        ended_at: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        /// Who there.
        ended_by: Option<String> as Nullable<Text>,
    }
}

impl ReadTx<'_> {
    /// The circles that a provider is asked into or belongs to, oldest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_circles_of(&mut self, provider: PartyId) -> Result<Vec<LimitCircle>, StoreError> {
        let own = limit_circle_seat::table
            .filter(limit_circle_seat::provider.eq(Col(provider)))
            .filter(limit_circle_seat::state.eq_any([SeatState::Invited, SeatState::Member]))
            .select(limit_circle_seat::circle);
        Ok(limit_circle::table
            .filter(limit_circle::id.eq_any(own))
            .order((limit_circle::created_at, limit_circle::id))
            .select(LimitCircle::as_select())
            .load(self.conn)?)
    }

    /// Who is asked into these circles or belongs to them.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_circle_seats(
        &mut self,
        circles: &[Uuid],
    ) -> Result<Vec<LimitCircleSeat>, StoreError> {
        Ok(limit_circle_seat::table
            .filter(limit_circle_seat::circle.eq_any(circles.iter().copied()))
            .filter(limit_circle_seat::state.eq_any([SeatState::Invited, SeatState::Member]))
            .order((limit_circle_seat::circle, limit_circle_seat::no))
            .select(LimitCircleSeat::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Makes a circle with its seats.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_circle_insert(
        &mut self,
        new: &LimitCircle,
        seats: &[LimitCircleSeat],
    ) -> Result<(), StoreError> {
        LimitCircle::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)?;
        LimitCircleSeat::insert_all(self.conn, seats, Known::Refused).map(|_all| ())
    }

    /// A provider that was asked agrees; false if it was not asked, or has answered.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_circle_join(
        &mut self,
        circle: Uuid,
        provider: PartyId,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let changed = diesel::update(limit_circle_seat::table)
            .filter(limit_circle_seat::circle.eq(circle))
            .filter(limit_circle_seat::provider.eq(Col(provider)))
            .filter(limit_circle_seat::state.eq(SeatState::Invited))
            .set((
                limit_circle_seat::state.eq(SeatState::Member),
                limit_circle_seat::joined_at.eq(at),
                limit_circle_seat::joined_by.eq(by),
            ))
            .execute(self.conn)?;
        Ok(changed == 1)
    }

    /// A provider says no (`from` invited) or leaves (`from` member); false if it did not stand
    /// there.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_circle_part(
        &mut self,
        circle: Uuid,
        provider: PartyId,
        from: SeatState,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let to = if from == SeatState::Member {
            SeatState::Left
        } else {
            SeatState::Declined
        };
        let changed = diesel::update(limit_circle_seat::table)
            .filter(limit_circle_seat::circle.eq(circle))
            .filter(limit_circle_seat::provider.eq(Col(provider)))
            .filter(limit_circle_seat::state.eq(from))
            .set((
                limit_circle_seat::state.eq(to),
                limit_circle_seat::ended_at.eq(at),
                limit_circle_seat::ended_by.eq(by),
            ))
            .execute(self.conn)?;
        Ok(changed == 1)
    }
}
