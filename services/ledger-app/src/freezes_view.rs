//! Orders to freeze as the operator's people see them, and what a holder is told of its own.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
pub use ledger_store::four_eyes::ProposalState;
use ledger_store::freezes::FreezeDecision;
pub use ledger_store::freezes::FreezeKind;
use ledger_store::freezes::FreezeProposal;
use ledger_store::live::FragmentNo;
use ledger_store::unit_of_work::ReadTx;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;

/// How many are shown.
const SHOWN: i64 = 200;

/// An order with what has become of it.
#[derive(Debug, Clone)]
pub struct ListedFreeze {
    /// Its id.
    pub id: Uuid,
    /// A freeze, or the lifting of one.
    pub kind: FreezeKind,
    /// Who ordered.
    pub authority: String,
    /// Its number for the order.
    pub reference: String,
    /// Whose fragments; none for a whole paper.
    pub holder: Option<String>,
    /// Number of the paper; none for all of a holder.
    pub paper: Option<String>,
    /// How much of it; none for all.
    pub amount: Option<(Amount, Currency)>,
    /// The last day of the freeze.
    pub until: Option<NaiveDate>,
    /// The number of the order that would be lifted.
    pub lifts: Option<String>,
    /// The maker's word, or empty.
    pub word: String,
    /// Who entered it.
    pub maker: String,
    /// Whether that was the caller.
    pub own: bool,
    /// When.
    pub made_at: DateTime<Utc>,
    /// How far it is.
    pub state: ProposalState,
    /// The decision.
    pub decision: Option<FreezeDecision>,
    /// The day on which it was over.
    pub ended_on: Option<NaiveDate>,
    /// What it holds now, by currency.
    pub holds: Vec<(Amount, Currency)>,
    /// How many fragments that is.
    pub fragments: usize,
}

impl ListedFreeze {
    /// Whether it is a freeze that stands.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.kind == FreezeKind::Freeze
            && self.state == ProposalState::Approved
            && self.ended_on.is_none()
    }
}

/// The newest orders; those that wait first.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(app: &App, who: &Principal) -> Result<Vec<ListedFreeze>, AppError> {
    who.may(Action::ViewFreezes)?;
    app.store.read(|tx| {
        let own = person::hand(tx, who)?;
        let found = tx.freeze_proposals(SHOWN)?;
        let ids: Vec<Uuid> = found.iter().map(|(one, _)| one.id).collect();
        let frozen = tx.frozen_by(&ids)?;
        let mut papers: Vec<_> = found.iter().filter_map(|(one, _)| one.paper).collect();
        papers.extend(frozen.iter().map(|one| one.paper));
        papers.sort_unstable();
        papers.dedup();
        let papers: HashMap<_, _> = tx
            .papers_by_ids(&papers)?
            .into_iter()
            .map(|record| (record.paper.id, record.paper))
            .collect();
        let parties = names(tx, found.iter().filter_map(|(one, _)| one.holder))?;
        let references: HashMap<Uuid, String> = found
            .iter()
            .map(|(one, _)| (one.id, one.reference.clone()))
            .collect();
        let listed = found.into_iter().map(|(one, decision)| {
            let paper = one.paper.and_then(|id| papers.get(&id));
            let mut holds: Vec<(Amount, Currency)> = Vec::new();
            let mut fragments: usize = 0;
            for part in frozen.iter().filter(|part| part.freeze_order == one.id) {
                fragments = fragments.saturating_add(1);
                let Some(of) = papers.get(&part.paper) else {
                    continue;
                };
                let units = part.hi.saturating_sub(part.lo);
                let amount = Amount::from_minor(units).unwrap_or(Amount::ZERO);
                match holds
                    .iter_mut()
                    .find(|(_, currency)| *currency == of.currency)
                {
                    Some((sum, _)) => *sum = sum.checked_add(amount).unwrap_or(*sum),
                    None => holds.push((amount, of.currency)),
                }
            }
            ListedFreeze {
                id: one.id,
                kind: one.kind,
                holder: one
                    .holder
                    .and_then(|id| parties.get(&id))
                    .map(|party| party.name.clone()),
                paper: paper.map(|paper| paper.number.clone()),
                amount: one.amount.zip(paper.map(|paper| paper.currency)),
                until: one.until,
                lifts: one.lifts.and_then(|id| references.get(&id).cloned()),
                own: one.made_by == own,
                authority: one.authority,
                reference: one.reference,
                word: one.word,
                maker: one.maker_name,
                made_at: one.made_at,
                state: one.state,
                decision,
                ended_on: one.ended_on,
                holds,
                fragments,
            }
        });
        Ok(listed.collect())
    })
}

/// Whose fragments an order can name: suppliers and finance providers, by name.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn holders(app: &App, who: &Principal) -> Result<Vec<(PartyId, String)>, AppError> {
    who.may(Action::ProposeFreeze)?;
    app.store.read(|tx| {
        let mut all = Vec::new();
        for kind in crate::operator_desk::KINDS {
            if kind.may_hold() {
                let found = tx.parties_of_kind(kind)?.into_iter();
                all.extend(found.map(|party| (party.id, party.name)));
            }
        }
        all.sort_by(|a, b| a.1.cmp(&b.1));
        Ok(all)
    })
}

/// What a holder or pledgee is told of the freeze on a fragment of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenUntil {
    /// Who ordered.
    pub authority: String,
    /// Its number for the order.
    pub reference: String,
    /// The last day on which it stands.
    pub until: NaiveDate,
}

/// The freezes that these fragments lie under, by fragment; set-based.
///
/// # Errors
/// The store's.
pub(crate) fn of_fragments(
    tx: &mut ReadTx<'_>,
    frozen: &[FragmentNo],
) -> Result<HashMap<FragmentNo, FrozenUntil>, AppError> {
    if frozen.is_empty() {
        return Ok(HashMap::new());
    }
    let entries: Vec<i64> = frozen.iter().map(|no| no.entry()).collect();
    let rows = tx.frozen_at(&entries)?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.freeze_order).collect();
    let freezes: HashMap<Uuid, FreezeProposal> = tx
        .freeze_proposals_by_ids(&ids)?
        .into_iter()
        .map(|one| (one.id, one))
        .collect();
    let told = |no: &FragmentNo| {
        let row = rows.iter().find(|row| row.entry == no.entry())?;
        let freeze = freezes.get(&row.freeze_order)?;
        let until = FrozenUntil {
            authority: freeze.authority.clone(),
            reference: freeze.reference.clone(),
            until: freeze.until?,
        };
        Some((*no, until))
    };
    Ok(frozen.iter().filter_map(told).collect())
}
