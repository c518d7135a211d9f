//! Random ids and tokens, from the operating system's generator.

use ring::rand::SecureRandom;
use ring::rand::SystemRandom;

use crate::error::AppError;

/// `N` random bytes.
///
/// # Errors
/// [`AppError::Internal`] if the operating system has none to give.
pub fn bytes<const N: usize>() -> Result<[u8; N], AppError> {
    let mut out = [0; N];
    SystemRandom::new()
        .fill(&mut out)
        .map_err(|_unspecified| AppError::Internal("no randomness".to_owned()))?;
    Ok(out)
}
