//! The rules of a day, with the article each rests on: for everybody who takes part.

use chrono::NaiveDate;
use ledger_core::rule_pack::PACKS;
use ledger_core::rule_pack::RulePack;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;

/// The rules in force on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesOfDay {
    /// The day.
    pub on: NaiveDate,
    /// What applies on it.
    pub pack: RulePack,
    /// Every pack there is, oldest first, for choosing another day.
    pub all: Vec<RulePack>,
}

/// The rules in force on `on`, or on the business date.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn run(app: &App, who: &Principal, on: Option<NaiveDate>) -> Result<RulesOfDay, AppError> {
    who.may(Action::ViewRules)?;
    let on = match on {
        Some(day) => day,
        None => app.business_date()?,
    };
    Ok(RulesOfDay {
        on,
        pack: RulePack::on(on),
        all: PACKS.to_vec(),
    })
}
