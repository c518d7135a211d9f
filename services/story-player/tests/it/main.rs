//! The story player apart from any platform: its stories, its arithmetic, its reading of pages.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod cast;
mod pages;
mod reckoning;
mod scenarios;
