//! The face of a fully digital invoice (数电票) and what can be checked of it without asking anybody:
//! its number of 20 digits, net + tax = gross, the total in capitals, the sum of its lines.

use chrono::Datelike as _;
use chrono::NaiveDate;

use crate::amount::Amount;
use crate::currency::Currency;
use crate::yuan_capitals::capitals;

/// Who sells or buys, as the invoice says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InvoiceParty {
    /// Name.
    pub name: String,
    /// Tax registration: the unified social credit code.
    pub tax_id: String,
}

/// What has become of an invoice at the tax authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvoiceStatus {
    /// In force (正常).
    Normal,
    /// Void (作废): it carries nothing.
    Void,
    /// Reversed in full by a red-letter invoice (已红冲): it carries nothing.
    Reversed,
}

impl InvoiceStatus {
    /// Its stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            InvoiceStatus::Normal => "normal",
            InvoiceStatus::Void => "void",
            InvoiceStatus::Reversed => "reversed",
        }
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    /// What was sold.
    pub item: String,
    /// Without tax, minor units.
    pub net: Amount,
    /// Tax, minor units.
    pub tax: Amount,
}

/// The face of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceFace {
    /// 20 digits: year (2), region (2), channel (1), sequence (15).
    pub number: String,
    /// Its date.
    pub issued_on: NaiveDate,
    /// Who sells.
    pub seller: InvoiceParty,
    /// Who buys.
    pub buyer: InvoiceParty,
    /// Currency of the amounts.
    pub currency: Currency,
    /// Without tax.
    pub net: Amount,
    /// Tax.
    pub tax: Amount,
    /// With tax: what the invoice can carry.
    pub gross: Amount,
    /// The total in capitals as printed; empty if not given.
    pub capitals: String,
    /// The lines; empty if not given.
    pub lines: Vec<InvoiceLine>,
    /// Its status as last known.
    pub status: InvoiceStatus,
}

/// Why a face can't be an invoice's. The first in this order is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvoiceFault {
    /// Not 20 digits.
    #[error("the number of a fully digital invoice has 20 digits")]
    Number,
    /// The first two digits are not the year of its date.
    #[error("the number begins with the two digits of the invoice's year")]
    Year,
    /// Net and tax don't make the total.
    #[error("amount without tax and tax must add up to the total")]
    Sum,
    /// The lines don't make the totals.
    #[error("the lines must add up to the amounts without tax and of tax")]
    Lines,
    /// The capitals say another total.
    #[error("the total in capitals must say the same as the total in figures")]
    Capitals,
    /// Nothing is sold.
    #[error("the total must be above zero")]
    Nothing,
    /// Seller or buyer is not named.
    #[error("seller and buyer must be named with their tax registrations")]
    Parties,
    /// Void or reversed.
    #[error("this invoice is void or reversed and carries nothing")]
    NotInForce,
}

impl InvoiceFault {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            InvoiceFault::Number => "invoice_number_not_20_digits",
            InvoiceFault::Year => "invoice_number_wrong_year",
            InvoiceFault::Sum => "invoice_totals_differ",
            InvoiceFault::Lines => "invoice_lines_differ",
            InvoiceFault::Capitals => "yuan_capitals_differ",
            InvoiceFault::Nothing => "invoice_total_zero",
            InvoiceFault::Parties => "invoice_parties_missing",
            InvoiceFault::NotInForce => "invoice_not_in_force",
        }
    }
}

impl InvoiceFace {
    /// Checks everything that needs nobody else.
    ///
    /// # Errors
    /// [`InvoiceFault`].
    pub fn check(&self) -> Result<(), InvoiceFault> {
        if self.number.len() != 20 || !self.number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(InvoiceFault::Number);
        }
        let year = format!("{:02}", self.issued_on.year().rem_euclid(100));
        if !self.number.starts_with(&year) {
            return Err(InvoiceFault::Year);
        }
        if self.net.checked_add(self.tax) != Some(self.gross) {
            return Err(InvoiceFault::Sum);
        }
        let sum = |of: fn(&InvoiceLine) -> Amount| {
            self.lines
                .iter()
                .try_fold(Amount::ZERO, |sum, line| sum.checked_add(of(line)))
        };
        let lines_fit =
            sum(|line| line.net) == Some(self.net) && sum(|line| line.tax) == Some(self.tax);
        if !self.lines.is_empty() && !lines_fit {
            return Err(InvoiceFault::Lines);
        }
        if !self.capitals.is_empty() && !self.capitals_fit() {
            return Err(InvoiceFault::Capitals);
        }
        if self.gross.is_zero() {
            return Err(InvoiceFault::Nothing);
        }
        let named =
            |party: &InvoiceParty| !party.name.trim().is_empty() && !party.tax_id.trim().is_empty();
        if !named(&self.seller) || !named(&self.buyer) {
            return Err(InvoiceFault::Parties);
        }
        if self.status == InvoiceStatus::Normal {
            Ok(())
        } else {
            Err(InvoiceFault::NotInForce)
        }
    }

    /// 圆 for 元, 正 for 整, a currency's name before, and 零 between 元 and 角 are matters of taste.
    fn capitals_fit(&self) -> bool {
        let plain = |text: &str| {
            let text: String = text
                .chars()
                .filter(|c| !c.is_whitespace() && !['¥', '￥', '⊗', '整', '正'].contains(c))
                .map(|c| if c == '圆' { '元' } else { c })
                .collect();
            let text = text.strip_prefix("人民币").unwrap_or(&text);
            text.replace("元零", "元")
        };
        capitals(self.gross).is_some_and(|own| plain(&own) == plain(&self.capitals))
    }
}
