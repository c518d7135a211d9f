//! Moments as people on the platform read them.

use chrono::DateTime;
use chrono::FixedOffset;
use chrono::NaiveDateTime;
use chrono::Utc;

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
