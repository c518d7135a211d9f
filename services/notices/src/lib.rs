//! The letter writer: turns a notice into a letter in the reader's language and hands it to a mail
//! server. It never knows the ledger's tables, and no letter computes an amount.

pub mod courier;
pub mod letters;
pub mod links;
pub mod texts;

mod draft;
mod draft_desk;
mod draft_documents;
mod draft_events;
mod draft_limits;
mod draft_money;
mod draft_pledges;
mod mail_headers;
