//! Tests of sandbox-bank, one binary: the real program on a real PostgreSQL.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod bank;
mod control;
mod faults;
mod messages;
mod payments;
mod statements;
