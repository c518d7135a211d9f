//! PostgreSQL: the only room that knows diesel.
//!
//! [`unit_of_work::Store`] hands out the only two ways to a connection: `read` (a snapshot) and
//! `write` (one unit of work). Every query is a method of [`unit_of_work::ReadTx`] or
//! [`unit_of_work::WriteTx`], named noun first, verb second, in the file of its noun; records in
//! and out are plain structs of core types. No rule of the trade is decided here: the database
//! repeats the law as constraints, it doesn't invent it.
pub mod access_log;
pub mod attestations;
pub mod bank_day;
pub mod bank_messages;
mod bare_fragments;
pub mod batch_facts;
pub mod billed_invoices;
pub mod calendars;
pub mod capacity_reservations;
pub mod checkpoints;
mod columns;
pub mod credits_again;
mod discount_moves;
pub mod document_capacity;
pub mod document_links;
pub mod documents;
pub mod error;
pub mod finance;
pub mod finance_inbox;
pub mod foreign_uses;
pub mod four_eyes;
pub mod holdings;
pub mod imports;
pub mod inquiries;
pub mod invoice_faces;
pub mod journal;
pub mod legs;
pub mod limit_circles;
pub mod limit_uses;
pub mod limits;
pub mod live;
pub mod live_claims;
pub mod migrations;
pub mod obligor_conduct;
pub mod obligor_file;
pub mod obligor_grades;
pub mod operator_tasks;
pub mod outbox;
pub mod outstanding;
pub mod papers;
pub mod parties;
pub mod party_checks;
pub mod party_groups;
pub mod party_search;
pub mod payable_list;
pub mod payables;
pub mod payments;
pub mod pledges;
pub mod posting;
pub mod proposals;
pub mod provider_figures;
pub mod quote_proposals;
pub mod quotes;
pub mod rate_cards;
pub mod rate_proposals;
pub mod receipts;
pub mod registrations;
pub mod retransfers;
mod schema;
pub mod sealed_bids;
pub mod sessions;
pub mod settlement_moves;
pub mod settlement_proofs;
pub mod settlements;
pub mod signing_keys;
mod statement;
pub mod trace_spread;
pub mod unit_of_work;
pub mod users;
pub mod waybills;
pub mod webhook_deliveries;
pub mod webhooks;
