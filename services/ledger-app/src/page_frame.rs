//! What every page of a signed-in person shows around its content.

use chrono::NaiveDate;

use crate::app::App;
use crate::error::AppError;
use crate::principal::Principal;

/// The frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFrame {
    /// The ledger's today.
    pub business_date: NaiveDate,
    /// The address the person signs in with; empty for a system.
    pub login: String,
}

/// Reads it.
///
/// # Errors
/// The store's.
pub fn load(app: &App, who: &Principal) -> Result<PageFrame, AppError> {
    app.store.read(|tx| {
        let login = match who.user {
            Some(user) => tx.user_by_id(user)?.email,
            None => String::new(),
        };
        Ok(PageFrame {
            business_date: tx.business_date_today()?,
            login,
        })
    })
}
