//! Tests of webhook-courier, one binary: real receivers on loopback, and the clock moved by hand.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod addresses;
#[path = "../../../ledger-app/tests/it/every_cent.rs"]
mod every_cent;
mod receiver;
mod sending;
#[path = "../../../ledger-app/tests/it/stage.rs"]
#[expect(dead_code, reason = "these tests need a part of it")]
mod stage;
mod trying_again;
mod two_secrets;
