//! Orders to freeze, and to lift a freeze, as they stand between the operator's two people: reading
//! what was typed, locking what is decided, telling who decides and who proposed.

use chrono::DateTime;
use chrono::Utc;
use ledger_core::freeze::Hands;
use ledger_core::freeze::Order;
pub use ledger_store::four_eyes::ProposalState;
use ledger_store::freezes::FreezeDecision;
use ledger_store::freezes::FreezeKind;
use ledger_store::freezes::FreezeProposal;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::error::AppError;
use crate::four_eyes;
use crate::letters;
use crate::notice::Notice;
use crate::notice_events::FreezeProposed;
use crate::notice_events::FreezeReturned;
use crate::notice_events::PaperEvent;
use crate::person;
use crate::policy;
use crate::policy::Action;
use crate::principal::Principal;

/// Longest authority or reference, in characters.
pub const LONGEST_NAME: usize = 200;

/// Who ordered and under which number, as typed.
///
/// # Errors
/// [`AppError::Invalid`] `order_missing`, `order_too_long`, at the field.
pub(crate) fn order_of(authority: &str, reference: &str) -> Result<Order, AppError> {
    let text = |field: &'static str, text: &str| {
        let text = text.trim().replace('\0', "");
        match text.chars().count() {
            0 => Err(AppError::invalid_field(
                field,
                "order_missing",
                "name who ordered it and the order's number",
            )),
            n if n > LONGEST_NAME => Err(AppError::invalid_field(
                field,
                "order_too_long",
                format!("use at most {LONGEST_NAME} characters"),
            )),
            _ => Ok(text),
        }
    };
    Ok(Order {
        authority: text("authority", authority)?,
        reference: text("reference", reference)?,
    })
}

/// The order as the journal names it.
pub(crate) fn order(of: &FreezeProposal) -> Order {
    Order {
        authority: of.authority.clone(),
        reference: of.reference.clone(),
    }
}

/// The two people as the journal names them.
pub(crate) fn hands(decision: &FreezeDecision) -> Hands {
    Hands {
        proposed: decision.made_by.clone(),
        decided: decision.decided_by.clone(),
    }
}

/// Locks a proposal that waits for a decision.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Invalid`] `freeze_decided`.
pub(crate) fn lock(tx: &mut WriteTx<'_>, proposal: Uuid) -> Result<FreezeProposal, AppError> {
    let found = tx.freeze_proposal_lock(proposal)?;
    four_eyes::check_waiting(
        &found,
        "freeze_decided",
        "this was decided before; look at the list again",
    )?;
    Ok(found)
}

/// Tells the operator's other people that something waits for one of them.
pub(crate) fn tell_deciders(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    who: &Principal,
    of: &FreezeProposal,
) -> Result<(), AppError> {
    let notice = Notice::PaperEvent(PaperEvent::FreezeProposed(FreezeProposed {
        maker: who.name.clone(),
        authority: of.authority.clone(),
        reference: of.reference.clone(),
        lifts: of.kind == FreezeKind::Lift,
    }));
    letters::tell_those(tx, now, &[(who.party, notice)], |user| {
        policy::may(who.kind, user.role, Action::DecideFreeze) && Some(user.id) != who.user
    })
}

/// Tells the person who proposed that it came back.
pub(crate) fn tell_maker(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    who: &Principal,
    of: &FreezeProposal,
    word: &str,
) -> Result<(), AppError> {
    let Some(maker) = four_eyes::maker(&of.made_by) else {
        return Ok(());
    };
    let notice = Notice::PaperEvent(PaperEvent::FreezeReturned(FreezeReturned {
        checker: who.name.clone(),
        reference: of.reference.clone(),
        reason: word.to_owned(),
    }));
    person::tell(tx, now, maker, notice)
}
