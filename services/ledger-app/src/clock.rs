//! The one place that reads the wall clock. The business date is not the wall clock's business: it
//! is a row in the database that only rises.

use chrono::DateTime;
use chrono::Utc;

/// Tells the time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock;

impl Clock {
    /// Now, in UTC.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that may")]
    pub fn now(self) -> DateTime<Utc> {
        Utc::now()
    }
}
