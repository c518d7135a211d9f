//! Rings the bell. What is due is a date in the database; a missed or doubled ring costs nothing.
//! Every job is a plain function, run by the ticker, by a sub-command, or by a test.
pub mod bank_conversation;
pub mod error;
pub mod jobs;
pub mod letters;
pub mod presentation;
pub mod ticker;
