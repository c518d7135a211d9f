//! Rate cards that one of a provider's hands draws up and another signs.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Bytea;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::columns::Col;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::record;
use crate::error::StoreError;
use crate::four_eyes::ProposalState;
use crate::four_eyes::ProposalStateWord;
use crate::four_eyes::decided;
use crate::schema::rate_decision;
use crate::schema::rate_proposal;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

record! {
    /// A proposed card.
    RateProposal in rate_proposal ("rate_proposal") {
        /// Its id.
        id: Uuid as SqlUuid,
        /// Whose rates they would be.
        provider: PartyId as PartyUuid,
        /// The whole card, head and rows.
        body: Vec<u8> as Bytea,
        /// The maker's word to the approver, or empty.
        word: String as Text,
        /// Who proposed: `user:id` or `key:id`.
        made_by: String as Text,
        /// The name to show.
        maker_name: String as Text,
        /// When.
        made_at: DateTime<Utc> as Timestamptz,
        /// What has become of it.
        state: ProposalState as ProposalStateWord,
    }
}

decided! {
    /// A decision on one.
    RateDecision in rate_decision ("rate_decision"),
    RateProposal in rate_proposal, rate_proposal_lock, rate_decision_insert,
    with_rate_decisions
}

impl ReadTx<'_> {
    /// A provider's proposals with what was decided: those that wait first, then newest first; at most
    /// `most`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn rate_proposals_of(
        &mut self,
        provider: PartyId,
        most: i64,
    ) -> Result<Vec<(RateProposal, Option<RateDecision>)>, StoreError> {
        let found: Vec<RateProposal> = rate_proposal::table
            .filter(rate_proposal::provider.eq(Col(provider)))
            .order((
                rate_proposal::state.eq(ProposalState::Waiting).desc(),
                rate_proposal::made_at.desc(),
                rate_proposal::id.desc(),
            ))
            .limit(most)
            .select(RateProposal::as_select())
            .load(self.conn)?;
        self.with_rate_decisions(found)
    }
}

impl WriteTx<'_> {
    /// Adds a proposal.
    ///
    /// # Errors
    /// Database errors only.
    pub fn rate_proposal_insert(&mut self, new: &RateProposal) -> Result<(), StoreError> {
        RateProposal::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)
            .map(|_one| ())
    }
}
