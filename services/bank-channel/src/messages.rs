//! The messages, one file each. Times come in as values, so the same input gives the same bytes.

pub mod camt;
mod camt_sections;
pub mod document;
mod growing;
pub mod identification;
pub mod pain001;
pub mod pain002;
pub mod pain013;
pub mod pain014;
pub mod writing;
