//! How an obligor stands with its payments: what everybody may know who looks at a paper of it
//! (逾期状态). Not whose papers they are, nor how much.

use chrono::Datelike;
use chrono::Months;
use chrono::NaiveDate;
use ledger_core::id::PartyId;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;

/// Defaults in six months that make an obligor persistently overdue (持续逾期), if anything is owed
/// or the last of them was in this month.
const PERSISTENT: usize = 3;

/// How far back they are counted.
const COUNTED: Months = Months::new(6);

/// How it stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObligorStanding {
    /// Papers past their due date that are not paid in full.
    pub overdue: usize,
    /// The oldest of their due dates.
    pub since: Option<NaiveDate>,
    /// Whether it counts as persistently overdue.
    pub persistent: bool,
    /// Whether it may issue nothing new.
    pub stopped: bool,
}

/// How an obligor stands on `today`.
///
/// # Errors
/// The store's.
pub(crate) fn of(
    tx: &mut ReadTx<'_>,
    obligor: PartyId,
    stopped: bool,
    today: NaiveDate,
) -> Result<ObligorStanding, AppError> {
    let since = today.checked_sub_months(COUNTED).unwrap_or(today);
    let defaults = tx.defaults_of_obligor(obligor, since)?;
    let open = || defaults.iter().filter(|one| one.cured_on.is_none());
    let counted = defaults.iter().filter(|one| one.recorded_on > since);
    let this_month = |day: NaiveDate| (day.year(), day.month()) == (today.year(), today.month());
    let still = open().count() > 0 || defaults.iter().any(|one| this_month(one.recorded_on));
    Ok(ObligorStanding {
        overdue: open().count(),
        since: open().map(|one| one.due_date).min(),
        persistent: still && counted.count() >= PERSISTENT,
        stopped,
    })
}
