//! The way to the other platforms of a circle: signed requests that ask, by keyed token, whether an
//! invoice is used up there. The protocol is in `ops/runbooks/invoice-circle.md`.
pub mod peer_client;
