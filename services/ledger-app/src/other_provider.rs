//! The finance provider at the other side of a pledge or a re-transfer, and how the two call their
//! contract.

use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_core::refusal::Refusal;
use ledger_store::parties::PartyState;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;
use crate::principal::Principal;

/// Longest name of a loan or contract, in characters.
pub const LONGEST_REFERENCE: usize = 140;

/// The name of a loan or contract: some words in one line.
///
/// # Errors
/// [`AppError::Invalid`] `reference_not_possible`.
pub(crate) fn reference(field: &'static str, text: &str) -> Result<String, AppError> {
    let text = text.trim();
    let length = text.chars().count();
    if (1..=LONGEST_REFERENCE).contains(&length) && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(AppError::invalid_field(
            field,
            "reference_not_possible",
            format!("give the contract's number or name: 1 to {LONGEST_REFERENCE} characters"),
        ))
    }
}

/// Whether it is a finance provider that takes part, and not the caller's own party.
///
/// # Errors
/// [`Refusal::SelfTransfer`]; [`AppError::Invalid`] `provider_not_active`.
pub(crate) fn check(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    provider: PartyId,
) -> Result<(), AppError> {
    if provider == who.party {
        return Err(Refusal::SelfTransfer.into());
    }
    let found = tx.parties_by_ids(&[provider])?.pop();
    let takes_part = found.is_some_and(|party| {
        party.kind == PartyKind::FinanceProvider && party.state == PartyState::Active
    });
    if takes_part {
        Ok(())
    } else {
        Err(AppError::invalid_field(
            "provider",
            "provider_not_active",
            "this is no finance provider that takes part at present",
        ))
    }
}
