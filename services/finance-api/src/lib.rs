//! The door for the systems of finance providers and obligors: JSON over HTTP, described by an OpenAPI document
//! that is generated from these very handlers.
//!
//! Every request is signed by the calling system (RFC 9421); every answer that is none is an
//! RFC 9457 problem; what binds the caller carries an `Idempotency-Key`. A handler reads, runs the
//! use case and shows; it decides nothing.
pub mod agreements;
pub mod answer;
pub mod answers;
pub mod corrections;
pub mod discounts;
pub mod docs;
pub mod document;
pub mod joins;
pub mod limit_circles;
pub mod limits;
pub mod obligors;
pub mod offers;
pub mod payable_rows;
pub mod payables;
pub mod peers;
pub mod pledges;
pub mod quotes;
pub mod rate_cards;
pub mod received;
pub mod recourse;
pub mod redemptions;
pub mod requests;
pub mod retransfers;
pub mod routes;
pub mod rules;
pub mod sealed_bids;
pub mod statistics;
pub mod trade_documents;
pub mod webhooks;
pub mod wire;
pub mod wire_agreements;
pub mod wire_answers;
pub mod wire_circles;
pub mod wire_clocks;
pub mod wire_corrections;
pub mod wire_default_risk;
pub mod wire_discounts;
pub mod wire_documents;
pub mod wire_grades;
pub mod wire_inbox;
pub mod wire_joins;
pub mod wire_limits;
pub mod wire_obligors;
pub mod wire_offers;
pub mod wire_payables;
pub mod wire_peers;
pub mod wire_pledges;
pub mod wire_problem;
pub mod wire_quotes;
pub mod wire_rate_cards;
pub mod wire_received;
pub mod wire_recourse;
pub mod wire_redemptions;
pub mod wire_requests;
pub mod wire_retransfers;
pub mod wire_rules;
pub mod wire_sealed_bids;
pub mod wire_statistics;
pub mod wire_webhooks;
pub mod wire_words;
pub mod wire_write_offs;
pub mod write_offs;
