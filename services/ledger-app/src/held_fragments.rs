//! Several fragments of the caller's, with their papers: before something is asked on them.

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::policy::Action;
use crate::principal::Principal;

/// The fragments of these public ids, in their order.
///
/// # Errors
/// [`AppError::NotFound`] if one of them is not there or not the caller's party's.
pub fn run(
    app: &App,
    who: &Principal,
    public_ids: &[String],
) -> Result<Vec<HeldFragment>, AppError> {
    who.may(Action::ViewPortfolio)?;
    let nos = public_ids
        .iter()
        .map(|id| app.public_ids.read(id).ok_or(AppError::NotFound))
        .collect::<Result<Vec<_>, AppError>>()?;
    let held = app.store.read(|tx| HeldFragment::load_all(tx, &nos))?;
    if held.iter().any(|one| one.fragment.holder != who.party) {
        return Err(AppError::NotFound);
    }
    Ok(held)
}
