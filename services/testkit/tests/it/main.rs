//! Tests of the testkit itself, and of the house as a whole.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod browser;
mod database;
mod house;
mod process;
mod smtp;
