//! The wall clock: stamps messages and gives the first business date. Everything else follows the
//! business date in the books.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

/// Now.
#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox bank stands apart and keeps its own clock here"
)]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Now as an ISO 20022 date and time.
pub(crate) fn stamp() -> String {
    now().to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Today in UTC, the business date of a new bank.
pub(crate) fn today() -> NaiveDate {
    now().date_naive()
}
