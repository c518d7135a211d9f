//! Tests of payable-files, one binary.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod any_bytes;
mod cells;
mod csv_files;
mod flat_memory;
mod going_out;
mod invoice_totals;
mod mappings;
mod public_ledger;
mod reading;
mod workbooks;
