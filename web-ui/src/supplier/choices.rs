//! The fragments somebody can choose from, to pass on or to be financed.

use ledger_app::error::AppError;
use ledger_app::free_holdings;

use super::phrases;
use crate::pages::pay::FragmentChoice;
use crate::session::Signed;
use crate::words;

/// Free fragments, soonest due first; the one asked for in the address stands first.
pub(super) fn free(who: &Signed, asked: &str) -> Result<Vec<FragmentChoice>, AppError> {
    let seen = free_holdings::run(&who.portal.app, &who.principal)?;
    let mut choices: Vec<FragmentChoice> = seen
        .holdings
        .iter()
        .map(|held| FragmentChoice {
            id: held.fragment.clone(),
            obligor: held.obligor.clone(),
            amount: words::money(held.amount, held.currency),
            plain: held.amount.to_plain(held.currency),
            currency: held.currency.to_string(),
            maturity: phrases::due(who.lang, seen.today, held.due_date),
            paper: phrases::short_paper(&held.number, held.range),
        })
        .collect();
    choices.sort_by_key(|choice| choice.id != asked);
    Ok(choices)
}
