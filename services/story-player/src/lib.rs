//! Plays a named story on a running platform through its public HTTP interfaces only: portal forms
//! as a browser posts them, the financing API with a bank's own key, the operator's and the
//! auditor's pages, the mailbox and the sandbox bank beside it. Every step says what must be seen;
//! the first thing that is not as said ends the story.
//!
//! A story is data ([`scenario`]); the vocabulary is [`deed`]; one file per kind of step lives in
//! [`steps`]. The player never looks into the database and shares no code with the platform's
//! doors: its figures are reckoned again in [`reckoning`].

pub mod bank_api;
pub mod browser;
pub mod deed;
pub mod failure;
pub mod form;
pub mod holdings;
pub mod memory;
pub mod neighbours;
pub mod page;
pub mod player;
pub mod pricing;
pub mod provenance;
pub mod reckoning;
pub mod scenario;
pub mod shown;
pub mod stage;
pub mod steps;
pub mod transcript;
pub mod wall_clock;
