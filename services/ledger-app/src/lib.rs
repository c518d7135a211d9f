//! ledger-app

pub mod language;
pub mod notice;
pub mod recipient;
