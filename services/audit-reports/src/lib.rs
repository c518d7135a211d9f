//! The auditor's own room. It shares only `ledger-core` with what writes the record and reads with
//! a driver and a role of its own, so that a mistake of the writer can't hide itself here.
pub mod cell;
pub mod clearing_report;
pub mod csv_file;
pub mod daily_file;
pub mod door;
pub mod entry_columns;
pub mod error;
pub mod export;
pub mod files;
pub mod gate;
mod inside;
pub mod language;
pub mod money;
pub mod overview;
pub mod pages;
pub mod paper_report;
pub mod picture;
pub mod routes;
pub mod snapshot;
pub mod statement;
pub mod statements;
pub mod stream;
