//! Tests of sandbox-mailbox, one binary: the program itself, over its sockets.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod mailbox;
mod page;
mod smtp;
