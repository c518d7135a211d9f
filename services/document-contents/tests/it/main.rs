//! The places for documents' bytes.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod folder;
mod s3;
