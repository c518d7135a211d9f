//! Tests of notices, one binary.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod courier;
mod letters;
mod samples;
mod samples_events;
