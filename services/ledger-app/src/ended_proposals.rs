//! Ends proposals that are not to become papers: declined or lapsed.

use chrono::Duration;
use chrono::NaiveDate;
use ledger_core::entry::Entry;
use ledger_core::id::PaperId;
use ledger_core::id::UserId;
use ledger_store::payables::PayableState;
use ledger_store::proposals::IssueProposal;
use ledger_store::proposals::ProposalState;
use ledger_store::unit_of_work::WriteTx;

use crate::error::AppError;

/// How many days a proposal may wait; then the law takes the maker's signature no more.
pub const PROPOSAL_DAYS: i64 = 10;

/// The entry that both sign.
pub(crate) fn issue_of(proposal: &IssueProposal) -> Result<Entry, AppError> {
    Entry::from_bytes(&proposal.body).map_err(|e| {
        AppError::Internal(format!(
            "the proposal of paper {} is damaged: {e}",
            proposal.paper_id
        ))
    })
}

/// Whether an entry of this date is too old to be issued.
pub(crate) fn is_old(entry: &Entry, today: NaiveDate) -> bool {
    let earliest = today.checked_sub_signed(Duration::days(PROPOSAL_DAYS));
    earliest.is_some_and(|earliest| entry.date < earliest)
}

/// Lets those that still wait lapse; their payables are loaded again. Gives how many there were.
pub(crate) fn lapse(tx: &mut WriteTx<'_>, papers: &[PaperId]) -> Result<u64, AppError> {
    let waiting = tx.proposals_lock(papers)?;
    let papers: Vec<PaperId> = waiting.iter().map(|p| p.paper_id).collect();
    tx.proposals_decide(&papers, ProposalState::Lapsed, None)?;
    free(tx, &waiting)?;
    Ok(u64::try_from(papers.len()).unwrap_or(u64::MAX))
}

/// Declines those that still wait, with a reason; their payables are loaded again. Gives those
/// declined.
pub(crate) fn decline(
    tx: &mut WriteTx<'_>,
    papers: &[PaperId],
    checker: UserId,
    reason: &str,
) -> Result<Vec<IssueProposal>, AppError> {
    let waiting = tx.proposals_lock(papers)?;
    let papers: Vec<PaperId> = waiting.iter().map(|p| p.paper_id).collect();
    tx.proposals_decline(&papers, checker, reason)?;
    free(tx, &waiting)?;
    Ok(waiting)
}

fn free(tx: &mut WriteTx<'_>, ended: &[IssueProposal]) -> Result<(), AppError> {
    let free: Vec<_> = ended.iter().map(|p| (p.payable, None)).collect();
    tx.payables_move(&free, PayableState::Proposed, PayableState::Loaded)?;
    Ok(())
}
