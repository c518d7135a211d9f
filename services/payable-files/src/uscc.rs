//! The unified social credit code, GB 32100-2015.

/// The 31 characters of a code in the order of their values; I, O, S, V and Z are not used.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Weight of the i-th character: 3^(i-1) mod 31.
const WEIGHTS: [usize; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];

/// What a code is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsccVerdict {
    /// Form and check digit hold.
    Valid,
    /// The form holds, the check digit does not. A warning only: real registrations violate it.
    WrongCheckDigit {
        /// What the standard computes.
        expected: char,
    },
    /// Not 18 characters of the alphabet.
    Malformed,
}

/// Judges a code in capitals.
#[must_use]
pub fn judge(code: &str) -> UsccVerdict {
    let values: Option<Vec<usize>> = code.chars().map(|c| ALPHABET.find(c)).collect();
    let Some(values) = values.filter(|values| values.len() == 18) else {
        return UsccVerdict::Malformed;
    };
    let sum: usize = values
        .iter()
        .zip(WEIGHTS)
        .map(|(value, weight)| value * weight)
        .sum();
    // A remainder of nought gives 31, which stands for 0: the case many programs forget.
    let expected = ALPHABET.chars().nth((31 - sum % 31) % 31);
    match (expected, code.chars().last()) {
        (Some(expected), Some(last)) if expected == last => UsccVerdict::Valid,
        (Some(expected), _) => UsccVerdict::WrongCheckDigit { expected },
        (None, _) => UsccVerdict::Malformed,
    }
}
