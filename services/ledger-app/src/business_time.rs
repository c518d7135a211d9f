//! Moments as people on the platform read them, and the moment its business is at.
//!
//! Deadlines (of inquiries, quotes, bids, deeds) are compared with the business moment: the wall
//! clock moved by whole days on to the business date. On a platform at work the two are the same;
//! where the date has been moved forward, as in a demo, deadlines pass with it, and between two moves
//! they pass with the clock. By how many days is kept with the date and never falls. What is not
//! business, such as sessions, signatures of requests and letters on their way, keeps to the clock.

use chrono::DateTime;
use chrono::Duration;
use chrono::FixedOffset;
use chrono::NaiveDateTime;
use chrono::Utc;
use ledger_store::calendars::BusinessDay;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;

/// China Standard Time is eight hours ahead all the year round.
const AHEAD_SECONDS: i32 = 8 * 3_600;

/// `at` on the clocks of the platform's business time zone.
#[must_use]
pub fn local(at: DateTime<Utc>) -> NaiveDateTime {
    FixedOffset::east_opt(AHEAD_SECONDS).map_or_else(
        || at.naive_utc(),
        |zone| at.with_timezone(&zone).naive_local(),
    )
}

/// The moment the platform's business is at when the wall clock says `now`.
#[must_use]
pub fn moment_on(day: BusinessDay, now: DateTime<Utc>) -> DateTime<Utc> {
    let ahead = Duration::days(i64::from(day.ahead_days));
    now.checked_add_signed(ahead).unwrap_or(now)
}

/// The same, in a unit of work.
///
/// # Errors
/// The store's.
pub(crate) fn moment(tx: &mut ReadTx<'_>, app: &App) -> Result<DateTime<Utc>, AppError> {
    Ok(moment_on(tx.business_day()?, app.clock.now()))
}

/// Years with more than four digits have no place in a letter, a database column or a quote.
pub(crate) fn is_sane(at: DateTime<Utc>) -> bool {
    use chrono::Datelike;
    (2000..9999).contains(&at.year())
}

/// The moment that the platform's clocks show as `at`.
#[must_use]
pub fn from_local(at: NaiveDateTime) -> Option<DateTime<Utc>> {
    let zone = FixedOffset::east_opt(AHEAD_SECONDS)?;
    let found = at.and_local_timezone(zone).single()?;
    Some(found.with_timezone(&Utc))
}
