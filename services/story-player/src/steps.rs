//! The kinds of steps, by who takes them.

pub mod agreements;
pub mod answers;
pub mod auction;
pub mod audit;
pub mod bank_balances;
pub mod business_day;
pub mod finance;
pub mod instant;
pub mod issue;
pub mod limits;
pub mod offers;
pub mod orders;
pub mod payment;
pub mod pictures;
pub mod provider;
pub mod race;
pub mod recourse;
pub mod redemptions;
pub mod refusals;
pub mod returned;
pub mod standing;
pub mod stops;
pub mod upload;
