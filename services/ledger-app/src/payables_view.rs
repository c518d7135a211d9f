//! What has become of an obligor's payables: for the obligor's people and its own systems.

use std::collections::HashMap;

use chrono::NaiveDate;
use ledger_core::id::PaperId;
use ledger_core::id::PayableId;
use ledger_core::paper::PaperState;
use ledger_store::parties::Party;
pub use ledger_store::payable_list::PayableChoice;
use ledger_store::payables::Payable;
pub use ledger_store::payables::PayableState;

use crate::app::App;
use crate::debt_clock;
use crate::debt_clock::DebtClock;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::newest_first::LARGEST_PAGE;
use crate::policy::Action;
use crate::principal::Principal;

/// The paper that stands for a payable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingPaper {
    /// Its number of 30 digits.
    pub number: String,
    /// Where it stands.
    pub state: PaperState,
}

/// A payable and what has become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayableFact {
    /// The payable.
    pub payable: Payable,
    /// Who is to be paid.
    pub supplier: Party,
    /// The paper issued for it, if one stands.
    pub paper: Option<StandingPaper>,
    /// Why a checker declined it last; while nobody has proposed it again.
    pub declined_because: Option<String>,
    /// Its 60-day clock; none where none runs: the obligor or the supplier is of no such size, or
    /// the debt stands no more.
    pub clock: Option<DebtClock>,
}

/// A page of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayablePage {
    /// In the order in which they were handed in.
    pub items: Vec<PayableFact>,
    /// The last one, if more follow.
    pub next: Option<PayableId>,
    /// The business date on which their clocks are seen.
    pub today: NaiveDate,
}

/// The caller's payables, a page of at most 200 from after the payable `after`.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::NotFound`] if `after` is not the caller's, or the list asked
/// for is not.
pub fn list(
    app: &App,
    who: &Principal,
    choice: PayableChoice,
    after: Option<PayableId>,
    limit: i64,
) -> Result<PayablePage, AppError> {
    who.may(Action::ViewOutstanding)?;
    let limit = limit.clamp(1, LARGEST_PAGE);
    let calendar = app.calendar()?;
    app.store.read(|tx| {
        if let Some(import) = choice.import
            && tx.import_by_id(import)?.obligor != who.party
        {
            return Err(AppError::NotFound);
        }
        let rows = limit.saturating_add(1);
        let mut found = tx.payables_chosen(who.party, choice, after, rows)?;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > most;
        found.truncate(most);
        let next = found.last().filter(|_| more).map(|payable| payable.id);
        let suppliers = names(tx, found.iter().map(|payable| payable.supplier))?;
        let papers: Vec<PaperId> = found
            .iter()
            .filter_map(|payable| payable.paper_id)
            .collect();
        let papers: HashMap<PaperId, StandingPaper> = tx
            .papers_by_ids(&papers)?
            .into_iter()
            .map(|record| {
                let (number, state) = (record.paper.number, record.paper.state);
                (record.paper.id, StandingPaper { number, state })
            })
            .collect();
        let waiting: Vec<PayableId> = found
            .iter()
            .filter(|payable| payable.state == PayableState::Loaded)
            .map(|payable| payable.id)
            .collect();
        let declined: HashMap<PayableId, String> = tx
            .proposals_declined(&waiting)?
            .into_iter()
            .map(|proposal| (proposal.payable, proposal.reason))
            .collect();
        let today = tx.business_date_today()?;
        let debts: Vec<PayableId> = found.iter().map(|payable| payable.id).collect();
        let mut clocks = debt_clock::of_debts(tx, who.party, &debts, today, calendar)?;
        let items = found.into_iter().map(|payable| {
            let supplier = suppliers.get(&payable.supplier).cloned();
            Ok(PayableFact {
                supplier: supplier.ok_or_else(|| lost(&payable))?,
                paper: payable.paper_id.and_then(|id| papers.get(&id).cloned()),
                declined_because: declined.get(&payable.id).cloned(),
                clock: clocks.remove(&payable.id),
                payable,
            })
        });
        Ok(PayablePage {
            items: items.collect::<Result<_, AppError>>()?,
            next,
            today,
        })
    })
}

fn lost(payable: &Payable) -> AppError {
    AppError::Internal(format!("payable {} has no supplier", payable.id))
}
