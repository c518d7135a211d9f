//! Tests of http-support, one binary.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod cursors;
#[path = "../../../ledger-app/tests/it/every_cent.rs"]
mod every_cent;
mod large_bodies;
mod nonces;
mod problems;
mod rate_limits;
mod rfc9421;
mod signed_requests;
#[expect(dead_code, reason = "these tests stand on a part of the stage")]
#[path = "../../../ledger-app/tests/it/stage.rs"]
mod stage;
