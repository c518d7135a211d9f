//! The use cases: one file each, named by what somebody wants. They alone talk to the store.
//!
//! A use case identifies nobody and renders nothing: it is given a
//! [`principal::Principal`], asks the [`policy`], prepares an entry, and sends it through the
//! [`posting_queue`]. Use cases don't call use cases.
pub mod answer_offer;
pub mod app;
pub mod clock;
pub mod custody;
pub mod error;
pub mod held_fragment;
pub mod idempotency;
pub mod language;
pub mod letters;
pub mod maturity_letters;
pub mod notice;
pub mod open_book;
pub mod passphrase;
pub mod policy;
pub mod posting_queue;
pub mod principal;
pub mod public_id;
pub mod random;
pub mod recipient;
pub mod record_payment;
pub mod seal_journal;
pub mod settle_paper;
pub mod signing;
pub mod store_document;
pub mod transfer_fragment;
pub mod wording;
