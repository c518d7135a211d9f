//! The auditor's own room. It shares only `ledger-core` with what writes the record and reads with
//! a driver and a role of its own, so that a mistake of the writer can't hide itself here.
pub mod error;
pub mod export;
pub mod snapshot;
