//! Certificate numbers of the public register of security over movables and rights
//! (动产和权利担保统一登记, 登记证明编号).

use std::fmt;

/// Shortest number taken.
const SHORTEST: usize = 8;

/// Longest number taken.
const LONGEST: usize = 40;

/// The number of a registration's certificate: 8 to 40 Latin letters, digits and hyphens, letters in
/// capitals. The register gives twenty digits and keeps no public rule for them; registers
/// elsewhere have letters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CertificateNumber(String);

impl CertificateNumber {
    /// Reads what a person or a file says, blanks left out.
    #[must_use]
    pub fn parse(text: &str) -> Option<CertificateNumber> {
        let text: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_uppercase())
            .collect();
        CertificateNumber::canonical(&text)
    }

    /// Takes a number that is written as this type writes it, and no other.
    #[must_use]
    pub fn canonical(text: &str) -> Option<CertificateNumber> {
        let fits = (SHORTEST..=LONGEST).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-')
            && text.bytes().any(|b| b.is_ascii_digit());
        fits.then(|| CertificateNumber(text.to_owned()))
    }

    /// The number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CertificateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
