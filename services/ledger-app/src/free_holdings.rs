//! What a party can pass on or have financed: the list to choose from, and nothing of what else the
//! portfolio shows. Five queries, however long it is.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::portfolio;
use crate::portfolio::Holding;
use crate::principal::Principal;

/// Free holdings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeHoldings {
    /// The ledger's today.
    pub today: NaiveDate,
    /// Soonest due first. Whether one can be joined is not looked at.
    pub holdings: Vec<Holding>,
}

/// The free ones among the first [`portfolio::LARGEST_PAGE`] holdings of the caller's party.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn run(app: &App, who: &Principal) -> Result<FreeHoldings, AppError> {
    who.may(Action::ViewPortfolio)?;
    app.store.read(|tx| {
        let today = tx.business_date_today()?;
        let nos = tx.holding_nos(who.party, None, portfolio::LARGEST_PAGE)?;
        let fragments: HashMap<_, _> = tx
            .fragments_by_nos(&nos)?
            .into_iter()
            .map(|found| (found.no, found))
            .collect();
        let known = portfolio::look_up(tx, fragments.values(), &[])?;
        let mut holdings = nos
            .iter()
            .filter_map(|no| fragments.get(no))
            .map(|found| known.holding(app, today, found, &[]))
            .collect::<Result<Vec<_>, _>>()?;
        holdings.retain(Holding::is_free);
        Ok(FreeHoldings { today, holdings })
    })
}
