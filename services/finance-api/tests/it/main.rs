//! Tests of finance-api, one binary.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod after_discount;
mod corrections;
mod described;
mod door;
#[path = "../../../ledger-app/tests/it/every_cent.rs"]
mod every_cent;
mod example_client;
#[path = "../../../ledger-app/tests/it/finance_stage.rs"]
#[expect(dead_code, reason = "these tests need a part of it")]
mod finance_stage;
mod four_eyes;
#[path = "../../../ledger-app/tests/it/issue_steps.rs"]
#[expect(dead_code, reason = "these tests need a part of it")]
mod issue_steps;
mod joins;
mod ledger;
mod limits;
mod offers;
mod payable_clocks;
mod payables;
mod rate_cards;
mod received;
mod sealed_bids;
mod served;
#[path = "../../../ledger-app/tests/it/stage.rs"]
#[expect(dead_code, reason = "these tests need a part of it")]
mod stage;
mod story;
mod unwelcome;
mod webhooks;
mod write_offs;
