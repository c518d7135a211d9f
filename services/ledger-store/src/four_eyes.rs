//! What one hand of a house proposes and another decides: how far a proposal has got, and the tables of
//! decisions, which are alike whatever is proposed.

use chrono::DateTime;
use chrono::Utc;

use crate::columns::word_column;

word_column! { ProposalStateWord =
    /// What has become of a proposal.
    ProposalState {
        /// Nobody has decided.
        Waiting = "waiting",
        /// Another hand signed it, or said the no.
        Approved = "approved",
        /// Another hand sent it back with a word.
        Returned = "returned",
        /// Its maker took it back.
        Withdrawn = "withdrawn",
    }
}

/// What a decision says, whatever it is on.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Who decides: `user:id` or `key:id`.
    pub decided_by: String,
    /// The name to show.
    pub decider_name: String,
    /// When.
    pub decided_at: DateTime<Utc>,
    /// What is decided; never `Waiting`.
    pub state: ProposalState,
    /// The word with it.
    pub word: String,
}

/// What one hand proposes and another decides.
pub trait Proposed {
    /// The record of its decision.
    type Decision;

    /// How far it has got.
    fn state(&self) -> ProposalState;

    /// The decision on it.
    fn decided(&self, verdict: Verdict) -> Self::Decision;
}

/// A table of decisions with the statements on it: lock a proposal, decide it, read what was decided on
/// some. The table refuses
/// who proposed (`…_four_eyes`) unless it takes its own back.
macro_rules! decided {
    (
        $(#[$doc:meta])*
        $decision:ident in $decisions:ident ($table_name:literal),
        $proposal:ident in $proposals:ident, $lock:ident, $insert:ident, $with:ident
    ) => {
        $crate::columns::record! {
            $(#[$doc])*
            $decision in $decisions ($table_name) {
                /// On which proposal.
                proposal: uuid::Uuid as diesel::sql_types::Uuid,
                /// Who had proposed; never who decides, unless it takes its own back.
                made_by: String as diesel::sql_types::Text,
                /// Who decided: `user:id` or `key:id`.
                decided_by: String as diesel::sql_types::Text,
                /// The name to show.
                decider_name: String as diesel::sql_types::Text,
                /// When.
                decided_at: chrono::DateTime<chrono::Utc> as diesel::sql_types::Timestamptz,
                /// What was decided; never `Waiting`.
                verdict: $crate::four_eyes::ProposalState as $crate::four_eyes::ProposalStateWord,
                /// The word with it.
                word: String as diesel::sql_types::Text,
            }
        }

        impl $crate::four_eyes::Proposed for $proposal {
            type Decision = $decision;

            fn state(&self) -> $crate::four_eyes::ProposalState {
                self.state
            }

            fn decided(&self, verdict: $crate::four_eyes::Verdict) -> $decision {
                $decision {
                    proposal: self.id,
                    made_by: self.made_by.clone(),
                    decided_by: verdict.decided_by,
                    decider_name: verdict.decider_name,
                    decided_at: verdict.decided_at,
                    verdict: verdict.state,
                    word: verdict.word,
                }
            }
        }

        impl $crate::unit_of_work::ReadTx<'_> {
            /// These proposals, each with what was decided on it.
            fn $with(
                &mut self,
                found: Vec<$proposal>,
            ) -> Result<Vec<($proposal, Option<$decision>)>, $crate::error::StoreError> {
                let ids: Vec<uuid::Uuid> = found.iter().map(|one| one.id).collect();
                let decided: Vec<$decision> = $decisions::table
                    .filter($decisions::proposal.eq_any(ids))
                    .select($decision::as_select())
                    .load(self.conn)?;
                let mut decided: std::collections::HashMap<uuid::Uuid, $decision> = decided
                    .into_iter()
                    .map(|decision| (decision.proposal, decision))
                    .collect();
                Ok(found
                    .into_iter()
                    .map(|one| {
                        let decision = decided.remove(&one.id);
                        (one, decision)
                    })
                    .collect())
            }
        }

        impl $crate::unit_of_work::WriteTx<'_> {
            /// Locks a proposal for this unit of work: two who decide take turns.
            ///
            /// # Errors
            /// [`StoreError::NotFound`](crate::error::StoreError::NotFound).
            pub fn $lock(
                &mut self,
                id: uuid::Uuid,
            ) -> Result<$proposal, $crate::error::StoreError> {
                Ok($proposals::table
                    .filter($proposals::id.eq(id))
                    .select($proposal::as_select())
                    .for_no_key_update()
                    .first(self.conn)?)
            }

            /// Writes a decision down and moves its proposal.
            ///
            /// # Errors
            /// `Violated` by the table's law of four eyes, `Duplicate` if it is decided, `NotFound`.
            pub fn $insert(&mut self, new: &$decision) -> Result<(), $crate::error::StoreError> {
                let refused = $crate::columns::Known::Refused;
                $decision::insert_all(self.conn, std::slice::from_ref(new), refused)?;
                let waiting = $proposals::table
                    .filter($proposals::id.eq(new.proposal))
                    .filter($proposals::state.eq($crate::four_eyes::ProposalState::Waiting));
                let changed = diesel::update(waiting)
                    .set($proposals::state.eq(new.verdict))
                    .execute(self.conn)?;
                $crate::parties::one_row(changed)
            }
        }
    };
}
pub(crate) use decided;
