//! Tests of ledger-app, one binary.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod agreements;
mod arrears;
mod auction_ends;
mod business_moment;
mod calendar_changes;
mod cash_arriving;
mod cash_choice;
mod circle;
mod corrections;
mod credit_again;
mod default_risk;
mod events_stage;
mod every_cent;
mod every_cent_found;
mod finance;
mod finance_branches;
mod finance_random;
mod finance_refusals;
mod finance_stage;
mod four_eyes;
mod freezes;
mod inquiry;
mod invitation;
mod invoice_capacity;
mod issue;
mod issue_again;
mod issue_approval;
mod issue_capacity;
mod issue_circle;
mod issue_import;
mod issue_many;
mod issue_steps;
mod joins;
mod limit_circles;
mod limit_race;
mod limits;
mod limits_issuing;
mod limits_stage;
mod netting;
mod not_honoured;
mod onboarding;
mod operator_tasks;
mod own_keys;
mod payment_clock;
mod planning;
mod pledges;
mod policy;
mod portfolio;
mod posting;
mod posting_beside;
mod proposed_rates;
mod purchases;

mod rate_cards;
mod reconciliation;
mod recourse;
mod redemptions;
mod retransfers;
mod sealed_auction;
mod sending;
mod settlement;
mod settlement_stage;
mod sign_in;
mod signing_attempts;
mod stage;
mod trace;
mod trace_large;
mod trade_documents;
mod transfers;
mod webhook_set_up;
mod webhooks;
mod who_may_not;
mod word_between;
mod write_offs;
