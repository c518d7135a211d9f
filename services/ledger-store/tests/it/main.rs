//! Tests of ledger-store against a real PostgreSQL, each in a database of its own.
#![expect(
    clippy::unwrap_used,
    clippy::cloned_ref_to_slice_refs,
    clippy::expect_used,
    reason = "a test stops at the first surprise, and compares lists as they read best"
)]

mod append_only;
mod delivery;
mod documents;
mod finance;
mod journal;
mod one_moment;
mod part;
mod parties;
mod payables;
mod payments;
mod people;
mod posting_door;
mod samples;
mod schema;
mod spread;
mod unit_of_work;
mod webhooks;
