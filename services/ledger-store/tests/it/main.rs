//! Tests of ledger-store against a real PostgreSQL, each in a database of its own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod parties;
mod samples;
mod unit_of_work;
