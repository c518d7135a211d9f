//! Tests of scheduler, one binary.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod asking;
mod notifications;
mod presenting;
mod statements;
mod steps;
