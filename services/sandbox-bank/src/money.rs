//! Amounts at the edge: decimal text to minor units and back, exactly.

/// Exponents of ISO 4217 that are not two.
const NOT_TWO: &[(&str, usize)] = &[
    ("BHD", 3),
    ("CLP", 0),
    ("IQD", 3),
    ("ISK", 0),
    ("JOD", 3),
    ("JPY", 0),
    ("KRW", 0),
    ("KWD", 3),
    ("LYD", 3),
    ("OMR", 3),
    ("PYG", 0),
    ("TND", 3),
    ("UGX", 0),
    ("VND", 0),
    ("XAF", 0),
    ("XOF", 0),
];

/// The first number of 19 digits.
const TOO_MANY_DIGITS: i64 = 1_000_000_000_000_000_000;

/// Decimal places of a currency's minor unit; `None` if it is not three capital letters.
pub(crate) fn places(currency: &str) -> Option<usize> {
    let shaped = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
    shaped.then(|| {
        NOT_TWO
            .iter()
            .find(|(code, _)| *code == currency)
            .map_or(2, |(_, places)| *places)
    })
}

/// Minor units of a decimal text, `None` unless it is exact: only digits and one point, no more
/// places than the currency has, at most 18 digits as ISO 20022 says.
pub(crate) fn parse(text: &str, currency: &str) -> Option<i64> {
    let minor = shifted(text, places(currency)?)?;
    i64::try_from(minor)
        .ok()
        .filter(|minor| *minor < TOO_MANY_DIGITS)
}

/// A decimal text times ten to the `places`, if that is a whole number of at most 30 digits.
pub(crate) fn shifted(text: &str, places: usize) -> Option<i128> {
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let missing = places.checked_sub(fraction.len())?;
    let text = format!("{whole}{fraction}{}", "0".repeat(missing));
    let significant = text.trim_start_matches('0');
    if significant.len() > 30 {
        return None;
    }
    format!("0{significant}").parse().ok()
}

/// The absolute value of minor units as decimal text with all places.
pub(crate) fn unsigned(minor: i64, currency: &str) -> String {
    let places = places(currency).unwrap_or(2);
    let digits = format!(
        "{:0>width$}",
        minor.unsigned_abs(),
        width = places.saturating_add(1)
    );
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
    if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    }
}

/// Minor units as decimal text with a minus sign below zero.
pub(crate) fn signed(minor: i64, currency: &str) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}", unsigned(minor, currency))
}

/// Minor units for people: with a comma before every three digits.
pub(crate) fn grouped(minor: i64, currency: &str) -> String {
    let text = signed(minor, currency);
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        let left = whole.len().saturating_sub(index);
        if left.is_multiple_of(3) && out.ends_with(|c: char| c.is_ascii_digit()) {
            out.push(',');
        }
        out.push(digit);
    }
    out + fraction
}

#[cfg(test)]
mod tests {
    use super::{grouped, parse, signed};

    #[test]
    fn amounts_are_exact_or_refused() {
        assert_eq!(parse("1234.5", "CNY"), Some(123_450));
        assert_eq!(parse("0001234.50", "CNY"), Some(123_450));
        assert_eq!(parse("7", "JPY"), Some(7));
        assert_eq!(parse("7.125", "KWD"), Some(7_125));
        for wrong in [
            "",
            ".5",
            "5.",
            "1e3",
            "-1",
            "+1",
            "1,000",
            "1.234",
            " 1",
            "9999999999999999999",
        ] {
            assert_eq!(parse(wrong, "CNY"), None, "{wrong}");
        }
        assert_eq!(parse("7.0", "JPY"), None);
        assert_eq!(parse("1", "cny"), None);
        assert_eq!(signed(-5, "CNY"), "-0.05");
        assert_eq!(signed(123_450, "CNY"), "1234.50");
        assert_eq!(signed(7, "JPY"), "7");
        assert_eq!(grouped(120_000_000, "CNY"), "1,200,000.00");
        assert_eq!(grouped(-12_345, "JPY"), "-12,345");
        assert_eq!(grouped(-123, "JPY"), "-123");
    }
}
