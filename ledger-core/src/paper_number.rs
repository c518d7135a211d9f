//! Paper numbers in the shape of the national bill system: 30 digits.
//!
//! 1 type + 12 bank code in the payment system + 8 date of registration + 8 serial of the day +
//! 1 check digit. The rule of the national check digit is not published; ours is ISO/IEC 7064
//! MOD 11,10, the standard's one-digit system for digits alone, which finds every single wrong digit.

use std::fmt;
use std::str::FromStr;

use chrono::Datelike;
use chrono::NaiveDate;

use crate::paper_serial::SERIALS;
use crate::range::Range;

/// The first digit: channel and acceptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaperType {
    /// 5: bank channel, accepted by a bank.
    BankChannelBank,
    /// 6: bank channel, accepted by a firm.
    BankChannelCommercial,
    /// 7: supply-chain channel, promised by a firm. What this platform issues.
    SupplyChainCommercial,
    /// 8: supply-chain channel, accepted by a bank.
    SupplyChainBank,
}

impl PaperType {
    /// The digit.
    #[must_use]
    pub const fn digit(self) -> u8 {
        match self {
            PaperType::BankChannelBank => 5,
            PaperType::BankChannelCommercial => 6,
            PaperType::SupplyChainCommercial => 7,
            PaperType::SupplyChainBank => 8,
        }
    }

    /// From the digit.
    #[must_use]
    pub const fn from_digit(digit: u8) -> Option<PaperType> {
        match digit {
            5 => Some(PaperType::BankChannelBank),
            6 => Some(PaperType::BankChannelCommercial),
            7 => Some(PaperType::SupplyChainCommercial),
            8 => Some(PaperType::SupplyChainBank),
            _ => None,
        }
    }
}

/// Why a text or its parts are not a paper number or a printed range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PaperNumberError {
    /// Not thirty digits.
    #[error("a paper number is 30 digits")]
    NotThirtyDigits,
    /// Not a type digit in use.
    #[error("a paper number starts with 5, 6, 7 or 8")]
    UnknownType,
    /// Not twelve digits.
    #[error("a bank code is 12 digits")]
    BadBankCode,
    /// No such day, or a year without four digits.
    #[error("digits 14 to 21 are a date such as 20260131")]
    BadDate,
    /// Above 99,999,999.
    #[error("a day has at most 100,000,000 paper numbers")]
    SerialTooLarge,
    /// The last digit doesn't fit the others.
    #[error("the check digit should be {expected}: a digit was mistyped")]
    WrongCheckDigit {
        /// What it should be.
        expected: u8,
    },
    /// Not `first-last`.
    #[error("a printed range is first-last, such as 1-120000000, each up to 12 digits")]
    BadRange,
}

impl PaperNumberError {
    /// Stable code shown to users and machines.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            PaperNumberError::NotThirtyDigits => "paper_number_not_30_digits",
            PaperNumberError::UnknownType => "paper_number_unknown_type",
            PaperNumberError::BadBankCode => "paper_number_bad_bank_code",
            PaperNumberError::BadDate => "paper_number_bad_date",
            PaperNumberError::SerialTooLarge => "paper_number_serial_too_large",
            PaperNumberError::WrongCheckDigit { .. } => "paper_number_wrong_check_digit",
            PaperNumberError::BadRange => "printed_range_malformed",
        }
    }
}

/// A lawful paper number. Its order tells nothing: see [`crate::paper_serial`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PaperNumber([u8; 30]);

impl PaperNumber {
    /// From its parts; `bank_code` is the twelve-digit code in the payment system, `serial` is
    /// below 100,000,000 and already scattered.
    ///
    /// # Errors
    /// [`PaperNumberError`] about the bank code, the date or the serial.
    pub fn new(
        paper_type: PaperType,
        bank_code: &str,
        registered: NaiveDate,
        serial: u32,
    ) -> Result<PaperNumber, PaperNumberError> {
        if bank_code.len() != 12 || !all_digits(bank_code) {
            return Err(PaperNumberError::BadBankCode);
        }
        if !(1..=9999).contains(&registered.year()) {
            return Err(PaperNumberError::BadDate);
        }
        if serial >= SERIALS {
            return Err(PaperNumberError::SerialTooLarge);
        }
        let body = format!(
            "{}{bank_code}{:04}{:02}{:02}{serial:08}",
            paper_type.digit(),
            registered.year(),
            registered.month(),
            registered.day(),
        );
        format!("{body}{}", check_digit(&body)).parse()
    }

    /// The thirty digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only digits ever get in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Channel and acceptor.
    #[must_use]
    pub fn paper_type(&self) -> Option<PaperType> {
        let [first, ..] = self.0;
        PaperType::from_digit(first.wrapping_sub(b'0'))
    }

    /// The twelve-digit bank code.
    #[must_use]
    pub fn bank_code(&self) -> &str {
        self.as_str().get(1..13).unwrap_or_default()
    }

    /// The date of registration.
    #[must_use]
    pub fn registered(&self) -> Option<NaiveDate> {
        parse_date(self.as_str().get(13..21)?)
    }
}

impl fmt::Display for PaperNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for PaperNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PaperNumber({self})")
    }
}

impl FromStr for PaperNumber {
    type Err = PaperNumberError;

    fn from_str(text: &str) -> Result<PaperNumber, PaperNumberError> {
        let bytes: [u8; 30] = text
            .as_bytes()
            .try_into()
            .map_err(|_length| PaperNumberError::NotThirtyDigits)?;
        if !all_digits(text) {
            return Err(PaperNumberError::NotThirtyDigits);
        }
        let number = PaperNumber(bytes);
        let Some(_known) = number.paper_type() else {
            return Err(PaperNumberError::UnknownType);
        };
        let Some(_day) = number.registered() else {
            return Err(PaperNumberError::BadDate);
        };
        let (body, last) = text.split_at(29);
        let expected = check_digit(body);
        if last.parse() != Ok(expected) {
            return Err(PaperNumberError::WrongCheckDigit { expected });
        }
        Ok(number)
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn parse_date(eight_digits: &str) -> Option<NaiveDate> {
    let year: i32 = eight_digits.get(..4)?.parse().ok()?;
    let month = eight_digits.get(4..6)?.parse().ok()?;
    let day = eight_digits.get(6..)?.parse().ok()?;
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| year >= 1)
}

/// ISO/IEC 7064 MOD 11,10 over a text of digits.
fn check_digit(body: &str) -> u8 {
    let mut product = 10;
    for byte in body.bytes() {
        let sum = (product + (byte - b'0')) % 10;
        product = (if sum == 0 { 10 } else { sum }) * 2 % 11;
    }
    (11 - product) % 10
}

/// A fragment as it is printed: `NUMBER 1-120000000`, 1-based and inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PrintedRange {
    number: PaperNumber,
    range: Range,
}

/// The largest last unit that twelve digits can print.
const LAST_PRINTABLE: i64 = 999_999_999_999;

impl PrintedRange {
    /// `range` of the paper `number`.
    ///
    /// # Errors
    /// [`PaperNumberError::BadRange`] if the last unit needs more than twelve digits.
    pub fn new(number: PaperNumber, range: Range) -> Result<PrintedRange, PaperNumberError> {
        if range.hi() > LAST_PRINTABLE {
            return Err(PaperNumberError::BadRange);
        }
        Ok(PrintedRange { number, range })
    }

    /// The paper.
    #[must_use]
    pub const fn number(&self) -> PaperNumber {
        self.number
    }

    /// The units, 0-based and half-open.
    #[must_use]
    pub const fn range(&self) -> Range {
        self.range
    }
}

impl fmt::Display for PrintedRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.range)
    }
}

impl FromStr for PrintedRange {
    type Err = PaperNumberError;

    /// Exactly the printed form: one space, no leading zeros, no signs.
    fn from_str(text: &str) -> Result<PrintedRange, PaperNumberError> {
        let (number, range) = text.split_once(' ').ok_or(PaperNumberError::BadRange)?;
        let (first, last) = range.split_once('-').ok_or(PaperNumberError::BadRange)?;
        let unit = |digits: &str| {
            let lawful =
                (1..=12).contains(&digits.len()) && all_digits(digits) && !digits.starts_with('0');
            digits
                .parse::<i64>()
                .ok()
                .filter(|_| lawful)
                .ok_or(PaperNumberError::BadRange)
        };
        let range = Range::new(unit(first)? - 1, unit(last)?)
            .map_err(|_empty| PaperNumberError::BadRange)?;
        PrintedRange::new(number.parse()?, range)
    }
}
