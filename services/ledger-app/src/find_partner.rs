//! Finds the other side of a document by what stands on it: the registered name or the credit code,
//! in full. No directory: nothing is shown that was not typed.

use ledger_core::id::PartyId;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;

/// The obligor or supplier of exactly this name or code.
///
/// # Errors
/// [`AppError::Invalid`] `partner_unknown` about `field`, also where two have the same name.
pub fn run(
    app: &App,
    who: &Principal,
    field: &'static str,
    text: &str,
) -> Result<PartyId, AppError> {
    who.may(Action::ViewDocuments)?;
    let found = app.store.read(|tx| tx.traders_named(text.trim()))?;
    match found.as_slice() {
        [one] => Ok(one.id),
        _ => Err(AppError::invalid_field(
            field,
            "partner_unknown",
            "type the registered name or the unified social credit code in full",
        )),
    }
}
