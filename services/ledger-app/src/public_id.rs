//! Compact keys as they may leave the platform.
//!
//! A fragment's compact key counts entries, and a count is what no tier may learn of another
//! (domain rule I12). Outside it is shown through a keyed permutation of 64 bits: no table, no
//! index, nothing to be learned from two of them but that they differ.

use ring::hmac;

use ledger_store::live::FragmentNo;

/// Crockford's base 32: no I, L, O, U, to be read out over a telephone.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Rounds of the Feistel network; four suffice for a pseudo-random permutation (Luby and Rackoff),
/// the rest is margin.
const ROUNDS: u8 = 8;

/// Makes and reads public fragment ids.
#[derive(Clone)]
pub struct PublicIds {
    key: hmac::Key,
}

impl std::fmt::Debug for PublicIds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PublicIds")
    }
}

impl PublicIds {
    /// With a secret key of the platform. Another key gives other ids.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> PublicIds {
        PublicIds {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret),
        }
    }

    fn round(&self, round: u8, half: u32) -> u32 {
        let mut message = [round, 0, 0, 0, 0];
        if let Some(rest) = message.get_mut(1..) {
            rest.copy_from_slice(&half.to_be_bytes());
        }
        let tag = hmac::sign(&self.key, &message);
        tag.as_ref()
            .first_chunk::<4>()
            .map_or(0, |chunk| u32::from_be_bytes(*chunk))
    }

    /// The public id of a fragment: 13 characters.
    #[must_use]
    pub fn show(&self, no: FragmentNo) -> String {
        let [a, b, c, d, e, f, g, h] = no.0.to_be_bytes();
        let mut left = u32::from_be_bytes([a, b, c, d]);
        let mut right = u32::from_be_bytes([e, f, g, h]);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.round(round, right));
        }
        let mut value = (u64::from(left) << 32) | u64::from(right);
        let mut text = Vec::with_capacity(13);
        for _ in 0..13 {
            let digit = usize::try_from(value & 31).unwrap_or(0);
            text.push(ALPHABET.get(digit).copied().unwrap_or(b'0'));
            value >>= 5;
        }
        text.reverse();
        String::from_utf8(text).unwrap_or_default()
    }

    /// The fragment of a public id; `None` if the text is not one.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<FragmentNo> {
        if text.len() != 13 {
            return None;
        }
        let mut value: u64 = 0;
        for byte in text.bytes() {
            let digit = ALPHABET.iter().position(|b| *b == byte)?;
            value = value
                .checked_mul(32)?
                .checked_add(u64::try_from(digit).ok()?)?;
        }
        let mut left = u32::try_from(value >> 32).ok()?;
        let mut right = u32::try_from(value & u64::from(u32::MAX)).ok()?;
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ self.round(round, left), left);
        }
        let [a, b, c, d] = left.to_be_bytes();
        let [e, f, g, h] = right.to_be_bytes();
        Some(FragmentNo(i64::from_be_bytes([a, b, c, d, e, f, g, h])))
    }
}
