//! The finance providers that can be asked for money, for a pledge, or to take a fragment over.

use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::parties::PartyState;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;

/// A finance provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinanceProvider {
    /// Its id.
    pub party: PartyId,
    /// Its name.
    pub name: String,
    /// Its licence, in words; may be empty.
    pub licence: String,
}

/// Those that take part now, by name, but for the caller's own party.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn run(app: &App, who: &Principal) -> Result<Vec<FinanceProvider>, AppError> {
    who.may(Action::RequestFinance)
        .or_else(|_not_a_supplier| who.may(Action::Retransfer))?;
    let all = app
        .store
        .read(|tx| tx.parties_of_kind(PartyKind::FinanceProvider))?;
    Ok(all
        .into_iter()
        .filter(|party| party.state == PartyState::Active && party.id != who.party)
        .map(|party| FinanceProvider {
            party: party.id,
            name: party.name,
            licence: party.licence_note,
        })
        .collect())
}
