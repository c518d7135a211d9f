//! The terms an obligor puts into new papers.

use ledger_core::amount::Amount;
use ledger_core::clearing_sheet::ClearingRule;
use ledger_core::currency::Currency;
use ledger_core::payment_terms::PaymentTerms;
use ledger_core::rule_pack::RulePack;
use ledger_core::terms::PaperTerms;

use crate::error::AppError;

/// What an obligor may choose about its papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IssueTerms {
    /// How cash is shared at maturity.
    pub clearing: ClearingRule,
    /// Smallest fragment in major units of the paper's currency.
    pub minimum_major: u32,
    /// Deepest tier; the payee is tier 1.
    pub maximum_tier: u16,
    /// Whether holders may transfer at all.
    pub transferable: bool,
    /// What holds where payment is late, short or early, and on recourse.
    pub payment: PaymentTerms,
}

impl Default for IssueTerms {
    /// Pro rata clearing, fragments of one major unit or more, ten tiers, transferable: deep
    /// enough for any real chain, two below the cap of the rule pack (银发〔2025〕77号 art. 16).
    fn default() -> Self {
        IssueTerms {
            clearing: ClearingRule::V1,
            minimum_major: 1,
            maximum_tier: 10,
            transferable: true,
            payment: PaymentTerms::FIRST_FORM,
        }
    }
}

impl IssueTerms {
    /// Refuses terms that no paper may have under this pack.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `too_deep`, `tier_zero`.
    pub fn check(&self, pack: RulePack) -> Result<(), AppError> {
        let deepest = pack.maximum_tier;
        if self.maximum_tier > deepest.says {
            return Err(AppError::invalid_field(
                "maximum_tier",
                "too_deep",
                format!(
                    "papers may go {} tiers deep at most ({})",
                    deepest.says, deepest.article
                ),
            ));
        }
        if self.maximum_tier == 0 {
            return Err(AppError::invalid_field(
                "maximum_tier",
                "tier_zero",
                "the payee itself is tier 1",
            ));
        }
        Ok(())
    }

    /// The terms of a paper over `face` in `currency`. Where the rules bound the number of parts, a
    /// large paper has larger fragments than the obligor asks for.
    ///
    /// # Errors
    /// The smallest fragment is larger than the ledger takes.
    pub fn paper_terms(
        &self,
        face: Amount,
        currency: Currency,
        pack: RulePack,
    ) -> Result<PaperTerms, AppError> {
        let unit = 10_i64.saturating_pow(u32::from(currency.exponent()));
        let minimum = unit.saturating_mul(i64::from(self.minimum_major));
        Ok(PaperTerms {
            clearing_rule: u16::from(self.clearing.number()),
            minimum_fragment: Amount::from_minor(minimum)?.max(pack.least_minimum(face)),
            maximum_tier: self.maximum_tier,
            transferable: self.transferable,
            payment: self.payment,
        })
    }
}
