//! Recourse (追索): who turned to whom for what is owed on a fragment, and what came of it.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bytea;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::SmallInt;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::amount::Amount;
use ledger_core::fragment::Side;
use ledger_core::hash::EntryHash;
use ledger_core::id::InstructionId;
use ledger_core::id::KeyId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::columns::Bytes32;
use crate::columns::Bytes64;
use crate::columns::Col;
use crate::columns::InstructionUuid;
use crate::columns::KeyUuid;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::live::FragmentNo;
use crate::schema::recourse_claim;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { ClaimStateWord =
    /// How far a claim is.
    ClaimState {
        /// Made, not answered.
        Open = "open",
        /// The other party says why it won't pay; the claim stands.
        Disputed = "disputed",
        /// The claimant took it back.
        Withdrawn = "withdrawn",
        /// Taken up: the fragment waits for the money.
        Agreed = "agreed",
        /// Paid: the fragment has moved.
        Paid = "paid",
        /// The money did not come: the fragment is the claimant's, who may claim again.
        Unpaid = "unpaid",
        /// The obligor has paid, or the fragment was used otherwise.
        Lapsed = "lapsed",
    }
}

record! {
    /// A claim by recourse.
    RecourseClaim in recourse_claim ("recourse_claim") {
        /// Its id; the signed claim bears the same.
        id: Uuid as SqlUuid,
        /// Of which paper.
        paper: PaperId as PaperUuid,
        /// The entry that made the fragment claimed on.
        parent: i64 as BigInt,
        /// Which part of that entry: 0 left, 1 right.
        side: i16 as SmallInt,
        /// First unit of the fragment.
        lo: i64 as BigInt,
        /// One past the last.
        hi: i64 as BigInt,
        /// Who holds it.
        claimant: PartyId as PartyUuid,
        /// From whom it was had.
        against: PartyId as PartyUuid,
        /// Hash of the entry by which it was had.
        leg: [u8; 32] as Bytes32,
        /// What the claimant signed.
        body: Vec<u8> as Bytea,
        /// With which key.
        key: KeyId as KeyUuid,
        /// The claimant's signature over `body`.
        signature: [u8; 64] as Bytes64,
        /// How far it is.
        state: ClaimState as ClaimStateWord,
        /// Why the other party won't pay.
        word: String as Text,
        /// Business date on which it was made.
        made_on: NaiveDate as Date,
        /// When.
        created_at: DateTime<Utc> as Timestamptz,
        /// What is paid for it, once agreed.
        amount: Option<Amount> as Nullable<Minor>,
        /// How many units move for it.
        units: Option<i64> as Nullable<BigInt>,
        /// The entry that took it up; its left part is what waits.
        entry: Option<i64> as Nullable<BigInt>,
        /// The payment.
        instruction: Option<InstructionId> as Nullable<InstructionUuid>,
        /// The entry by which the fragment moved, or was free again.
        end_entry: Option<i64> as Nullable<BigInt>,
    }
}

/// A claim taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgreedClaim {
    /// Which.
    pub id: Uuid,
    /// What is paid.
    pub amount: Amount,
    /// How many units move for it.
    pub units: i64,
    /// The entry.
    pub entry: i64,
    /// The payment.
    pub instruction: InstructionId,
}

/// What a fragment that moved by recourse carried with it of what was received before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct CarriedShare {
    /// Of which paper.
    #[diesel(sql_type = PaperUuid)]
    pub paper: PaperId,
    /// Who held it.
    #[diesel(sql_type = PartyUuid)]
    pub from: PartyId,
    /// Who paid for it.
    #[diesel(sql_type = PartyUuid)]
    pub to: PartyId,
    /// What of the units was received before, minor units.
    #[diesel(sql_type = BigInt)]
    pub carried: i64,
}

impl RecourseClaim {
    /// The fragment it stands on now: the one claimed on, or, once agreed, the part that waits or has
    /// moved.
    #[must_use]
    pub const fn fragment_no(&self) -> FragmentNo {
        match (self.end_entry, self.entry, self.side) {
            (Some(entry), _, _) | (None, Some(entry), _) => FragmentNo::of(entry, Side::Left),
            (None, None, 0) => FragmentNo::of(self.parent, Side::Left),
            (None, None, _) => FragmentNo::of(self.parent, Side::Right),
        }
    }
}

impl ReadTx<'_> {
    /// Those of `ids` that are on record.
    ///
    /// # Errors
    /// Database errors only.
    pub fn recourse_claims_by_ids(
        &mut self,
        ids: &[Uuid],
    ) -> Result<Vec<RecourseClaim>, StoreError> {
        Ok(recourse_claim::table
            .filter(recourse_claim::id.eq_any(ids))
            .order(recourse_claim::id)
            .select(RecourseClaim::as_select())
            .load(self.conn)?)
    }

    /// The newest `limit` claims of which `party` is a side.
    ///
    /// # Errors
    /// Database errors only.
    pub fn recourse_claims_of(
        &mut self,
        party: PartyId,
        limit: i64,
    ) -> Result<Vec<RecourseClaim>, StoreError> {
        Ok(recourse_claim::table
            .filter(
                recourse_claim::claimant
                    .eq(Col(party))
                    .or(recourse_claim::against.eq(Col(party))),
            )
            .order((recourse_claim::created_at.desc(), recourse_claim::id))
            .limit(limit)
            .select(RecourseClaim::as_select())
            .load(self.conn)?)
    }

    /// Claims that stand, or wait for their money, on these fragments.
    ///
    /// # Errors
    /// Database errors only.
    pub fn recourse_claims_standing_on(
        &mut self,
        fragments: &[FragmentNo],
    ) -> Result<Vec<RecourseClaim>, StoreError> {
        let parents: Vec<i64> = fragments.iter().map(|no| no.entry()).collect();
        let found: Vec<RecourseClaim> = recourse_claim::table
            .filter(
                recourse_claim::parent
                    .eq_any(&parents)
                    .or(recourse_claim::entry.eq_any(parents.iter().copied().map(Some))),
            )
            .filter(recourse_claim::state.eq_any([
                ClaimState::Open,
                ClaimState::Disputed,
                ClaimState::Agreed,
            ]))
            .select(RecourseClaim::as_select())
            .load(self.conn)?;
        Ok(found
            .into_iter()
            .filter(|claim| fragments.contains(&claim.fragment_no()))
            .collect())
    }

    /// What was claimed on these legs so far, paid or waiting for the money, minor units; legs without
    /// any are missing.
    ///
    /// # Errors
    /// Database errors only.
    pub fn recourse_claimed_on(
        &mut self,
        legs: &[EntryHash],
    ) -> Result<HashMap<EntryHash, i64>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Bytes32)]
            leg: [u8; 32],
            #[diesel(sql_type = BigInt)]
            amount: i64,
        }
        let rows: Vec<Row> = sql_query(
            "SELECT leg, sum(amount)::bigint AS amount FROM recourse_claim \
             WHERE leg = ANY($1) AND state IN ('agreed', 'paid') GROUP BY leg",
        )
        .bind::<Array<Bytes32>, _>(legs.iter().map(|leg| *leg.bytes()).collect::<Vec<_>>())
        .load(self.conn)?;
        let named = |row: Row| (EntryHash::from_bytes(row.leg), row.amount);
        Ok(rows.into_iter().map(named).collect())
    }

    /// What moved by recourse on these papers, and what it carried.
    ///
    /// # Errors
    /// Database errors only.
    pub fn recourse_carried(
        &mut self,
        papers: &[PaperId],
    ) -> Result<Vec<CarriedShare>, StoreError> {
        Ok(sql_query(
            "SELECT paper, claimant AS \"from\", against AS \"to\", units - amount AS carried \
             FROM recourse_claim WHERE paper = ANY($1) AND state = 'paid'",
        )
        .bind::<Array<PaperUuid>, _>(papers)
        .load(self.conn)?)
    }

    /// Agreed claims about whose payment a bank has spoken its last word, with whether it was made.
    ///
    /// # Errors
    /// Database errors only.
    pub fn recourse_claims_answered(
        &mut self,
        limit: i64,
    ) -> Result<Vec<(RecourseClaim, bool)>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = SqlUuid)]
            id: Uuid,
            #[diesel(sql_type = diesel::sql_types::Bool)]
            paid: bool,
        }
        let rows: Vec<Row> = sql_query(
            "SELECT c.id, i.state = 'settled' AS paid FROM recourse_claim c \
             JOIN payment_instruction i ON i.id = c.instruction \
             WHERE c.state = 'agreed' AND i.state IN ('settled', 'rejected', 'returned') \
             ORDER BY c.created_at, c.id LIMIT $1",
        )
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        let paid: HashMap<Uuid, bool> = rows.into_iter().map(|row| (row.id, row.paid)).collect();
        let ids: Vec<Uuid> = paid.keys().copied().collect();
        let found = self.recourse_claims_by_ids(&ids)?;
        Ok(found
            .into_iter()
            .filter_map(|claim| Some((paid.get(&claim.id).copied()?, claim)))
            .map(|(paid, claim)| (claim, paid))
            .collect())
    }

    /// Claims of these papers that stand and are not agreed.
    ///
    /// # Errors
    /// Database errors only.
    pub fn recourse_claims_open_on(
        &mut self,
        papers: &[PaperId],
    ) -> Result<Vec<RecourseClaim>, StoreError> {
        Ok(recourse_claim::table
            .filter(recourse_claim::paper.eq_any(cols(papers)))
            .filter(recourse_claim::state.eq_any([ClaimState::Open, ClaimState::Disputed]))
            .order(recourse_claim::id)
            .select(RecourseClaim::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Notes a claim.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `recourse_claim_fragment_unique`: one stands on this fragment.
    pub fn recourse_claim_insert(&mut self, new: &RecourseClaim) -> Result<(), StoreError> {
        RecourseClaim::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)
            .map(|_one| ())
    }

    /// Ends claims that are not agreed, or notes why the other party won't pay (`word`, else what it
    /// said before stays); gives how many stood.
    ///
    /// # Errors
    /// Database errors only.
    pub fn recourse_claims_move(
        &mut self,
        ids: &[Uuid],
        state: ClaimState,
        word: Option<&str>,
    ) -> Result<usize, StoreError> {
        Ok(diesel::update(recourse_claim::table)
            .filter(recourse_claim::id.eq_any(ids))
            .filter(recourse_claim::state.eq_any([ClaimState::Open, ClaimState::Disputed]))
            .set((
                recourse_claim::state.eq(state),
                word.map(|word| recourse_claim::word.eq(word)),
            ))
            .execute(self.conn)?)
    }

    /// Notes that a claim is taken up; false if it stands no more.
    ///
    /// # Errors
    /// Database errors only.
    pub fn recourse_claim_agree(&mut self, agreed: &AgreedClaim) -> Result<bool, StoreError> {
        let changed = diesel::update(recourse_claim::table)
            .filter(recourse_claim::id.eq(agreed.id))
            .filter(recourse_claim::state.eq_any([ClaimState::Open, ClaimState::Disputed]))
            .set((
                recourse_claim::state.eq(ClaimState::Agreed),
                recourse_claim::amount.eq(Col(Some(agreed.amount))),
                recourse_claim::units.eq(Some(agreed.units)),
                recourse_claim::entry.eq(Some(agreed.entry)),
                recourse_claim::instruction.eq(Col(Some(agreed.instruction))),
            ))
            .execute(self.conn)?;
        Ok(changed == 1)
    }

    /// Notes how an agreed claim ended; false if it has already.
    ///
    /// # Errors
    /// Database errors only.
    pub fn recourse_claim_end(
        &mut self,
        id: Uuid,
        paid: bool,
        entry: i64,
    ) -> Result<bool, StoreError> {
        let state = if paid {
            ClaimState::Paid
        } else {
            ClaimState::Unpaid
        };
        let changed = diesel::update(recourse_claim::table)
            .filter(recourse_claim::id.eq(id))
            .filter(recourse_claim::state.eq(ClaimState::Agreed))
            .set((
                recourse_claim::state.eq(state),
                recourse_claim::end_entry.eq(Some(entry)),
            ))
            .execute(self.conn)?;
        Ok(changed == 1)
    }
}
