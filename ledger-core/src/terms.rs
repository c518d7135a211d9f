//! The terms an obligor signs into a paper at issue. A paper's outcome follows from its own terms
//! for ever, whatever later versions of the program do.

use crate::amount::Amount;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::clearing_sheet::ClearingRule;
use crate::payment_terms::PaymentTerms;

/// Terms of one paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperTerms {
    /// Version of the clearing rule that shares the cash at maturity (`clearing`).
    pub clearing_rule: u16,
    /// Smallest fragment a split may leave or make.
    pub minimum_fragment: Amount,
    /// Deepest tier a fragment may reach; the payee is tier 1 (银发〔2025〕77号 art. 16).
    pub maximum_tier: u16,
    /// Whether holders may transfer at all (不得转让 if not).
    pub transferable: bool,
    /// What holds where payment is late, short or early, and on recourse.
    pub payment: PaymentTerms,
}

impl PaperTerms {
    /// The clearing rule, if this program knows it.
    #[must_use]
    pub fn clearing(&self) -> Option<ClearingRule> {
        ClearingRule::from_number(self.clearing_rule.try_into().ok()?)
    }

    /// Canonical bytes of the terms alone.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.write(&mut w);
        w.finish()
    }

    /// Reads what [`PaperTerms::to_bytes`] wrote.
    ///
    /// # Errors
    /// Not that form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CanonicalError> {
        let mut r = Reader::new(bytes);
        let terms = PaperTerms::read(&mut r)?;
        r.finish()?;
        Ok(terms)
    }

    /// Papers that declare nothing about payment keep the first form, byte for byte as they were
    /// signed; one set of terms has one form.
    pub(crate) fn write(&self, w: &mut Writer) {
        let first = self.payment == PaymentTerms::FIRST_FORM;
        w.u8(if first { 1 } else { 2 });
        w.u16(self.clearing_rule);
        w.i64(self.minimum_fragment.minor());
        w.u16(self.maximum_tier);
        w.u8(u8::from(self.transferable));
        if !first {
            self.payment.write(w);
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        let form = r.u8()?;
        if !matches!(form, 1 | 2) {
            return Err(CanonicalError::Unlawful("terms version"));
        }
        let terms = PaperTerms {
            clearing_rule: r.u16()?,
            minimum_fragment: read_amount(r)?,
            maximum_tier: r.u16()?,
            transferable: read_bool(r)?,
            payment: if form == 1 {
                PaymentTerms::FIRST_FORM
            } else {
                PaymentTerms::read(r)?
            },
        };
        if form == 2 && terms.payment == PaymentTerms::FIRST_FORM {
            return Err(CanonicalError::Unlawful("terms version"));
        }
        Ok(terms)
    }
}

pub(crate) fn read_amount(r: &mut Reader<'_>) -> Result<Amount, CanonicalError> {
    Amount::from_minor(r.i64()?).map_err(|_range| CanonicalError::Unlawful("amount"))
}

pub(crate) fn read_bool(r: &mut Reader<'_>) -> Result<bool, CanonicalError> {
    match r.u8()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(CanonicalError::Unlawful("flag")),
    }
}
