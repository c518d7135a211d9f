//! The checker says no to what a colleague proposed; and nobody's answer is a no after ten days.

use ledger_core::id::PaperId;
use ledger_core::refusal::Refusal;
use ledger_store::proposals::ProposalState;

use crate::app::App;
use crate::ended_proposals::end;
use crate::ended_proposals::is_old;
use crate::ended_proposals::issue_of;
use crate::error::AppError;
use crate::meant_proposals::BUNDLE;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;

/// Declines proposals that wait: none of them is issued, their payables can be proposed again.
/// Gives how many were declined; those decided before stay as they were.
///
/// # Errors
/// [`AppError::NotFound`] if one is somebody else's; the refusal `same_person` if the caller made
/// one of them; [`AppError::Invalid`] `person_needed`. Then none is declined.
pub fn run(app: &App, who: &Principal, papers: &[PaperId]) -> Result<u64, AppError> {
    who.may(Action::ApproveIssue)?;
    let checker = person::acting(who)?;
    app.store.write(|tx| {
        let found = tx.proposals_by_papers(papers)?;
        if found.len() < papers.len() || found.iter().any(|p| p.obligor != who.party) {
            return Err(AppError::NotFound);
        }
        if found.iter().any(|p| p.maker == checker) {
            return Err(Refusal::SamePerson.into());
        }
        end(tx, papers, ProposalState::Declined, Some(checker))
    })
}

/// Lets every proposal lapse that nobody decided within [`PROPOSAL_DAYS`](crate::ended_proposals::PROPOSAL_DAYS) days, of all obligors:
/// for the scheduler, once a day. Gives how many did.
///
/// # Errors
/// The store's.
pub fn lapse_old(app: &App) -> Result<u64, AppError> {
    let today = app.business_date()?;
    let limit = i64::try_from(BUNDLE).unwrap_or(i64::MAX);
    let mut after = None;
    let mut lapsed: u64 = 0;
    loop {
        let page = app
            .store
            .read(|tx| tx.proposals_waiting_anywhere(after, limit))?;
        let Some(last) = page.last() else {
            return Ok(lapsed);
        };
        after = Some(last.paper_id);
        let mut old = Vec::new();
        for proposal in &page {
            if is_old(&issue_of(proposal)?, today) {
                old.push(proposal.paper_id);
            }
        }
        if !old.is_empty() {
            let some = app
                .store
                .write(|tx| end(tx, &old, ProposalState::Lapsed, None))?;
            lapsed = lapsed.saturating_add(some);
        }
    }
}
