//! The Legal Entity Identifier (ISO 17442): 20 characters, the last two check digits by ISO/IEC 7064
//! MOD 97-10.
//!
//! A valid check says that the code was not mistyped, not that it was ever issued: some words with
//! digits behind them pass. Issue is looked up in the public register.

use std::fmt;

/// Why a text is not an LEI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeiError {
    /// Not 18 letters or digits and two digits.
    #[error("an LEI is 18 letters or digits followed by two digits")]
    Malformed,
    /// Mistyped.
    #[error("the check digits should be {expected:02}: a character was mistyped")]
    WrongCheckDigits {
        /// What they should be.
        expected: u8,
    },
}

impl LeiError {
    /// Stable code shown to users and machines.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            LeiError::Malformed => "lei_malformed",
            LeiError::WrongCheckDigits { .. } => "lei_wrong_check_digits",
        }
    }
}

/// An LEI with right check digits, upper case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lei([u8; 20]);

impl Lei {
    /// Reads an LEI; small letters become capitals.
    ///
    /// # Errors
    /// What [`LeiError`] says.
    pub fn parse(text: &str) -> Result<Lei, LeiError> {
        let upper = text.to_ascii_uppercase();
        let bytes: [u8; 20] = upper
            .as_bytes()
            .try_into()
            .map_err(|_length| LeiError::Malformed)?;
        let (body, check) = bytes.split_at(18);
        let shaped =
            body.iter().all(u8::is_ascii_alphanumeric) && check.iter().all(u8::is_ascii_digit);
        if !shaped {
            return Err(LeiError::Malformed);
        }
        // Compared with the one right pair, 02 to 98: that the whole leaves 1 modulo 97 would also
        // let 00, 01 and 99 pass for 97, 98 and 02.
        let with_zeros = body.iter().copied().chain(*b"00");
        let expected = u8::try_from(98 - mod_97(with_zeros)).unwrap_or(0);
        let found = check
            .iter()
            .fold(0, |number, digit| number * 10 + (digit - b'0'));
        if found == expected {
            Ok(Lei(bytes))
        } else {
            Err(LeiError::WrongCheckDigits { expected })
        }
    }

    /// The 20 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only letters and digits ever get in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The number spelled by letters as 10 to 35 and digits as themselves, modulo 97.
fn mod_97(characters: impl IntoIterator<Item = u8>) -> u32 {
    characters.into_iter().fold(0, |rest, byte| {
        let value = char::from(byte).to_digit(36).unwrap_or(0);
        let shift = if value < 10 { 10 } else { 100 };
        (rest * shift + value) % 97
    })
}

impl fmt::Display for Lei {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Lei {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lei({self})")
    }
}
