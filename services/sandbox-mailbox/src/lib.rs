//! A mailbox for the demo: takes every letter that is sent and shows it on a page. It stands apart
//! like the sandbox bank: it knows nothing of the platform but SMTP.

pub mod folder;
pub mod letter;
pub mod pages;
pub mod receiver;
pub mod session;
pub mod words;
