//! A party says whether what one obligor pays it on one day shall come in one sum or paper by paper.

use ledger_store::netting::NettingChoice;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;

/// Keeps the choice: it holds for what is sent to banks from now on. Said again, it is on record once.
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn run(app: &App, who: &Principal, netted: bool) -> Result<(), AppError> {
    who.may(Action::ChooseNetting)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        // Two of a house at once leave two rows, and the later one holds.
        let before = tx.netting_choices(&[who.party])?.remove(&who.party);
        if before.is_some_and(|choice| choice.netted == netted) {
            return Ok(());
        }
        let choice = NettingChoice {
            party: who.party,
            netted,
            chosen_by: who.subject(),
            chosen_on: tx.business_date_today()?,
            chosen_at: now,
        };
        Ok(tx.netting_choice_append(&choice)?)
    })
}
