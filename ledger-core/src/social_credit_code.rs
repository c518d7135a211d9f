//! The unified social credit code of a Chinese organisation (统一社会信用代码, GB 32100-2015).
//!
//! 18 characters: registering authority, type, six digits of region, nine of the subject, one check
//! character. Real, registered companies carry codes whose check character is wrong, so a wrong one
//! is a warning that a person may override with a reason, never a reason not to read the code.

use std::fmt;

/// The standard's 31 characters by value: no I, O, S, V, Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// What a check of a code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Well formed, and the check character fits.
    Valid,
    /// Well formed, but the check character should be another: a warning.
    WrongCheckDigit {
        /// What it should be.
        expected: char,
    },
    /// Not a code at all.
    Malformed,
}

impl Verdict {
    /// Stable code shown to users and machines.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Verdict::Valid => "social_credit_code_valid",
            Verdict::WrongCheckDigit { .. } => "social_credit_code_wrong_check_digit",
            Verdict::Malformed => "social_credit_code_malformed",
        }
    }
}

/// A well-formed code, upper case; its check character may be wrong.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocialCreditCode([u8; 18]);

/// The text is not shaped like a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a unified social credit code is 18 characters of 0-9 and A-Y without I, O, S, V, Z, the third to eighth being digits"
)]
pub struct MalformedSocialCreditCode;

impl MalformedSocialCreditCode {
    /// Stable code shown to users and machines.
    #[must_use]
    pub const fn code(self) -> &'static str {
        Verdict::Malformed.code()
    }
}

/// Checks a text; small letters count as capitals.
#[must_use]
pub fn check(text: &str) -> Verdict {
    SocialCreditCode::parse(text).map_or(Verdict::Malformed, |code| code.verdict())
}

impl SocialCreditCode {
    /// Reads a code; small letters become capitals. The check character is not looked at: see
    /// [`SocialCreditCode::verdict`].
    ///
    /// # Errors
    /// [`MalformedSocialCreditCode`].
    pub fn parse(text: &str) -> Result<SocialCreditCode, MalformedSocialCreditCode> {
        let upper = text.to_ascii_uppercase();
        let bytes: [u8; 18] = upper
            .as_bytes()
            .try_into()
            .map_err(|_length| MalformedSocialCreditCode)?;
        let alphabet = bytes.iter().all(|byte| value(*byte).is_some());
        let region = bytes.iter().skip(2).take(6).all(u8::is_ascii_digit);
        if alphabet && region {
            Ok(SocialCreditCode(bytes))
        } else {
            Err(MalformedSocialCreditCode)
        }
    }

    /// Whether the check character fits.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let expected = self.expected();
        if self.0.last() == Some(&expected) {
            Verdict::Valid
        } else {
            Verdict::WrongCheckDigit {
                expected: char::from(expected),
            }
        }
    }

    /// C18 = 31 − (Σ Ci × 3^(i−1)) mod 31, where 31 is written `0`: the case that many published
    /// snippets forget.
    fn expected(&self) -> u8 {
        let mut weight = 1_usize;
        let mut sum = 0_usize;
        for byte in self.0.iter().take(17) {
            sum += value(*byte).unwrap_or(0) * weight;
            weight = weight * 3 % 31;
        }
        let check = (31 - sum % 31) % 31;
        ALPHABET.get(check).copied().unwrap_or(b'?')
    }

    /// The 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only characters of ALPHABET ever get in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

fn value(byte: u8) -> Option<usize> {
    ALPHABET.iter().position(|known| *known == byte)
}

impl fmt::Display for SocialCreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SocialCreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SocialCreditCode({self})")
    }
}
