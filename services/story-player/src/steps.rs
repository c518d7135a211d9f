//! The kinds of steps, by who takes them.

pub mod answers;
pub mod audit;
pub mod bank_balances;
pub mod business_day;
pub mod finance;
pub mod issue;
pub mod payment;
pub mod pictures;
pub mod provider;
pub mod refusals;
pub mod standing;
pub mod upload;
