//! Canonical bytes: the one form in which anything is hashed or signed.
//!
//! Fixed-width integers are big-endian; everything of variable length is preceded by its length as
//! four bytes; dates are days since 1970-01-01 as four signed bytes. There is exactly one encoding of
//! a value and exactly one value of an encoding: [`Reader::finish`] refuses left-over bytes.

use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Days from 1 January of year 1 to 1 January 1970, chrono's day zero to ours.
const EPOCH_FROM_CE: i32 = 719_163;

/// Builds canonical bytes.
#[derive(Debug, Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// Starts empty.
    #[must_use]
    pub fn new() -> Self {
        Self(Vec::with_capacity(192))
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    /// Two bytes, big-endian.
    pub fn u16(&mut self, value: u16) {
        self.0.extend_from_slice(&value.to_be_bytes());
    }

    /// Eight bytes, big-endian two's complement.
    pub fn i64(&mut self, value: i64) {
        self.0.extend_from_slice(&value.to_be_bytes());
    }

    /// A string of a length known to both sides (ids, hashes, keys).
    pub fn fixed(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Length as four bytes, then the bytes.
    ///
    /// # Panics
    /// Never in practice: four gigabytes are far above every limit at the doors.
    pub fn bytes(&mut self, bytes: &[u8]) {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes);
    }

    /// UTF-8 text with its length.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Exact decimal text without trailing zeros: one text a number.
    pub fn decimal(&mut self, number: Decimal) {
        self.text(&number.normalize().to_string());
    }

    /// A calendar date.
    pub fn date(&mut self, date: NaiveDate) {
        use chrono::Datelike;
        let days = date.num_days_from_ce().saturating_sub(EPOCH_FROM_CE);
        self.0.extend_from_slice(&days.to_be_bytes());
    }

    /// The bytes.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// The bytes are not the canonical form of what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// They end too early.
    #[error("the canonical bytes end too early")]
    Short,
    /// Bytes are left over.
    #[error("the canonical bytes go on after their end")]
    Long,
    /// A field has a value that its type doesn't have.
    #[error("the canonical bytes hold an unlawful value in {0}")]
    Unlawful(&'static str),
    /// A list is longer than its count, one byte, can say.
    #[error("canonical bytes can't count so many {0}: 255 at most")]
    TooMany(&'static str),
}

/// Reads canonical bytes.
#[derive(Debug)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Over `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], CanonicalError> {
        let (front, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(CanonicalError::Short)?;
        self.0 = rest;
        Ok(front)
    }

    /// A string of `N` bytes.
    ///
    /// # Errors
    /// [`CanonicalError::Short`].
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], CanonicalError> {
        <[u8; N]>::try_from(self.take(N)?).map_err(|_length| CanonicalError::Short)
    }

    /// One byte.
    ///
    /// # Errors
    /// [`CanonicalError::Short`].
    pub fn u8(&mut self) -> Result<u8, CanonicalError> {
        Ok(u8::from_be_bytes(self.fixed()?))
    }

    /// Two bytes.
    ///
    /// # Errors
    /// [`CanonicalError::Short`].
    pub fn u16(&mut self) -> Result<u16, CanonicalError> {
        Ok(u16::from_be_bytes(self.fixed()?))
    }

    /// Eight bytes.
    ///
    /// # Errors
    /// [`CanonicalError::Short`].
    pub fn i64(&mut self) -> Result<i64, CanonicalError> {
        Ok(i64::from_be_bytes(self.fixed()?))
    }

    /// A string with its length.
    ///
    /// # Errors
    /// [`CanonicalError::Short`].
    pub fn bytes(&mut self) -> Result<&'a [u8], CanonicalError> {
        let length = u32::from_be_bytes(self.fixed()?);
        self.take(usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// UTF-8 text.
    ///
    /// # Errors
    /// Too short, or not UTF-8.
    pub fn text(&mut self) -> Result<String, CanonicalError> {
        std::str::from_utf8(self.bytes()?)
            .map(str::to_owned)
            .map_err(|_not_utf8| CanonicalError::Unlawful("text"))
    }

    /// A decimal number.
    ///
    /// # Errors
    /// Too short, no number, or not its shortest text.
    pub fn decimal(&mut self) -> Result<Decimal, CanonicalError> {
        let text = self.text()?;
        Decimal::from_str_exact(&text)
            .ok()
            .filter(|number| number.normalize().to_string() == text)
            .ok_or(CanonicalError::Unlawful("number"))
    }

    /// A date.
    ///
    /// # Errors
    /// Too short, or outside the calendar.
    pub fn date(&mut self) -> Result<NaiveDate, CanonicalError> {
        let days = i32::from_be_bytes(self.fixed()?);
        days.checked_add(EPOCH_FROM_CE)
            .and_then(NaiveDate::from_num_days_from_ce_opt)
            .ok_or(CanonicalError::Unlawful("date"))
    }

    /// Nothing may be left.
    ///
    /// # Errors
    /// [`CanonicalError::Long`].
    pub const fn finish(self) -> Result<(), CanonicalError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(CanonicalError::Long)
        }
    }
}
