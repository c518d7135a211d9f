//! The wall clock, by which quotes and requests lapse. The business date comes from the pages.

use chrono::DateTime;
use chrono::Utc;

/// Now, in UTC.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "the player stands outside the platform and has no other clock"
)]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}
