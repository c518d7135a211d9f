//! Tests of bank-channel, one binary.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod client;
mod orders;
mod reconciling;
mod refusals;
mod schema;
mod statements;
