//! Fixed-length byte strings as lower-case hexadecimal text.

/// The text is not the expected number of hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} hexadecimal digits")]
pub struct HexError {
    /// How many digits were wanted.
    pub expected: usize,
}

/// Reads exactly `2 * N` hexadecimal digits.
///
/// # Errors
/// Any other length or character.
pub fn parse_hex<const N: usize>(text: &str) -> Result<[u8; N], HexError> {
    let wrong = HexError {
        expected: N.saturating_mul(2),
    };
    let bytes = hex::decode(text).map_err(|_not_hex| wrong.clone())?;
    <[u8; N]>::try_from(bytes).map_err(|_length| wrong)
}
