//! Tests of web-ui, one binary. The pages under test are those of the gallery.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod after_discount;
mod bank_book;
mod browser;
mod cash_choice;
mod clock;
mod corrections;
mod defaults;
mod desk_bids;
mod desk_browser;
mod desk_rates;
mod documents;
mod doors;
mod drawings;
mod events;
mod fields;
mod house;
mod joins;
mod limits;
mod pages;
mod people;
mod plan;
mod provider_desk;
mod public_ledger;
mod received;
mod recourse;
mod redemptions;
mod refusals;
#[path = "../../examples/gallery/sample/mod.rs"]
mod sample;
mod stops;
mod supplier_browser;
mod supplier_inquiry;
mod supplier_lists;
mod supplier_privacy;
mod supplier_refusals;
mod supplier_stage;
mod supplier_standing;
mod supplier_story;
mod tasks;
mod texts;
mod treasury;
mod webhooks;
mod withdrawals;
mod write_offs;
