//! Freezes by order: proposed, decided, and what they have caught.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::amount::Amount;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::four_eyes::ProposalState;
use crate::four_eyes::ProposalStateWord;
use crate::four_eyes::decided;
use crate::live::FragmentNo;
use crate::schema::freeze_decision;
use crate::schema::freeze_proposal;
use crate::schema::frozen_fragment;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { FreezeKindWord =
    /// What one hand of the operator proposes.
    FreezeKind {
        /// That something is frozen.
        Freeze = "freeze",
        /// That a freeze is lifted before its last day.
        Lift = "lift",
    }
}

record! {
    /// A proposed freeze, or the proposed end of one.
    FreezeProposal in freeze_proposal ("freeze_proposal") {
        /// Its id.
        id: Uuid as SqlUuid,
        /// Which of the two.
        kind: FreezeKind as FreezeKindWord,
        /// The freeze that would be lifted.
        lifts: Option<Uuid> as Nullable<SqlUuid>,
        /// Who ordered.
        authority: String as Text,
        /// Its number for the order.
        reference: String as Text,
        /// Whose fragments; none for a whole paper.
        holder: Option<PartyId> as Nullable<PartyUuid>,
        /// Of which paper; none for all that a holder has.
        paper: Option<PaperId> as Nullable<PaperUuid>,
        /// How much of what the holder has of the paper; none for a whole paper or holder.
        amount: Option<Amount> as Nullable<Minor>,
        /// The last day on which it stands.
        until: Option<NaiveDate> as Nullable<Date>,
        /// The maker's word, or empty.
        word: String as Text,
        /// Who proposed: `user:id` or `key:id`.
        made_by: String as Text,
        /// The name to show.
        maker_name: String as Text,
        /// When.
        made_at: DateTime<Utc> as Timestamptz,
        /// What has become of it.
        state: ProposalState as ProposalStateWord,
        /// The business date on which the freeze was over.
        ended_on: Option<NaiveDate> as Nullable<Date>,
    }
}

decided! {
    /// A decision on one.
    FreezeDecision in freeze_decision ("freeze_decision"),
    FreezeProposal in freeze_proposal, freeze_proposal_lock, freeze_decision_insert,
    with_freeze_decisions
}

record! {
    /// What a freeze has caught.
    FrozenFragment in frozen_fragment ("frozen_fragment") {
        /// The entry that froze it; the fragment is its front part.
        entry: i64 as BigInt,
        /// Which freeze.
        freeze_order: Uuid as SqlUuid,
        /// Of which paper.
        paper: PaperId as PaperUuid,
        /// Whose.
        holder: PartyId as PartyUuid,
        /// First unit.
        lo: i64 as BigInt,
        /// One past the last.
        hi: i64 as BigInt,
        /// The entry that ended it.
        end_entry: Option<i64> as Nullable<BigInt>,
    }
}

/// How much of what a holder has of a paper a freeze holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct FrozenShare {
    /// Which freeze.
    #[diesel(sql_type = SqlUuid)]
    pub freeze_order: Uuid,
    /// Of which paper.
    #[diesel(sql_type = PaperUuid)]
    pub paper: PaperId,
    /// Whose.
    #[diesel(sql_type = PartyUuid)]
    pub holder: PartyId,
    /// Frozen units.
    #[diesel(sql_type = BigInt)]
    pub units: i64,
    /// All units of the holder in the paper.
    #[diesel(sql_type = BigInt)]
    pub held: i64,
}

#[derive(QueryableByName)]
struct FragmentRow {
    #[diesel(sql_type = BigInt)]
    fragment: i64,
}

// Free cents first: only they can be cut, so that the order takes no more than it says.
const IN_SCOPE: &str = "SELECT f.fragment FROM live_fragment_now f \
    JOIN paper p ON p.no = f.paper JOIN party h ON h.no = f.holder \
    WHERE ($1 IS NULL OR h.id = $1) AND ($2 IS NULL OR p.id = $2) AND f.state IN (2, 3, 5) \
      AND p.state = 2 AND p.due_date > $3 \
    ORDER BY f.state <> 2, f.paper, f.lo LIMIT $4";

const SHARES: &str = "SELECT z.freeze_order, z.paper, z.holder, sum(z.hi - z.lo)::bigint AS units, \
    h.held FROM frozen_fragment z JOIN paper p ON p.id = z.paper JOIN party y ON y.id = z.holder \
    CROSS JOIN LATERAL (SELECT sum(f.hi - f.lo)::bigint AS held FROM live_fragment_now f \
      WHERE f.paper = p.no AND f.holder = y.no) h \
    WHERE z.end_entry IS NULL AND z.paper = ANY($1) \
    GROUP BY z.freeze_order, z.paper, z.holder, h.held ORDER BY z.paper, z.holder, z.freeze_order";

impl ReadTx<'_> {
    /// Freezes and their liftings with what was decided: those that wait first, then newest first;
    /// at most `most`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn freeze_proposals(
        &mut self,
        most: i64,
    ) -> Result<Vec<(FreezeProposal, Option<FreezeDecision>)>, StoreError> {
        let found: Vec<FreezeProposal> = freeze_proposal::table
            .order((
                freeze_proposal::state.eq(ProposalState::Waiting).desc(),
                freeze_proposal::made_at.desc(),
                freeze_proposal::id.desc(),
            ))
            .limit(most)
            .select(FreezeProposal::as_select())
            .load(self.conn)?;
        self.with_freeze_decisions(found)
    }

    /// What was decided on these proposals.
    ///
    /// # Errors
    /// Database errors only.
    pub fn freeze_decisions_of(&mut self, ids: &[Uuid]) -> Result<Vec<FreezeDecision>, StoreError> {
        Ok(freeze_decision::table
            .filter(freeze_decision::proposal.eq_any(ids))
            .select(FreezeDecision::as_select())
            .load(self.conn)?)
    }

    /// Proposals by id, in no particular order; unknown ids are left out.
    ///
    /// # Errors
    /// Database errors only.
    pub fn freeze_proposals_by_ids(
        &mut self,
        ids: &[Uuid],
    ) -> Result<Vec<FreezeProposal>, StoreError> {
        Ok(freeze_proposal::table
            .filter(freeze_proposal::id.eq_any(ids))
            .select(FreezeProposal::as_select())
            .load(self.conn)?)
    }

    /// Freezes that stand, oldest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn freezes_standing(&mut self) -> Result<Vec<FreezeProposal>, StoreError> {
        Ok(freeze_proposal::table
            .filter(freeze_proposal::kind.eq(FreezeKind::Freeze))
            .filter(freeze_proposal::state.eq(ProposalState::Approved))
            .filter(freeze_proposal::ended_on.is_null())
            .order((freeze_proposal::made_at, freeze_proposal::id))
            .select(FreezeProposal::as_select())
            .load(self.conn)?)
    }

    /// The decided liftings of these freezes.
    ///
    /// # Errors
    /// Database errors only.
    pub fn freezes_lifted(&mut self, freezes: &[Uuid]) -> Result<Vec<FreezeProposal>, StoreError> {
        Ok(freeze_proposal::table
            .filter(freeze_proposal::kind.eq(FreezeKind::Lift))
            .filter(freeze_proposal::state.eq(ProposalState::Approved))
            .filter(freeze_proposal::lifts.eq_any(freezes.iter().copied().map(Some)))
            .select(FreezeProposal::as_select())
            .load(self.conn)?)
    }

    /// What these freezes have caught and hold still, in the order in which they did.
    ///
    /// # Errors
    /// Database errors only.
    pub fn frozen_by(&mut self, freezes: &[Uuid]) -> Result<Vec<FrozenFragment>, StoreError> {
        Ok(frozen_fragment::table
            .filter(frozen_fragment::freeze_order.eq_any(freezes))
            .filter(frozen_fragment::end_entry.is_null())
            .order(frozen_fragment::entry)
            .select(FrozenFragment::as_select())
            .load(self.conn)?)
    }

    /// The freezes that these entries belong to, as far as they froze something.
    ///
    /// # Errors
    /// Database errors only.
    pub fn frozen_at(&mut self, entries: &[i64]) -> Result<Vec<FrozenFragment>, StoreError> {
        Ok(frozen_fragment::table
            .filter(frozen_fragment::entry.eq_any(entries))
            .select(FrozenFragment::as_select())
            .load(self.conn)?)
    }

    /// Live fragments in the scope of an order that can be frozen on `today`, the free ones first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn freezable(
        &mut self,
        holder: Option<PartyId>,
        paper: Option<PaperId>,
        today: NaiveDate,
        limit: i64,
    ) -> Result<Vec<FragmentNo>, StoreError> {
        let rows: Vec<FragmentRow> = sql_query(IN_SCOPE)
            .bind::<Nullable<PartyUuid>, _>(holder)
            .bind::<Nullable<PaperUuid>, _>(paper)
            .bind::<Date, _>(today)
            .bind::<BigInt, _>(limit)
            .load(self.conn)?;
        Ok(rows
            .into_iter()
            .map(|row| FragmentNo(row.fragment))
            .collect())
    }

    /// How much of these papers is frozen, by freeze and holder.
    ///
    /// # Errors
    /// Database errors only.
    pub fn frozen_shares(&mut self, papers: &[PaperId]) -> Result<Vec<FrozenShare>, StoreError> {
        Ok(sql_query(SHARES)
            .bind::<Array<PaperUuid>, _>(papers)
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds a proposal.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `freeze_proposal_lift_unique` if the freeze's lifting waits already.
    pub fn freeze_proposal_insert(&mut self, new: &FreezeProposal) -> Result<(), StoreError> {
        FreezeProposal::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)
            .map(|_one| ())
    }

    /// Notes what freezes have caught.
    ///
    /// # Errors
    /// Database errors only.
    pub fn frozen_insert(&mut self, new: &[FrozenFragment]) -> Result<(), StoreError> {
        FrozenFragment::insert_all(self.conn, new, Known::Refused).map(|_all| ())
    }

    /// Notes which entries ended what: pairs of the entry that froze and the one that ended it.
    ///
    /// # Errors
    /// Database errors only.
    pub fn frozen_end(&mut self, ended: &[(i64, i64)]) -> Result<usize, StoreError> {
        if ended.is_empty() {
            return Ok(0);
        }
        let (froze, end): (Vec<i64>, Vec<i64>) = ended.iter().copied().unzip();
        Ok(sql_query(
            "UPDATE frozen_fragment z SET end_entry = t.end_entry \
             FROM unnest($1, $2) AS t (entry, end_entry) \
             WHERE z.entry = t.entry AND z.end_entry IS NULL",
        )
        .bind::<Array<BigInt>, _>(froze)
        .bind::<Array<BigInt>, _>(end)
        .execute(self.conn)?)
    }

    /// A freeze that holds nothing any more is over; false if it holds something, or was over.
    ///
    /// # Errors
    /// Database errors only.
    pub fn freeze_end(&mut self, freeze: Uuid, on: NaiveDate) -> Result<bool, StoreError> {
        let changed = sql_query(
            "UPDATE freeze_proposal p SET ended_on = $2 WHERE p.id = $1 AND p.ended_on IS NULL \
             AND p.kind = 'freeze' AND p.state = 'approved' AND NOT EXISTS ( \
               SELECT 1 FROM frozen_fragment z WHERE z.freeze_order = p.id AND z.end_entry IS NULL)",
        )
        .bind::<SqlUuid, _>(freeze)
        .bind::<Date, _>(on)
        .execute(self.conn)?;
        Ok(changed == 1)
    }

    /// Whether the lifting of a freeze waits for a decision.
    ///
    /// # Errors
    /// Database errors only.
    pub fn freeze_lift_waits(&mut self, freeze: Uuid) -> Result<bool, StoreError> {
        let waiting = freeze_proposal::table
            .filter(freeze_proposal::lifts.eq(freeze))
            .filter(freeze_proposal::state.eq(ProposalState::Waiting));
        Ok(diesel::select(diesel::dsl::exists(waiting)).get_result(self.conn)?)
    }

    /// Whether this is a freeze that stands; locks it for this unit of work.
    ///
    /// # Errors
    /// Database errors only.
    pub fn freeze_stands(&mut self, freeze: Uuid) -> Result<bool, StoreError> {
        let found: Option<FreezeProposal> = freeze_proposal::table
            .filter(freeze_proposal::id.eq(freeze))
            .select(FreezeProposal::as_select())
            .for_no_key_update()
            .first(self.conn)
            .optional()?;
        let approved = found.is_some_and(|one| {
            one.kind == FreezeKind::Freeze
                && one.state == ProposalState::Approved
                && one.ended_on.is_none()
        });
        Ok(approved && self.freezes_lifted(&[freeze])?.is_empty())
    }
}
