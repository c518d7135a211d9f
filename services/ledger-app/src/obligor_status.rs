//! What a finance provider sees of an obligor it deals with: how its papers were paid, how far the
//! provider stands with it, what the provider has looked up, and the provider's own notes.
//!
//! Conduct is the same for every provider. Exposure, disclosure looked up and notes are the
//! caller's own; no other party sees them.

use chrono::Days;
use chrono::NaiveDate;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
use ledger_store::obligor_conduct::Conduct;
use ledger_store::obligor_conduct::Exposure;
pub use ledger_store::obligor_file::DisclosureCheck;
pub use ledger_store::obligor_file::Finding;
pub use ledger_store::obligor_file::ProviderNote;
use ledger_store::parties::Party;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;
use crate::proposed_answer;

/// How far back an obligor's conduct is counted, in days.
const CONDUCT_DAYS: u64 = 730;

/// Looks and notes shown.
const SHOWN: i64 = 50;

/// How an obligor has paid in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaidSoFar {
    /// Currency.
    pub currency: Currency,
    /// Papers paid in full on their due date or before.
    pub on_time: i64,
    /// Papers paid in full after it.
    pub late: i64,
    /// The longest of these delays, in days.
    pub worst_delay: i32,
    /// Papers past their date of which only a part was paid.
    pub short: i64,
    /// Papers past their date and not paid in full, the short ones among them.
    pub overdue: i64,
    /// Faces paid in full, minor units.
    pub paid: i128,
    /// What is past its date and not paid, minor units.
    pub overdue_sum: i128,
}

/// How far the caller's party stands with an obligor in one currency, minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExposureIn {
    /// Currency.
    pub currency: Currency,
    /// Fragments held.
    pub held: i128,
    /// Purchases signed and not yet paid for.
    pub committed: i128,
    /// Quotes on offer, which a holder may sign.
    pub offered: i128,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct ObligorStatus {
    /// The obligor.
    pub obligor: Party,
    /// Its papers due from this day on are counted.
    pub since: NaiveDate,
    /// How it has paid, by currency.
    pub paid: Vec<PaidSoFar>,
    /// How far the caller stands with it, by currency.
    pub exposure: Vec<ExposureIn>,
    /// What the caller's party has looked up, newest first.
    pub checks: Vec<DisclosureCheck>,
    /// The code that keeps the caller from proposing a price, if one: `disclosure_not_checked`,
    /// `disclosure_not_clean`.
    pub gate: Option<&'static str>,
    /// The caller's party's notes, newest first.
    pub notes: Vec<ProviderNote>,
}

/// What the caller may know of an obligor.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::NotFound`] unless the caller's party was ever asked for
/// money on a paper of this obligor, or holds a part of one.
pub fn run(app: &App, who: &Principal, obligor: PartyId) -> Result<ObligorStatus, AppError> {
    who.may(Action::ViewRequests)?;
    let now = app.moment()?;
    app.store.read(|tx| {
        check_deals(tx, who, obligor)?;
        let today = tx.business_date_today()?;
        let since = today
            .checked_sub_days(Days::new(CONDUCT_DAYS))
            .unwrap_or(today);
        let conduct = tx.obligor_conduct(obligor, since, today)?;
        let exposure = tx.exposure_to(who.party, obligor, now)?;
        let gate = match proposed_answer::check_disclosure(tx, who.party, obligor, today) {
            Ok(()) => None,
            Err(AppError::Invalid { code, .. }) => Some(code),
            Err(other) => return Err(other),
        };
        Ok(ObligorStatus {
            obligor: tx.party_by_id(obligor)?,
            since,
            paid: conduct.iter().map(paid).collect::<Result<_, _>>()?,
            exposure: exposure.iter().map(exposed).collect::<Result<_, _>>()?,
            checks: tx.disclosure_checks_of(who.party, obligor, SHOWN)?,
            gate,
            notes: tx.provider_notes_of(who.party, obligor, SHOWN)?,
        })
    })
}

/// Refuses whoever has nothing to do with an obligor.
///
/// # Errors
/// [`AppError::NotFound`].
pub(crate) fn check_deals(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    obligor: PartyId,
) -> Result<(), AppError> {
    if tx.deals_with_obligor(who.party, obligor)? {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}

fn paid(of: &Conduct) -> Result<PaidSoFar, AppError> {
    Ok(PaidSoFar {
        currency: of.currency,
        on_time: of.on_time,
        late: of.late,
        worst_delay: of.worst_delay,
        short: of.short,
        overdue: of.overdue,
        paid: of.paid_minor()?,
        overdue_sum: of.overdue_minor()?,
    })
}

fn exposed(of: &Exposure) -> Result<ExposureIn, AppError> {
    Ok(ExposureIn {
        currency: of.currency,
        held: of.held_minor()?,
        committed: of.committed_minor()?,
        offered: of.offered_minor()?,
    })
}
