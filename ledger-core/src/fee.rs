//! Fees beside the discount interest: what for, who pays, how charged.
//!
//! A fee for confirming a debt may never fall on the supplier (银发〔2025〕77号 art. 8). The types
//! hold that: a confirmation fee's payer is a [`ConfirmationPayer`], which has no holder.

use rust_decimal::Decimal;

use crate::amount::Amount;

/// Who pays a fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Payer {
    /// The supplier who discounts; his proceeds become smaller.
    Holder,
    /// The finance provider.
    Funder,
    /// The obligor.
    Obligor,
}

/// Who may pay a confirmation fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConfirmationPayer {
    /// The finance provider.
    Funder,
    /// The obligor.
    Obligor,
}

/// How a fee is reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeeCharge {
    /// A fixed amount.
    Flat(Amount),
    /// Per mille of the face: `1.5` is 0.15 %.
    PerMilleOfFace(Decimal),
    /// Percent of the face a year, for the days and the year of the discount.
    AnnualOnFace(Decimal),
}

/// What a fee is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeeKind {
    /// The obligor's confirmation of the debt.
    Confirmation,
    /// The use of the platform.
    Platform,
    /// The finance provider's handling.
    Handling,
    /// Entering the assignment in the public register of security (动产融资统一登记).
    Registration,
}

impl FeeKind {
    /// Stable name in files, messages and canonical form.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            FeeKind::Confirmation => "confirmation",
            FeeKind::Platform => "platform",
            FeeKind::Handling => "handling",
            FeeKind::Registration => "registration",
        }
    }

    /// From the stable name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<FeeKind> {
        [
            FeeKind::Confirmation,
            FeeKind::Platform,
            FeeKind::Handling,
            FeeKind::Registration,
        ]
        .into_iter()
        .find(|kind| kind.code() == code)
    }
}

impl Payer {
    /// Stable name in files, messages and canonical form.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Payer::Holder => "holder",
            Payer::Funder => "funder",
            Payer::Obligor => "obligor",
        }
    }

    /// From the stable name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Payer> {
        [Payer::Holder, Payer::Funder, Payer::Obligor]
            .into_iter()
            .find(|payer| payer.code() == code)
    }
}

/// One fee of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fee {
    /// For confirming the debt; never on the holder.
    Confirmation {
        /// Who pays.
        payer: ConfirmationPayer,
        /// How much.
        charge: FeeCharge,
    },
    /// For the platform.
    Platform {
        /// Who pays.
        payer: Payer,
        /// How much.
        charge: FeeCharge,
    },
    /// For the finance provider's handling.
    Handling {
        /// Who pays.
        payer: Payer,
        /// How much.
        charge: FeeCharge,
    },
    /// For the public register.
    Registration {
        /// Who pays.
        payer: Payer,
        /// How much.
        charge: FeeCharge,
    },
}

/// A confirmation fee was laid on the holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a supplier is never charged for the confirmation of a debt (77号 art. 8)")]
pub struct ConfirmationFeeOnHolder;

impl ConfirmationFeeOnHolder {
    /// Stable code shown to users and machines.
    #[must_use]
    pub const fn code(self) -> &'static str {
        "confirmation_fee_on_holder"
    }
}

impl Fee {
    /// From kind, payer and charge as a form or a message brings them.
    ///
    /// # Errors
    /// [`ConfirmationFeeOnHolder`], the one combination that is not a fee.
    pub const fn from_parts(
        kind: FeeKind,
        payer: Payer,
        charge: FeeCharge,
    ) -> Result<Fee, ConfirmationFeeOnHolder> {
        Ok(match kind {
            FeeKind::Confirmation => {
                let payer = match payer {
                    Payer::Holder => return Err(ConfirmationFeeOnHolder),
                    Payer::Funder => ConfirmationPayer::Funder,
                    Payer::Obligor => ConfirmationPayer::Obligor,
                };
                Fee::Confirmation { payer, charge }
            }
            FeeKind::Platform => Fee::Platform { payer, charge },
            FeeKind::Handling => Fee::Handling { payer, charge },
            FeeKind::Registration => Fee::Registration { payer, charge },
        })
    }

    /// What it is for.
    #[must_use]
    pub const fn kind(self) -> FeeKind {
        match self {
            Fee::Confirmation { .. } => FeeKind::Confirmation,
            Fee::Platform { .. } => FeeKind::Platform,
            Fee::Handling { .. } => FeeKind::Handling,
            Fee::Registration { .. } => FeeKind::Registration,
        }
    }

    /// Who pays it.
    #[must_use]
    pub const fn payer(self) -> Payer {
        match self {
            Fee::Confirmation {
                payer: ConfirmationPayer::Funder,
                ..
            } => Payer::Funder,
            Fee::Confirmation {
                payer: ConfirmationPayer::Obligor,
                ..
            } => Payer::Obligor,
            Fee::Platform { payer, .. }
            | Fee::Handling { payer, .. }
            | Fee::Registration { payer, .. } => payer,
        }
    }

    /// How it is reckoned.
    #[must_use]
    pub const fn charge(self) -> FeeCharge {
        match self {
            Fee::Confirmation { charge, .. }
            | Fee::Platform { charge, .. }
            | Fee::Handling { charge, .. }
            | Fee::Registration { charge, .. } => charge,
        }
    }
}
