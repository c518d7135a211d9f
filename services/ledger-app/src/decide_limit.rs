//! A second one puts a proposed limit into force, or turns it down.

use ledger_core::refusal::Refusal;
use ledger_store::limits::LimitDecision;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;
use crate::propose_limit::reason_of;
use crate::random;

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is in force from now on.
    Approve,
    /// It is not.
    TurnDown,
}

/// Decides. An approved limit binds at once and counts all that is on record already, even if that
/// is more than it allows: then nothing new is taken. Who proposed may turn it down (take it back),
/// not approve it. The same decision again changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's party's; the refusal `same_person`;
/// [`AppError::Invalid`] `limit_decided_before`, `limit_until_past`, `reason_too_long`.
pub fn run(
    app: &App,
    who: &Principal,
    proposal: Uuid,
    verdict: Verdict,
    reason: &str,
) -> Result<(), AppError> {
    who.may(Action::ViewLimits)?;
    let approved = verdict == Verdict::Approve;
    let reason = reason_of(reason)?;
    let limit_id = Uuid::from_bytes(random::bytes()?);
    let now = app.clock.now();
    app.store.write(|tx| {
        let own = |hand: &str, maker: &str| hand == maker;
        let (found, decided) = tx.limit_proposal_by_id(proposal)?;
        // Before anything else: another's is told like one that isn't there.
        if found.owner != who.party {
            return Err(AppError::NotFound);
        }
        let hand = person::hand(tx, who)?;
        // Taking one's own back needs no second person.
        if approved || !own(&hand, &found.maker) {
            who.may(Action::DecideLimit)?;
        } else {
            who.may(Action::ProposeLimit)?;
        }
        if let Some(before) = decided {
            return if before.approved == approved && before.checker == hand {
                Ok(())
            } else {
                Err(AppError::invalid(
                    "limit_decided_before",
                    "somebody decided this proposal before; look again",
                ))
            };
        }
        if approved && own(&hand, &found.maker) {
            return Err(Refusal::SamePerson.into());
        }
        let today = tx.business_date_today()?;
        if approved && found.valid_until.is_some_and(|last| last < today) {
            return Err(AppError::invalid(
                "limit_until_past",
                "its last day has passed; propose it again",
            ));
        }
        let decision = LimitDecision {
            proposal,
            limit_id,
            approved,
            checker: hand,
            reason: reason.clone(),
            decided_on: today,
            decided_at: now,
        };
        match tx.limit_decide(&decision) {
            Err(error) if error.is_duplicate_of("limit_decision_pkey") => Err(AppError::invalid(
                "limit_decided_before",
                "somebody decided this proposal before; look again",
            )),
            other => Ok(other?),
        }
    })
}
