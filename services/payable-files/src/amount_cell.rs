//! Reading money from a cell. The amount itself is [`Amount::parse`]'s; here only the export's
//! way of writing it is undone: decimal sign, thousands separators, signs of credit notes.

use ledger_core::amount::Amount;
use ledger_core::amount::AmountError;
use ledger_core::currency::Currency;
use serde::Deserialize;
use serde::Serialize;

/// How an export writes amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AmountStyle {
    /// The decimal sign, `.` or `,`.
    pub point: char,
    /// The thousands separator, if the export writes one. Groups must be of three digits.
    pub thousands: Option<char>,
}

impl Default for AmountStyle {
    fn default() -> Self {
        AmountStyle {
            point: '.',
            thousands: None,
        }
    }
}

impl AmountStyle {
    /// Whether the two signs are ones we know and differ.
    #[must_use]
    pub fn is_sound(self) -> bool {
        let point = matches!(self.point, '.' | ',');
        let thousands = match self.thousands {
            None => true,
            Some(sign) => {
                matches!(sign, '.' | ',' | ' ' | '\'' | '\u{a0}' | '\u{202f}') && sign != self.point
            }
        };
        point && thousands
    }
}

/// What an amount cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountCell {
    /// More than nothing.
    Owed(Amount),
    /// Nothing.
    Zero,
    /// Below nothing: a credit note of this size.
    Credit(Amount),
    /// No amount.
    Bad(AmountError),
}

/// Reads a cell. Negative are `-5.00`, `5.00-` (as SAP writes it) and `(5.00)`.
#[must_use]
pub fn read_amount(text: &str, style: AmountStyle, currency: Currency) -> AmountCell {
    let (negative, digits) = sign_of(text);
    let Some(plain) = plain_digits(digits, style) else {
        return AmountCell::Bad(AmountError::NotANumber);
    };
    match Amount::parse(&plain, currency) {
        Ok(amount) if amount.is_zero() => AmountCell::Zero,
        Ok(amount) if negative => AmountCell::Credit(amount),
        Ok(amount) => AmountCell::Owed(amount),
        // A second minus sign: the first is already taken off.
        Err(AmountError::Negative) => AmountCell::Bad(AmountError::NotANumber),
        Err(error) => AmountCell::Bad(error),
    }
}

/// Takes one sign off: whether it was there, and the rest.
fn sign_of(text: &str) -> (bool, &str) {
    let bracketed = text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    match bracketed
        .or_else(|| text.strip_prefix('-'))
        .or_else(|| text.strip_suffix('-'))
    {
        Some(rest) => (true, rest),
        None => (false, text),
    }
}

/// Digits with a full stop, or nothing if the separators don't stand where the style puts them.
fn plain_digits(text: &str, style: AmountStyle) -> Option<String> {
    let (whole, fraction) = match text.split_once(style.point) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let whole = match style.thousands {
        Some(sign) if whole.contains(sign) => ungrouped(whole, sign)?,
        _ => whole.to_owned(),
    };
    // What is left must be digits alone: with a decimal comma, a stray full stop would otherwise
    // be taken for the decimal sign by the parser.
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    match fraction {
        Some(fraction) if digits(&whole) && digits(fraction) => Some(format!("{whole}.{fraction}")),
        None if digits(&whole) => Some(whole),
        _ => None,
    }
}

fn ungrouped(whole: &str, sign: char) -> Option<String> {
    let mut groups = whole.split(sign);
    let first = groups.next()?;
    let mut joined = first.to_owned();
    if first.is_empty() || first.len() > 3 {
        return None;
    }
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        joined.push_str(group);
    }
    Some(joined)
}
