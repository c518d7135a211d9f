//! Tests of audit-reports, one binary.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod chain;
mod clock;
mod corrections;
mod export;
mod maturity;
mod pages;
mod refused;
mod stage;
mod statements;
mod write_offs;
