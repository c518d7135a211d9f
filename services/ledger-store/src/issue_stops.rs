//! When an obligor might issue nothing new, and who found its default cured.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::columns::Col;
use crate::columns::Known;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::record;
use crate::error::StoreError;
use crate::four_eyes::ProposalState;
use crate::four_eyes::ProposalStateWord;
use crate::four_eyes::decided;
use crate::schema::cure_decision;
use crate::schema::cure_proposal;
use crate::schema::issue_stop;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

record! {
    /// A time in which an obligor may issue nothing new.
    IssueStop in issue_stop ("issue_stop") {
        /// Its id.
        id: Uuid as SqlUuid,
        /// Whose.
        obligor: PartyId as PartyUuid,
        /// Since when.
        since: NaiveDate as Date,
        /// The paper whose default stopped it.
        paper_id: PaperId as PaperUuid,
        /// Until when; none while it lasts.
        lifted_on: Option<NaiveDate> as Nullable<Date>,
        /// The proposal on which it was lifted.
        lifted_by: Option<Uuid> as Nullable<SqlUuid>,
    }
}

record! {
    /// One person of the operator says that a default is cured.
    CureProposal in cure_proposal ("cure_proposal") {
        /// Its id.
        id: Uuid as SqlUuid,
        /// Which stop is to end.
        stop: Uuid as SqlUuid,
        /// Whose.
        obligor: PartyId as PartyUuid,
        /// On what evidence.
        evidence: String as Text,
        /// Who proposed: `user:id`.
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
    /// What another person decided.
    CureDecision in cure_decision ("cure_decision"),
    CureProposal in cure_proposal, cure_proposal_lock, cure_decision_insert,
    with_cure_decisions
}

impl ReadTx<'_> {
    /// The stops that last, longest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn issue_stops_lasting(&mut self) -> Result<Vec<IssueStop>, StoreError> {
        Ok(issue_stop::table
            .filter(issue_stop::lifted_on.is_null())
            .order((issue_stop::since, issue_stop::id))
            .select(IssueStop::as_select())
            .load(self.conn)?)
    }

    /// An obligor's stops, newest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn issue_stops_of(&mut self, obligor: PartyId) -> Result<Vec<IssueStop>, StoreError> {
        Ok(issue_stop::table
            .filter(issue_stop::obligor.eq(Col(obligor)))
            .order((issue_stop::since.desc(), issue_stop::id))
            .select(IssueStop::as_select())
            .load(self.conn)?)
    }

    /// What was proposed about these stops, with what was decided, newest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn cures_of_stops(
        &mut self,
        stops: &[Uuid],
    ) -> Result<Vec<(CureProposal, Option<CureDecision>)>, StoreError> {
        let found: Vec<CureProposal> = cure_proposal::table
            .filter(cure_proposal::stop.eq_any(stops))
            .order((cure_proposal::made_at.desc(), cure_proposal::id))
            .select(CureProposal::as_select())
            .load(self.conn)?;
        self.with_cure_decisions(found)
    }
}

impl WriteTx<'_> {
    /// Stops obligors from issuing, each on account of a paper; whoever is stopped stays stopped as it
    /// is. Gives how many were stopped now.
    ///
    /// # Errors
    /// Database errors only.
    pub fn issue_stops_begin(&mut self, new: &[IssueStop]) -> Result<usize, StoreError> {
        // The parties first: whoever lifts a stop looks for defaults only once it holds the party.
        sql_query("UPDATE party SET issuance_blocked = true WHERE id = ANY($1)")
            .bind::<Array<PartyUuid>, _>(new.iter().map(|one| one.obligor).collect::<Vec<_>>())
            .execute(self.conn)?;
        IssueStop::insert_all(self.conn, new, Known::Kept)
    }

    /// Ends a stop.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if it does not last.
    pub fn issue_stop_lift(
        &mut self,
        stop: Uuid,
        on: NaiveDate,
        by: Uuid,
    ) -> Result<(), StoreError> {
        let lasting = issue_stop::table
            .filter(issue_stop::id.eq(stop))
            .filter(issue_stop::lifted_on.is_null());
        let changed = diesel::update(lasting)
            .set((issue_stop::lifted_on.eq(on), issue_stop::lifted_by.eq(by)))
            .execute(self.conn)?;
        crate::parties::one_row(changed)?;
        sql_query(
            "UPDATE party SET issuance_blocked = false \
             WHERE id = (SELECT obligor FROM issue_stop WHERE id = $1)",
        )
        .bind::<SqlUuid, _>(stop)
        .execute(self.conn)?;
        Ok(())
    }

    /// Adds a proposal.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `cure_proposal_waiting` if one waits for a decision.
    pub fn cure_proposal_insert(&mut self, new: &CureProposal) -> Result<(), StoreError> {
        CureProposal::insert_all(self.conn, std::slice::from_ref(new), Known::Refused)
            .map(|_one| ())
    }
}
