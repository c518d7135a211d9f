//! The checker says no to what a colleague proposed, and why; and nobody's answer is a no after ten
//! days.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::Utc;
use ledger_core::id::PayableId;
use ledger_core::id::UserId;
use ledger_core::refusal::Refusal;
use ledger_store::payables::Payable;
use ledger_store::proposals::IssueProposal;
use ledger_store::unit_of_work::WriteTx;

use crate::app::App;
use crate::currency_totals::CurrencyTotals;
use crate::ended_proposals;
use crate::ended_proposals::is_old;
use crate::ended_proposals::issue_of;
use crate::error::AppError;
use crate::meant_proposals::BUNDLE;
use crate::meant_proposals::Meant;
use crate::meant_proposals::Pages;
use crate::notice::Notice;
use crate::notice_answers::ProposalsDeclined;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;

/// Longest reason, in characters.
pub const LONGEST_REASON: usize = 500;

/// Payables named in a letter; a page shows the rest.
const NAMED: usize = 10;

/// Declines proposals that wait, any number of them: none is issued, their payables can be proposed
/// again, or handed in again corrected. Each maker reads the reason in a letter. Gives how many
/// were declined; those decided before stay as they were. A thousand a unit of work, so that after
/// a crash the same call declines what is left.
///
/// # Errors
/// [`AppError::NotFound`] if one is somebody else's; the refusal `same_person` if the caller made
/// one of them; [`AppError::Invalid`] `person_needed`, `more_waiting_than_seen`, `reason_missing`,
/// `reason_too_long`. Then none of that thousand is declined.
pub fn because(app: &App, who: &Principal, meant: &Meant, reason: &str) -> Result<u64, AppError> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(AppError::invalid_field(
            "reason",
            "reason_missing",
            "say what the maker has to change",
        ));
    }
    if reason.chars().count() > LONGEST_REASON {
        return Err(AppError::invalid_field(
            "reason",
            "reason_too_long",
            format!("a reason has {LONGEST_REASON} characters at most"),
        ));
    }
    decline(app, who, meant, &reason.replace('\0', ""))
}

fn decline(app: &App, who: &Principal, meant: &Meant, reason: &str) -> Result<u64, AppError> {
    who.may(Action::ApproveIssue)?;
    let checker = person::acting(who)?;
    let mut pages = Pages::new(app, who, meant)?;
    let mut declined: u64 = 0;
    while let Some(papers) = pages.next(app)? {
        let now = app.clock.now();
        let some = app.store.write(|tx| {
            let found = tx.proposals_by_papers(&papers)?;
            if found.len() < papers.len() || found.iter().any(|p| p.obligor != who.party) {
                return Err(AppError::NotFound);
            }
            if found.iter().any(|p| p.maker == checker) {
                return Err(Refusal::SamePerson.into());
            }
            let ended = ended_proposals::decline(tx, &papers, checker, reason)?;
            tell_makers(tx, now, who, &ended, reason)?;
            Ok(ended.len())
        })?;
        declined = declined.saturating_add(u64::try_from(some).unwrap_or(u64::MAX));
    }
    Ok(declined)
}

/// One letter to each maker, about all of that maker's papers.
fn tell_makers(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    who: &Principal,
    ended: &[IssueProposal],
    reason: &str,
) -> Result<(), AppError> {
    let makers: BTreeMap<PayableId, UserId> = ended.iter().map(|p| (p.payable, p.maker)).collect();
    let ids: Vec<PayableId> = makers.keys().copied().collect();
    let mut of_maker: BTreeMap<UserId, Vec<Payable>> = BTreeMap::new();
    for payable in tx.payables_by_ids(&ids)? {
        if let Some(maker) = makers.get(&payable.id) {
            of_maker.entry(*maker).or_default().push(payable);
        }
    }
    for (maker, payables) in of_maker {
        let mut total = CurrencyTotals::default();
        for payable in &payables {
            total.add(payable.amount, payable.currency);
        }
        let notice = Notice::ProposalsDeclined(ProposalsDeclined {
            checker: who.name.clone(),
            papers: u32::try_from(payables.len()).unwrap_or(u32::MAX),
            total: total.words(),
            import: one_list(&payables),
            payables: payables
                .into_iter()
                .take(NAMED)
                .map(|payable| payable.payable_no)
                .collect(),
            reason: Some(reason.to_owned()),
        });
        person::tell(tx, now, maker, notice)?;
    }
    Ok(())
}

/// The list that all of these came with.
fn one_list(payables: &[Payable]) -> Option<String> {
    let list = payables.first()?.import?;
    payables
        .iter()
        .all(|payable| payable.import == Some(list))
        .then(|| list.to_string())
}

/// Lets every proposal lapse that nobody decided within
/// [`PROPOSAL_DAYS`](crate::ended_proposals::PROPOSAL_DAYS) days, of all obligors: for the
/// scheduler, once a day. Gives how many did.
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
            let some = app.store.write(|tx| ended_proposals::lapse(tx, &old))?;
            lapsed = lapsed.saturating_add(some);
        }
    }
}
