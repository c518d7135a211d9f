//! Serials of paper numbers that tell no count.
//!
//! A paper number ends in a serial of its day. Counted serials would let a supplier who holds two
//! papers see how many were issued in between (domain rule I12), so the counter is scattered by a
//! keyed bijection: no collision, no order.

use chrono::Datelike;
use chrono::NaiveDate;
use ring::hmac;

/// How many serials a day has.
pub const SERIALS: u32 = 100_000_000;
/// A half of a serial in base 10,000: two halves make exactly all serials, nothing has to be skipped.
const HALF: u32 = 10_000;
const ROUNDS: u8 = 8;

/// Turns the day's `counter` (0, 1, 2 …) into a serial that tells neither order nor count to anyone
/// without `key`: a bijection of 0 … 99,999,999 for each key and date.
///
/// A Feistel network of eight rounds over two halves of four digits; the round function is
/// HMAC-SHA256 of tag, date, round and half, modulo 10,000. `None` once the day's serials are used up.
#[must_use]
pub fn scatter_serial(counter: u32, key: &[u8; 32], date: NaiveDate) -> Option<u32> {
    if counter >= SERIALS {
        return None;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let (mut left, mut right) = (counter / HALF, counter % HALF);
    for round in 0..ROUNDS {
        (left, right) = (right, (left + round_value(&key, date, round, right)) % HALF);
    }
    Some(left * HALF + right)
}

/// The counter that [`scatter_serial`] turned into `serial`, for whoever has the key.
#[must_use]
pub fn gather_serial(serial: u32, key: &[u8; 32], date: NaiveDate) -> Option<u32> {
    if serial >= SERIALS {
        return None;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let (mut left, mut right) = (serial / HALF, serial % HALF);
    for round in (0..ROUNDS).rev() {
        let taken = round_value(&key, date, round, left);
        (left, right) = ((right + HALF - taken) % HALF, left);
    }
    Some(left * HALF + right)
}

fn round_value(key: &hmac::Key, date: NaiveDate, round: u8, half: u32) -> u32 {
    let mut context = hmac::Context::with_key(key);
    context.update(b"tallystick/serial/1");
    context.update(&date.num_days_from_ce().to_be_bytes());
    context.update(&[round]);
    context.update(&half.to_be_bytes());
    // Eight bytes modulo 10,000: the unevenness is below 10^-15.
    let wide = context
        .sign()
        .as_ref()
        .iter()
        .take(8)
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    u32::try_from(wide % u64::from(HALF)).unwrap_or(0)
}
