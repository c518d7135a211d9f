//! Answers to a request that one hand of a finance provider proposes and another decides: who may
//! see one, who may decide it, and whom the letters reach.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::id::PartyId;
use ledger_store::obligor_file::Finding;
use ledger_store::quote_proposals::QuoteProposal;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::error::AppError;
use crate::four_eyes;
use crate::letters;
use crate::notice::Notice;
use crate::notice_answers::AnswerProposed;
use crate::notice_answers::AnswerReturned;
use crate::person;
use crate::policy;
use crate::policy::Action;
use crate::principal::Principal;
use crate::requested_fragment::RequestedFragment;

/// How many days a look into the public disclosure is good for. The rule (商业汇票承兑、贴现与再贴现管理办法,
/// art. 29–31, 36) asks for a check at the discount and names no number of days; a week is ours.
pub const DISCLOSURE_DAYS: i64 = 7;

/// Locks a proposal of the caller's party that waits for a decision, and the request it answers.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Invalid`] `answer_decided`.
pub(crate) fn lock(
    tx: &mut WriteTx<'_>,
    who: &Principal,
    proposal: Uuid,
) -> Result<QuoteProposal, AppError> {
    let known = tx.quote_proposal_by_id(proposal)?;
    if known.provider != who.party {
        return Err(AppError::NotFound);
    }
    // The request first, as everybody who answers does.
    tx.finance_request_lock(known.request)?;
    let found = tx.quote_proposal_lock(proposal)?;
    four_eyes::check_waiting(
        &found,
        "answer_decided",
        "this proposal was decided before; look at the request again",
    )?;
    Ok(found)
}

/// Refuses a price for an obligor whose public disclosure the provider has not looked up of late,
/// or found wanting: no discount if disclosure is missing or inconsistent.
///
/// # Errors
/// [`AppError::Invalid`] `disclosure_not_checked`, `disclosure_not_clean`.
pub(crate) fn check_disclosure(
    tx: &mut ReadTx<'_>,
    provider: PartyId,
    obligor: PartyId,
    today: NaiveDate,
) -> Result<(), AppError> {
    let newest = tx.disclosure_checks_of(provider, obligor, 1)?.pop();
    let fresh = newest.filter(|check| {
        let age = today.signed_duration_since(check.looked_up_on).num_days();
        (0..=DISCLOSURE_DAYS).contains(&age)
    });
    match fresh.map(|check| check.finding) {
        Some(Finding::Clean) => Ok(()),
        Some(Finding::OverdueListed | Finding::NotDisclosed) => Err(AppError::invalid(
            "disclosure_not_clean",
            "the obligor's public disclosure is missing or lists it as overdue: a discount is \
             not allowed",
        )),
        None => Err(AppError::invalid(
            "disclosure_not_checked",
            "look the obligor up in the public disclosure and record what you found",
        )),
    }
}

/// Tells those of the provider's people who may decide, but not the one who proposed.
pub(crate) fn tell_approvers(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    who: &Principal,
    asked: &RequestedFragment,
) -> Result<(), AppError> {
    let notice = Notice::AnswerProposed(AnswerProposed {
        request: asked.request.id.to_string(),
        maker: who.name.clone(),
        supplier: asked.holder.name.clone(),
        fragment: asked.named(),
        amount: asked.money(asked.request.amount),
    });
    letters::tell_those(tx, now, &[(who.party, notice)], |user| {
        policy::may(who.kind, user.role, Action::ApproveAnswer) && Some(user.id) != who.user
    })
}

/// Tells the person who proposed that it came back; a system reads its own proposals.
pub(crate) fn tell_maker(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    who: &Principal,
    of: &QuoteProposal,
    asked: &RequestedFragment,
    word: &str,
) -> Result<(), AppError> {
    let Some(maker) = four_eyes::maker(&of.made_by) else {
        return Ok(());
    };
    let notice = Notice::AnswerReturned(AnswerReturned {
        request: asked.request.id.to_string(),
        checker: who.name.clone(),
        fragment: asked.named(),
        amount: asked.money(asked.request.amount),
        reason: word.to_owned(),
    });
    person::tell(tx, now, maker, notice)
}
