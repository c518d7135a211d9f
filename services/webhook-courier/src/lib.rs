//! The way to parties' own systems: sends what they are told, signed after the Standard Webhooks
//! specification, many at once. Never knows: what a message says, whose it is, when it is tried again.
pub mod courier;
pub mod public_names;
pub mod sender;
