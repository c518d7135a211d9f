//! Papers proposed by a maker, waiting for a checker.

use crate::statement::sql_query;
use chrono::DateTime;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bytea;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use ledger_core::currency::Currency;
use ledger_core::id::KeyId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::PayableId;
use ledger_core::id::UserId;

use crate::columns::Bytes64;
use crate::columns::Col;
use crate::columns::CurrencyCode;
use crate::columns::KeyUuid;
use crate::columns::Known;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::PayableUuid;
use crate::columns::UserUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::app_user;
use crate::schema::issue_proposal;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { ProposalStateWord =
    /// What has become of a proposal.
    ProposalState {
        /// For a checker to decide.
        Waiting = "waiting",
        /// Approved, signed by both, on the journal.
        Issued = "issued",
        /// A checker said no.
        Declined = "declined",
        /// Nobody decided in time, or its payable changed.
        Lapsed = "lapsed",
        /// Issued, but its payee refused the paper, and the payable was proposed again.
        Refused = "refused",
    }
}

record! {
    /// A paper proposed.
    IssueProposal in issue_proposal ("issue_proposal") {
        /// The paper it would be.
        paper_id: PaperId as PaperUuid,
        /// The payable it would stand for.
        payable: PayableId as PayableUuid,
        /// Who would owe.
        obligor: PartyId as PartyUuid,
        /// Canonical bytes of the issue entry, which both sign.
        body: Vec<u8> as Bytea,
        /// Who proposed.
        maker: UserId as UserUuid,
        /// With which key.
        maker_key: KeyId as KeyUuid,
        /// The maker's signature over `body` in the maker's seat.
        maker_signature: [u8; 64] as Bytes64,
        /// When.
        made_at: DateTime<Utc> as Timestamptz,
        /// What has become of it.
        state: ProposalState as ProposalStateWord,
        /// Who decided; never the maker.
        checker: Option<UserId> as Nullable<UserUuid>,
        /// Why a checker declined, in his own words; else empty.
        reason: String as Text,
    }
}

impl ReadTx<'_> {
    /// Those of `papers` that were proposed.
    ///
    /// # Errors
    /// Database errors only.
    pub fn proposals_by_papers(
        &mut self,
        papers: &[PaperId],
    ) -> Result<Vec<IssueProposal>, StoreError> {
        Ok(issue_proposal::table
            .filter(issue_proposal::paper_id.eq_any(cols(papers)))
            .order(issue_proposal::paper_id)
            .select(IssueProposal::as_select())
            .load(self.conn)?)
    }

    /// The oldest `limit` proposals of an obligor that wait for a checker.
    ///
    /// # Errors
    /// Database errors only.
    pub fn proposals_waiting(
        &mut self,
        obligor: PartyId,
        limit: i64,
    ) -> Result<Vec<IssueProposal>, StoreError> {
        Ok(issue_proposal::table
            .filter(issue_proposal::obligor.eq(Col(obligor)))
            .filter(issue_proposal::state.eq(ProposalState::Waiting))
            .order((issue_proposal::made_at, issue_proposal::paper_id))
            .limit(limit)
            .select(IssueProposal::as_select())
            .load(self.conn)?)
    }
}

impl ReadTx<'_> {
    /// Proposals of all obligors that wait for a checker, a page in the order of their papers'
    /// ids from after `after`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn proposals_waiting_anywhere(
        &mut self,
        after: Option<PaperId>,
        limit: i64,
    ) -> Result<Vec<IssueProposal>, StoreError> {
        let after = after.unwrap_or(PaperId::from_bytes([0; 16]));
        Ok(issue_proposal::table
            .filter(issue_proposal::state.eq(ProposalState::Waiting))
            .filter(issue_proposal::paper_id.gt(Col(after)))
            .order(issue_proposal::paper_id)
            .limit(limit)
            .select(IssueProposal::as_select())
            .load(self.conn)?)
    }

    /// The newest decline of each of these payables that was ever declined.
    ///
    /// # Errors
    /// Database errors only.
    pub fn proposals_declined(
        &mut self,
        payables: &[PayableId],
    ) -> Result<Vec<IssueProposal>, StoreError> {
        Ok(issue_proposal::table
            .filter(issue_proposal::payable.eq_any(cols(payables)))
            .filter(issue_proposal::state.eq(ProposalState::Declined))
            .distinct_on(issue_proposal::payable)
            .order((issue_proposal::payable, issue_proposal::made_at.desc()))
            .select(IssueProposal::as_select())
            .load(self.conn)?)
    }

    /// An obligor's proposals that wait for a checker, oldest first: a page from after the
    /// proposal `after`, whether that still waits or not.
    ///
    /// # Errors
    /// Database errors only.
    pub fn proposals_waiting_after(
        &mut self,
        obligor: PartyId,
        after: Option<(DateTime<Utc>, PaperId)>,
        limit: i64,
    ) -> Result<Vec<IssueProposal>, StoreError> {
        let (at, paper) = after.unwrap_or((DateTime::UNIX_EPOCH, PaperId::from_bytes([0; 16])));
        Ok(issue_proposal::table
            .filter(issue_proposal::obligor.eq(Col(obligor)))
            .filter(issue_proposal::state.eq(ProposalState::Waiting))
            .filter(
                issue_proposal::made_at.gt(at).or(issue_proposal::made_at
                    .eq(at)
                    .and(issue_proposal::paper_id.gt(Col(paper)))),
            )
            .order((issue_proposal::made_at, issue_proposal::paper_id))
            .limit(limit)
            .select(IssueProposal::as_select())
            .load(self.conn)?)
    }

    /// The name of whoever made the oldest proposal of an obligor that waits for a checker.
    ///
    /// # Errors
    /// Database errors only.
    pub fn proposals_first_maker(
        &mut self,
        obligor: PartyId,
    ) -> Result<Option<String>, StoreError> {
        Ok(issue_proposal::table
            .inner_join(app_user::table.on(app_user::id.eq(issue_proposal::maker)))
            .filter(issue_proposal::obligor.eq(Col(obligor)))
            .filter(issue_proposal::state.eq(ProposalState::Waiting))
            .order((issue_proposal::made_at, issue_proposal::paper_id))
            .select(app_user::display_name)
            .first(self.conn)
            .optional()?)
    }

    /// How many papers wait for a checker of this obligor and their faces, by currency.
    ///
    /// # Errors
    /// Database errors only.
    pub fn proposals_waiting_totals(
        &mut self,
        obligor: PartyId,
    ) -> Result<Vec<WaitingTotal>, StoreError> {
        Ok(sql_query(
            "SELECT p.currency, count(*) AS papers, sum(p.amount)::text AS total
               FROM issue_proposal i JOIN payable p ON p.id = i.payable
              WHERE i.obligor = $1 AND i.state = 'waiting' GROUP BY 1 ORDER BY 1",
        )
        .bind::<PartyUuid, _>(obligor)
        .load(self.conn)?)
    }
}

/// Which of an obligor's waiting proposals are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingChoice {
    /// Only this maker's; all makers' if none.
    pub maker: Option<UserId>,
    /// Only those made by this moment, itself included.
    pub until: DateTime<Utc>,
}

type Chosen<'a> = issue_proposal::BoxedQuery<'a, diesel::pg::Pg>;

fn chosen<'a>(obligor: PartyId, choice: WaitingChoice) -> Chosen<'a> {
    let waiting = issue_proposal::table
        .filter(issue_proposal::obligor.eq(Col(obligor)))
        .filter(issue_proposal::state.eq(ProposalState::Waiting))
        .filter(issue_proposal::made_at.le(choice.until))
        .into_boxed();
    match choice.maker {
        Some(maker) => waiting.filter(issue_proposal::maker.eq(Col(maker))),
        None => waiting,
    }
}

impl ReadTx<'_> {
    /// How many of an obligor's proposals wait and are meant.
    ///
    /// # Errors
    /// Database errors only.
    pub fn proposals_chosen_count(
        &mut self,
        obligor: PartyId,
        choice: WaitingChoice,
    ) -> Result<i64, StoreError> {
        Ok(chosen(obligor, choice).count().get_result(self.conn)?)
    }

    /// The papers of those, oldest proposal first: a page from after the place `after`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn proposals_chosen_after(
        &mut self,
        obligor: PartyId,
        choice: WaitingChoice,
        after: Option<(DateTime<Utc>, PaperId)>,
        limit: i64,
    ) -> Result<Vec<(DateTime<Utc>, PaperId)>, StoreError> {
        let (at, paper) = after.unwrap_or((DateTime::UNIX_EPOCH, PaperId::from_bytes([0; 16])));
        Ok(chosen(obligor, choice)
            .filter(
                issue_proposal::made_at.gt(at).or(issue_proposal::made_at
                    .eq(at)
                    .and(issue_proposal::paper_id.gt(Col(paper)))),
            )
            .order((issue_proposal::made_at, issue_proposal::paper_id))
            .limit(limit)
            .select((issue_proposal::made_at, issue_proposal::paper_id))
            .load(self.conn)?)
    }
}

/// Papers waiting for a checker in one currency.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct WaitingTotal {
    /// The currency.
    #[diesel(sql_type = CurrencyCode)]
    pub currency: Currency,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub papers: i64,
    #[diesel(sql_type = Text)]
    total: String,
}

impl WaitingTotal {
    /// Their faces together, minor units; wider than an amount, since it is no amount of a paper.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn minor(&self) -> Result<i128, StoreError> {
        self.total
            .parse()
            .map_err(|_digits| StoreError::Corrupt(format!("a sum reads {:?}", self.total)))
    }
}

impl WriteTx<'_> {
    /// Adds proposals.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `issue_proposal_payable_unique`: a payable has an open one.
    pub fn proposals_insert(&mut self, new: &[IssueProposal]) -> Result<(), StoreError> {
        IssueProposal::insert_all(self.conn, new, Known::Refused).map(|_all| ())
    }

    /// Those of `papers` whose proposals still wait, locked for this unit of work in one order.
    ///
    /// # Errors
    /// [`StoreError::Contended`] if another holds them too long.
    pub fn proposals_lock(&mut self, papers: &[PaperId]) -> Result<Vec<IssueProposal>, StoreError> {
        Ok(issue_proposal::table
            .filter(issue_proposal::paper_id.eq_any(cols(papers)))
            .filter(issue_proposal::state.eq(ProposalState::Waiting))
            .order(issue_proposal::paper_id)
            .select(IssueProposal::as_select())
            .for_no_key_update()
            .load(self.conn)?)
    }

    /// Declines proposals that wait, with the checker's reason (at most 500 characters), and gives
    /// how many were declined.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `issue_proposal_two_people` when the checker made one of them.
    pub fn proposals_decline(
        &mut self,
        papers: &[PaperId],
        checker: UserId,
        reason: &str,
    ) -> Result<usize, StoreError> {
        Ok(diesel::update(issue_proposal::table)
            .filter(issue_proposal::paper_id.eq_any(cols(papers)))
            .filter(issue_proposal::state.eq(ProposalState::Waiting))
            .set((
                issue_proposal::state.eq(ProposalState::Declined),
                issue_proposal::checker.eq(Col(Some(checker))),
                issue_proposal::reason.eq(reason),
            ))
            .execute(self.conn)?)
    }

    /// Closes the issued proposals of payables that are proposed again, since their payees refused
    /// the papers. The caller has just moved these payables on and so holds them.
    ///
    /// # Errors
    /// Database errors only.
    pub fn proposals_close_refused(&mut self, payables: &[PayableId]) -> Result<(), StoreError> {
        diesel::update(issue_proposal::table)
            .filter(issue_proposal::payable.eq_any(cols(payables)))
            .filter(issue_proposal::state.eq(ProposalState::Issued))
            .set(issue_proposal::state.eq(ProposalState::Refused))
            .execute(self.conn)?;
        Ok(())
    }

    /// Decides proposals that wait and gives how many did; `checker` is none only for lapsing.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `issue_proposal_two_people` when the checker made one of them,
    /// `issue_proposal_checked` when a decision names nobody.
    pub fn proposals_decide(
        &mut self,
        papers: &[PaperId],
        state: ProposalState,
        checker: Option<UserId>,
    ) -> Result<usize, StoreError> {
        // Held in one order, so that two who decide the same ones never wait for each other.
        Ok(sql_query(
            "UPDATE issue_proposal p SET state = $2, checker = $3 \
               FROM (SELECT paper_id FROM issue_proposal \
                      WHERE paper_id = ANY($1) AND state = 'waiting' \
                      ORDER BY paper_id FOR NO KEY UPDATE) w \
              WHERE p.paper_id = w.paper_id",
        )
        .bind::<Array<PaperUuid>, _>(papers)
        .bind::<Text, _>(state.word())
        .bind::<Nullable<UserUuid>, _>(checker)
        .execute(self.conn)?)
    }
}
