//! ISO 20022 in and out: what the platform asks a bank, and what the bank says happened.
//!
//! Writes pain.001 (pay) and pain.013 (present for payment); reads pain.002, pain.014, camt.053
//! and camt.054; talks to a bank over HTTP; compares what was asked with what was booked. This
//! room never knows: papers, fragments, the database, the clock, or why a payment is made.

pub mod bank_client;
pub mod messages;
pub mod reconcile;
