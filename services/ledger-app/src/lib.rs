//! The use cases: one file each, named by what somebody wants. They alone talk to the store.
//!
//! A use case identifies nobody and renders nothing: it is given a
//! [`principal::Principal`], asks the [`policy`], prepares an entry, and sends it through the
//! [`posting_queue`]. Use cases don't call use cases.
pub mod access;
pub mod answer_offer;
pub mod app;
pub mod approve_issue;
pub mod change_passphrase;
pub mod choose_language;
pub mod clock;
pub mod currency_totals;
pub mod custody;
pub mod deliver_letters;
pub mod enrol_key;
pub mod error;
pub mod first_visit;
pub mod found_platform;
pub mod held_fragment;
pub mod idempotency;
pub mod import_payables;
pub mod imported_row;
pub mod in_parallel;
pub mod invitation;
pub mod invite_user;
pub mod issue_rules;
pub mod issue_terms;
pub mod language;
pub mod letters;
pub mod maturity_letters;
pub mod notice;
pub mod onboard_party;
pub mod open_book;
pub mod outstanding;
mod party_facts;
pub mod passphrase;
pub mod person;
pub mod policy;
pub mod posting_queue;
pub mod principal;
pub mod proposals_waiting;
pub mod propose_issue;
pub mod public_id;
pub mod random;
pub mod recipient;
pub mod record_payment;
pub mod saved_mappings;
pub mod seal_journal;
pub mod sessions;
pub mod settle_paper;
pub mod sign_in;
pub mod signing;
pub mod store_document;
pub mod supplier_lookup;
pub mod transfer_fragment;
pub mod withdraw_paper;
pub mod wording;
