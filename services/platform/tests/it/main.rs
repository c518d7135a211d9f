//! Tests of platform, one binary: the whole house on a real database, with the real programs.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod bank;
mod read_only_pages;
mod story;
