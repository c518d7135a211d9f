//! Currencies and their minor units (ISO 4217).

use std::fmt;
use std::str::FromStr;

/// An ISO 4217 alphabetic code together with its minor-unit exponent.
///
/// ```
/// # use ledger_core::currency::Currency;
/// let yen: Currency = "JPY".parse().unwrap();
/// assert_eq!(yen.exponent(), 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: [u8; 3],
    exponent: u8,
}

/// Codes a payable may be in, with their exponents (ISO 4217 list one, active codes in trade use).
const TABLE: &[(&str, u8)] = &[
    ("AED", 2),
    ("AUD", 2),
    ("BHD", 3),
    ("BRL", 2),
    ("CAD", 2),
    ("CHF", 2),
    ("CLP", 0),
    ("CNY", 2),
    ("CZK", 2),
    ("DKK", 2),
    ("EUR", 2),
    ("GBP", 2),
    ("HKD", 2),
    ("HUF", 2),
    ("IDR", 2),
    ("INR", 2),
    ("ISK", 0),
    ("JOD", 3),
    ("JPY", 0),
    ("KRW", 0),
    ("KWD", 3),
    ("MXN", 2),
    ("MYR", 2),
    ("NOK", 2),
    ("NZD", 2),
    ("OMR", 3),
    ("PLN", 2),
    ("RON", 2),
    ("SAR", 2),
    ("SEK", 2),
    ("SGD", 2),
    ("THB", 2),
    ("TND", 3),
    ("TRY", 2),
    ("TWD", 2),
    ("USD", 2),
    ("VND", 0),
    ("ZAR", 2),
];

impl Currency {
    /// The renminbi, the currency of the domestic profile.
    pub const CNY: Currency = Currency {
        code: *b"CNY",
        exponent: 2,
    };
    /// Sterling, the currency of the public-ledger fixtures.
    pub const GBP: Currency = Currency {
        code: *b"GBP",
        exponent: 2,
    };

    /// Number of decimal places of the minor unit: CNY 2, JPY 0, KWD 3.
    #[must_use]
    pub const fn exponent(self) -> u8 {
        self.exponent
    }

    /// The three-letter code.
    #[must_use]
    pub fn code(&self) -> &str {
        // Only ASCII letters of TABLE ever get in.
        std::str::from_utf8(&self.code).unwrap_or("???")
    }

    /// The code as bytes, as it stands in canonical form.
    #[must_use]
    pub const fn code_bytes(self) -> [u8; 3] {
        self.code
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The text is not a currency this platform knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a known ISO 4217 currency code; use for example CNY, GBP or EUR")]
pub struct UnknownCurrency(pub String);

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        TABLE
            .iter()
            .find(|(code, _)| *code == s)
            .and_then(|(code, exponent)| {
                Some(Currency {
                    code: code.as_bytes().try_into().ok()?,
                    exponent: *exponent,
                })
            })
            .ok_or_else(|| UnknownCurrency(s.to_owned()))
    }
}
