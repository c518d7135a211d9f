//! What a party can pass on or have financed: the list to choose from, and nothing of what else the
//! portfolio shows. Five queries, however long it is.

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
        let fragments = tx.fragments_by_nos(&nos)?;
        let known = portfolio::look_up(tx, fragments.iter(), &[])?;
        let mut holdings = Vec::with_capacity(nos.len());
        for no in nos {
            if let Some(found) = fragments.iter().find(|fragment| fragment.no == no) {
                holdings.push(known.holding(app, today, found, &[])?);
            }
        }
        holdings.retain(Holding::is_free);
        Ok(FreeHoldings { today, holdings })
    })
}
