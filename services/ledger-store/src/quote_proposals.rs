//! Answers to a request for money that one of a provider's hands proposes and another decides.

use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Bytea;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::id::PartyId;
use ledger_core::id::RequestId;
use uuid::Uuid;

use crate::columns::Col;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::RequestUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::four_eyes::ProposalState;
use crate::four_eyes::ProposalStateWord;
use crate::four_eyes::decided;
use crate::schema::quote_decision;
use crate::schema::quote_proposal;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { ProposalKindWord =
    /// What is proposed.
    ProposalKind {
        /// To make this price.
        Quote = "quote",
        /// To say no.
        Decline = "decline",
    }
}

record! {
    /// A proposed answer.
    QuoteProposal in quote_proposal ("quote_proposal") {
        /// Its id.
        id: Uuid as SqlUuid,
        /// To which request.
        request: RequestId as RequestUuid,
        /// Whose answer it would be.
        provider: PartyId as PartyUuid,
        /// What is proposed.
        kind: ProposalKind as ProposalKindWord,
        /// Canonical bytes of the quote; none for a no.
        body: Option<Vec<u8>> as Nullable<Bytea>,
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
    QuoteDecision in quote_decision ("quote_decision"),
    QuoteProposal in quote_proposal, quote_proposal_lock, quote_decision_insert,
    with_quote_decisions
}

impl ReadTx<'_> {
    /// A provider's proposals on these requests with what was decided, oldest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn quote_proposals_of(
        &mut self,
        provider: PartyId,
        requests: &[RequestId],
    ) -> Result<Vec<(QuoteProposal, Option<QuoteDecision>)>, StoreError> {
        let found: Vec<QuoteProposal> = quote_proposal::table
            .filter(quote_proposal::provider.eq(Col(provider)))
            .filter(quote_proposal::request.eq_any(cols(requests)))
            .order((quote_proposal::made_at, quote_proposal::id))
            .select(QuoteProposal::as_select())
            .load(self.conn)?;
        self.with_quote_decisions(found)
    }

    /// One proposal.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn quote_proposal_by_id(&mut self, id: Uuid) -> Result<QuoteProposal, StoreError> {
        Ok(quote_proposal::table
            .filter(quote_proposal::id.eq(id))
            .select(QuoteProposal::as_select())
            .first(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds a proposal. Its provider must be invited.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `quote_proposal_invited`; [`StoreError::Duplicate`]
    /// `quote_proposal_waiting_unique`: another one waits.
    pub fn quote_proposal_insert(&mut self, new: &QuoteProposal) -> Result<(), StoreError> {
        QuoteProposal::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)
            .map(|_one| ())
    }
}
