//! Sums for people and for files. A single amount fits `Amount`; a column's sum may not, so sums
//! are 128-bit numbers of minor units, and never floats.

use ledger_core::currency::Currency;

/// Plain decimal text in major units with all places: `1200000.00`.
#[must_use]
pub fn plain(minor: i128, currency: Currency) -> String {
    let places = usize::from(currency.exponent());
    let sign = if minor < 0 { "-" } else { "" };
    let digits = format!(
        "{:0>width$}",
        minor.unsigned_abs(),
        width = places.saturating_add(1)
    );
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
    if places == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// Text for people, with thousands separators: `1,200,000.00`.
#[must_use]
pub fn grouped(minor: i128, currency: Currency) -> String {
    let plain = plain(minor, currency);
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole),
    };
    let mut out = sign.to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().saturating_sub(at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}
