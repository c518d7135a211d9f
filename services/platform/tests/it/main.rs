//! Tests of platform, one binary: the whole house on a real database, with the real programs.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod bank;
mod break_in;
mod circle;
mod circle_issue;
#[path = "../../../ledger-app/tests/it/every_cent.rs"]
mod every_cent;
mod read_only_pages;
#[path = "../../../ledger-app/tests/it/stage.rs"]
#[expect(dead_code, reason = "these tests need a part of it")]
mod stage;
mod story;
