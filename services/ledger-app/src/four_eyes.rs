//! What one hand of a house proposes and another decides (四眼原则), whatever it is: who may decide, who
//! proposed, the word between them.

use chrono::DateTime;
use chrono::Utc;
use ledger_core::id::UserId;
use ledger_core::refusal::Refusal;
use ledger_store::four_eyes::ProposalState;
use ledger_store::four_eyes::Proposed;
use ledger_store::four_eyes::Verdict;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;
use crate::person;
use crate::principal::Principal;

/// Longest word between maker and approver, in characters.
pub const LONGEST_WORD: usize = 500;

/// A word as it is kept.
///
/// # Errors
/// [`AppError::Invalid`] `word_too_long`.
pub(crate) fn word(text: &str) -> Result<String, AppError> {
    let text = text.trim().replace('\0', "");
    if text.chars().count() > LONGEST_WORD {
        return Err(AppError::invalid_field(
            "word",
            "word_too_long",
            format!("use at most {LONGEST_WORD} characters"),
        ));
    }
    Ok(text)
}

/// A word that must be said, as when something is sent back.
///
/// # Errors
/// [`AppError::Invalid`] `word_missing`, `word_too_long`.
pub(crate) fn word_said(text: &str) -> Result<String, AppError> {
    let word = word(text)?;
    if word.is_empty() {
        return Err(AppError::invalid_field(
            "word",
            "word_missing",
            "say what is to be changed",
        ));
    }
    Ok(word)
}

/// Refuses the hand that made a proposal: a person who has a key too is one hand.
///
/// # Errors
/// [`Refusal::SamePerson`]; the store's.
pub(crate) fn check_other_hand(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    made_by: &str,
) -> Result<(), AppError> {
    if person::hand(tx, who)? == made_by {
        return Err(Refusal::SamePerson.into());
    }
    Ok(())
}

/// The person who proposed; none if it was a system, which reads its own proposals.
pub(crate) fn maker(made_by: &str) -> Option<UserId> {
    UserId::parse(made_by.strip_prefix("user:")?).ok()
}

/// Refuses to decide what was decided before, with the code and words of whatever it is.
///
/// # Errors
/// [`AppError::Invalid`].
pub(crate) fn check_waiting(
    proposal: &impl Proposed,
    code: &'static str,
    words: &str,
) -> Result<(), AppError> {
    match proposal.state() {
        ProposalState::Waiting => Ok(()),
        _decided => Err(AppError::invalid(code, words)),
    }
}

/// A decision of the caller's.
///
/// # Errors
/// The store's.
pub(crate) fn decision<P: Proposed>(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    of: &P,
    state: ProposalState,
    word: String,
    now: DateTime<Utc>,
) -> Result<P::Decision, AppError> {
    Ok(of.decided(Verdict {
        decided_by: person::hand(tx, who)?,
        decider_name: who.name.clone(),
        decided_at: now,
        state,
        word,
    }))
}
