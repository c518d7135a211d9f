//! Limits of finance providers and obligors, the proposals that made them, and quotes they stopped.
//!
//! `used` and `reserved` are kept by the database itself: they always are the sums of the uses on
//! record. A limit comes into force by its approved proposal and by nothing else.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bool;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
use ledger_core::id::QuoteId;
use uuid::Uuid;

use crate::columns::Col;
use crate::columns::CurrencyCode;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::QuoteUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::unnest_insert;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::exposure_limit;
use crate::schema::limit_decision;
use crate::schema::limit_proposal;
use crate::schema::limit_shortage;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

/// Constraint by which the database refuses a use that a limit has no room for.
pub const NOT_OVERDRAWN: &str = "limit_not_overdrawn";

/// Constraint by which the database refuses papers past their obligor's own limit.
pub const ISSUING_NOT_OVERDRAWN: &str = "issuing_limit_not_overdrawn";

diesel::joinable!(limit_decision -> limit_proposal (proposal));
diesel::allow_tables_to_appear_in_same_query!(limit_decision, limit_proposal);
diesel::allow_tables_to_appear_in_same_query!(exposure_limit, limit_shortage);

word_column! { LimitKindWord =
    /// On what a limit is.
    LimitKind {
        /// What a provider takes of one obligor.
        Obligor = "obligor",
        /// What a provider takes of a group of obligors together.
        Group = "group",
        /// What a provider buys of one supplier.
        Supplier = "supplier",
        /// What an obligor will have outstanding itself.
        OwnIssuing = "own_issuing",
    }
}

word_column! { LimitStateWord =
    /// Whether a limit binds.
    LimitState {
        /// It binds.
        Active = "active",
        /// Its owner has taken it away.
        Ended = "ended",
    }
}

/// A limit with its use. Nothing here inserts one: the database does, from an approved proposal.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = exposure_limit, check_for_backend(diesel::pg::Pg))]
pub struct ExposureLimit {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub owner: PartyId,
    /// On what.
    pub kind: LimitKind,
    /// On which: id of a party or of a group.
    pub subject: Uuid,
    /// In what.
    pub currency: Currency,
    /// How much, minor units.
    pub amount: i64,
    /// Held, or of an issuing limit: promised and not yet paid. Minor units.
    pub used: i64,
    /// Signed for, not yet moved. Minor units.
    pub reserved: i64,
    /// Since when it is as it is.
    pub valid_from: NaiveDate,
    /// Last day on which something new may be taken.
    pub valid_until: Option<NaiveDate>,
    /// Whether it binds.
    pub state: LimitState,
}

record! {
    /// What somebody wants a limit to be.
    LimitProposal in limit_proposal ("limit_proposal") {
        /// Its id.
        id: Uuid as SqlUuid,
        /// Whose limit.
        owner: PartyId as PartyUuid,
        /// On what.
        kind: LimitKind as LimitKindWord,
        /// On which.
        subject: Uuid as SqlUuid,
        /// In what.
        currency: Currency as CurrencyCode,
        /// How much, minor units; none: no limit any more.
        amount: Option<i64> as Nullable<BigInt>,
        /// Last day on which something new may be taken.
        valid_until: Option<NaiveDate> as Nullable<Date>,
        /// Why, in the maker's words.
        reason: String as Text,
        /// Who proposed: `user:id` or `key:id`.
        maker: String as Text,
        /// When.
        made_at: DateTime<Utc> as Timestamptz,
    }
}

record! {
    /// What became of a proposal.
    LimitDecision in limit_decision ("limit_decision") {
        /// Of which.
        proposal: Uuid as SqlUuid,
        /// Id for the limit, if it is the first of its subject.
        limit_id: Uuid as SqlUuid,
        /// Whether it is in force.
        approved: bool as Bool,
        /// Who decided: `user:id` or `key:id`.
        checker: String as Text,
        /// Why, in the checker's words.
        reason: String as Text,
        /// On which business day.
        decided_on: NaiveDate as Date,
        /// When.
        decided_at: DateTime<Utc> as Timestamptz,
    }
}

/// A quote that could not be signed because a limit had no room.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = limit_shortage, check_for_backend(diesel::pg::Pg))]
pub struct LimitShortage {
    /// Which quote.
    pub quote: QuoteId,
    /// Which limit.
    pub limit_id: Uuid,
    /// What was asked, minor units.
    pub asked: i64,
    /// What was free, minor units.
    pub room: i64,
    /// When.
    pub at: DateTime<Utc>,
}

impl ExposureLimit {
    /// What is free, minor units; below zero where the limit was lowered under its use.
    #[must_use]
    pub const fn free(&self) -> i64 {
        self.amount
            .saturating_sub(self.used)
            .saturating_sub(self.reserved)
    }

    /// What may be taken anew on `day`: nothing once the limit has run out.
    #[must_use]
    pub fn room_on(&self, day: NaiveDate) -> i64 {
        if self.valid_until.is_some_and(|last| last < day) {
            self.free().min(0)
        } else {
            self.free()
        }
    }
}

impl ReadTx<'_> {
    /// The limits in force of an owner, by kind.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limits_of(&mut self, owner: PartyId) -> Result<Vec<ExposureLimit>, StoreError> {
        Ok(exposure_limit::table
            .filter(exposure_limit::owner.eq(Col(owner)))
            .filter(exposure_limit::state.eq(LimitState::Active))
            .order((
                exposure_limit::kind,
                exposure_limit::subject,
                exposure_limit::currency,
            ))
            .select(ExposureLimit::as_select())
            .load(self.conn)?)
    }

    /// The limits in force of some owners.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limits_of_all(&mut self, owners: &[PartyId]) -> Result<Vec<ExposureLimit>, StoreError> {
        Ok(exposure_limit::table
            .filter(exposure_limit::owner.eq_any(cols(owners)))
            .filter(exposure_limit::state.eq(LimitState::Active))
            .order((exposure_limit::owner, exposure_limit::id))
            .select(ExposureLimit::as_select())
            .load(self.conn)?)
    }

    /// Proposals of an owner that nobody has decided, oldest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_proposals_waiting(
        &mut self,
        owner: PartyId,
    ) -> Result<Vec<LimitProposal>, StoreError> {
        Ok(limit_proposal::table
            .left_join(limit_decision::table)
            .filter(limit_proposal::owner.eq(Col(owner)))
            .filter(limit_decision::proposal.nullable().is_null())
            .order(limit_proposal::no)
            .select(LimitProposal::as_select())
            .load(self.conn)?)
    }

    /// The newest `limit` decided proposals of an owner with their decisions: the history.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_proposals_decided(
        &mut self,
        owner: PartyId,
        limit: i64,
    ) -> Result<Vec<(LimitProposal, LimitDecision)>, StoreError> {
        Ok(limit_proposal::table
            .inner_join(limit_decision::table)
            .filter(limit_proposal::owner.eq(Col(owner)))
            .order(limit_proposal::no.desc())
            .limit(limit)
            .select((LimitProposal::as_select(), LimitDecision::as_select()))
            .load(self.conn)?)
    }

    /// A proposal with its decision, if there is one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn limit_proposal_by_id(
        &mut self,
        id: Uuid,
    ) -> Result<(LimitProposal, Option<LimitDecision>), StoreError> {
        Ok(limit_proposal::table
            .left_join(limit_decision::table)
            .filter(limit_proposal::id.eq(id))
            .select((
                LimitProposal::as_select(),
                Option::<LimitDecision>::as_select(),
            ))
            .first(self.conn)?)
    }

    /// The newest `limit` quotes that an owner's limits stopped.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_shortages_of(
        &mut self,
        owner: PartyId,
        limit: i64,
    ) -> Result<Vec<LimitShortage>, StoreError> {
        let own = exposure_limit::table
            .filter(exposure_limit::owner.eq(Col(owner)))
            .select(exposure_limit::id);
        Ok(limit_shortage::table
            .filter(limit_shortage::limit_id.eq_any(own))
            .order(limit_shortage::no.desc())
            .limit(limit)
            .select(LimitShortage::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Keeps a proposal.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_proposal_insert(&mut self, new: &LimitProposal) -> Result<(), StoreError> {
        LimitProposal::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)
            .map(|_one| ())
    }

    /// Decides a proposal; an approved one is in force at once, with all uses on record counted.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `limit_decision_pkey`: it was decided before;
    /// [`StoreError::Violated`] `limit_decision_two_people`.
    pub fn limit_decide(&mut self, new: &LimitDecision) -> Result<(), StoreError> {
        LimitDecision::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)
            .map(|_one| ())
    }

    /// Notes quotes that limits stopped; gives the limits of those that were new.
    ///
    /// # Errors
    /// Database errors only.
    pub fn limit_shortages_add(&mut self, new: &[LimitShortage]) -> Result<Vec<Uuid>, StoreError> {
        let added: Vec<Noted> = unnest_insert!(
            self.conn, "limit_shortage", new, "ON CONFLICT DO NOTHING RETURNING limit_id",
            load Noted,
            {
                quote: QuoteUuid = |row| &row.quote;
                limit_id: SqlUuid = |row| &row.limit_id;
                asked: BigInt = |row| &row.asked;
                room: BigInt = |row| &row.room;
                at: Timestamptz = |row| &row.at;
            }
        );
        Ok(added.into_iter().map(|row| row.limit_id).collect())
    }
}

#[derive(QueryableByName)]
struct Noted {
    #[diesel(sql_type = SqlUuid)]
    limit_id: Uuid,
}
