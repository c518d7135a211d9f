//! Finds a supplier to pay. No directory: whoever looks must know part of a name or a credit code;
//! without, only those who have sold to the caller before are shown.

use ledger_core::id::PartyId;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;

/// Fewest characters that are searched for.
pub const SHORTEST_SEARCH: usize = 2;

/// Most suppliers shown; who sees so many should type more of the name.
const MOST: i64 = 20;

/// A supplier that can be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayableSupplier {
    /// Its id.
    pub party: PartyId,
    /// Registered name.
    pub name: String,
    /// Unified social credit code, or empty.
    pub credit_code: String,
}

/// Suppliers whose name contains `text` or whose credit code begins with it; for an empty text
/// those that have sold to the caller before. Never the caller itself.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::Invalid`] `search_too_short`.
pub fn run(app: &App, who: &Principal, text: &str) -> Result<Vec<PayableSupplier>, AppError> {
    who.may(Action::OfferTransfer)?;
    let text = text.trim();
    if !text.is_empty() && text.chars().count() < SHORTEST_SEARCH {
        return Err(AppError::invalid_field(
            "search",
            "search_too_short",
            format!("type at least {SHORTEST_SEARCH} characters"),
        ));
    }
    let found = app.store.read(|tx| {
        if text.is_empty() {
            tx.sellers_to(who.party, MOST)
        } else {
            tx.suppliers_matching(text, MOST)
        }
    })?;
    Ok(found
        .into_iter()
        .filter(|supplier| supplier.id != who.party)
        .map(|supplier| PayableSupplier {
            party: supplier.id,
            name: supplier.name,
            credit_code: supplier.uscc,
        })
        .collect())
}
