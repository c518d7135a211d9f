//! Tests of ledger-core, one binary.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
mod acts_staged;
mod agreements;
mod allocation;
mod arrears;
mod batch_check;
mod calendar;
mod cash_plan;
mod clearing;
mod clearing_reference;
mod corrections;
mod default_simulation;
mod ended_papers;
mod events;
mod golden;
mod golden_events;
mod joins;
mod leg_tree;
mod lineage;
mod merkle;
mod numbers;
mod passing_model;
mod payment_clock;
mod payment_terms;
mod pricing;
mod rate_card;
mod recourse;
mod redemptions;
mod refusals;
mod refusals_order;
mod refusals_terms;
mod retransfers;
mod rules;
mod sealed_bid;
mod simulation;
mod simulation_model;
mod simulation_plan;
mod support;
mod token;
mod trade_documents;
mod verify;
mod who_may_not;
mod write_offs;
