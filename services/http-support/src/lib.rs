//! Door furniture: what every HTTP door needs and none should build twice.
//!
//! Never knows a route, a page or SQL. Turns requests into a `Principal` with exact bytes, and
//! errors into RFC 9457 problems.
pub mod blocking;
pub mod caller;
pub mod checked_rows;
pub mod cursor;
pub mod headers;
pub mod input;
pub mod message_signature;
pub mod peer_caller;
pub mod problem;
pub mod rate_limit;
pub mod request_id;
pub mod seen_nonces;
pub mod signature_input;
