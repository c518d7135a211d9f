//! The law of Tallystick: papers, fragments, entries, money. Pure: no I/O, clock, environment or async.
pub mod amount;
pub mod canonical_hex;
pub mod currency;
pub mod id;
pub mod range;
