//! How the columns of a foreign export become our fields. Plain data: the caller saves it as JSON.
//!
//! ```json
//! { "columns": { "payable_no": { "compose": ["DocNo", "ID"], "separator": "-" },
//!                "gross_amount": "Amount", "invoice_date": "Date", "vendor_id": "VendorID" },
//!   "defaults": { "currency": "GBP", "company_code": "GLA" },
//!   "payment_terms": { "days": 30, "from": "invoice_date" },
//!   "supplier_identity": ["vendor_id"] }
//! ```

use std::collections::BTreeMap;

use ledger_core::currency::Currency;
use serde::Deserialize;
use serde::Serialize;

use crate::amount_cell::AmountStyle;
use crate::date_cell::DateFormat;
use crate::date_cell::DateStyle;
use crate::field::Field;
use crate::text_encoding::TextEncoding;

/// A saved way to read one kind of file. With empty `columns` the published names are used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ColumnMapping {
    /// Which column or columns fill each field. Fields not named stay empty.
    pub columns: BTreeMap<Field, Source>,
    /// Values for fields the file leaves empty.
    pub defaults: Defaults,
    /// How a due date follows when the row has none.
    pub payment_terms: Option<PaymentTerms>,
    /// What identifies a supplier, the first one filled counts.
    pub supplier_identity: Vec<IdentityKind>,
    /// How dates are written.
    pub dates: DateStyle,
    /// How amounts are written.
    pub amounts: AmountStyle,
    /// The text encoding of CSV files.
    pub encoding: TextEncoding,
    /// The CSV separator, `,` `;` or tab; sniffed from the header when absent.
    pub separator: Option<char>,
    /// The sheet of a workbook; its first when absent.
    pub sheet: Option<String>,
    /// Whether a row without an acceptance date counts as a prepayment and is refused: no paper
    /// may be issued on a prepayment.
    pub acceptance_required: bool,
    /// A column that tells prepayments apart, if the export has one.
    pub prepayment_mark: Option<PrepaymentMark>,
}

impl Default for ColumnMapping {
    /// Published names, suppliers by credit code or else vendor number, unambiguous dates.
    fn default() -> Self {
        ColumnMapping {
            columns: BTreeMap::new(),
            defaults: Defaults::default(),
            payment_terms: None,
            supplier_identity: vec![IdentityKind::Uscc, IdentityKind::VendorId],
            dates: DateStyle::default(),
            amounts: AmountStyle::default(),
            encoding: TextEncoding::default(),
            separator: None,
            sheet: None,
            acceptance_required: false,
            prepayment_mark: None,
        }
    }
}

/// Where a field's value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Source {
    /// One column, by its header text.
    Column(String),
    /// Several columns joined.
    Compose(Compose),
    /// The first of several columns that is filled.
    FirstOf(FirstOf),
}

/// Several columns joined by a separator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compose {
    /// Header texts in order.
    pub compose: Vec<String>,
    /// What stands between the parts.
    #[serde(default)]
    pub separator: String,
    /// Whether empty parts are left out; otherwise one empty part makes the value missing.
    #[serde(default)]
    pub skip_empty: bool,
}

/// The first filled column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstOf {
    /// Header texts in order.
    pub first_of: Vec<String>,
}

impl Source {
    /// The header texts it needs.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Source::Column(column) => vec![column],
            Source::Compose(parts) => parts.compose.iter().map(String::as_str).collect(),
            Source::FirstOf(parts) => parts.first_of.iter().map(String::as_str).collect(),
        }
    }
}

/// Values for empty cells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Defaults {
    /// ISO 4217 code.
    pub currency: Option<String>,
    /// The obligor's company.
    pub company_code: Option<String>,
}

/// Days until payment, calendar days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentTerms {
    /// Calendar days, at most 366.
    pub days: u16,
    /// The date they count from.
    pub from: TermsBase,
}

/// The date payment terms count from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermsBase {
    /// The invoice's date.
    InvoiceDate,
    /// The acceptance of the goods.
    AcceptanceDate,
}

impl TermsBase {
    /// The field holding it.
    #[must_use]
    pub const fn field(self) -> Field {
        match self {
            TermsBase::InvoiceDate => Field::InvoiceDate,
            TermsBase::AcceptanceDate => Field::AcceptanceDate,
        }
    }
}

/// What may identify a supplier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// Unified social credit code.
    Uscc,
    /// The obligor's vendor number.
    VendorId,
    /// The name, normalised (see [`crate::payable_row::normalised_name`]).
    Name,
}

impl IdentityKind {
    /// The field holding it.
    #[must_use]
    pub const fn field(self) -> Field {
        match self {
            IdentityKind::Uscc => Field::SupplierUscc,
            IdentityKind::VendorId => Field::VendorId,
            IdentityKind::Name => Field::SupplierName,
        }
    }
}

/// A column whose value tells prepayments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrepaymentMark {
    /// Header text.
    pub column: String,
    /// The values that mean a prepayment, compared without regard to ASCII case.
    pub values: Vec<String>,
}

/// A mapping that can't be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the mapping's {part} can't be used: {reason}")]
pub struct MappingError {
    /// Which part of the mapping.
    pub part: &'static str,
    /// Why not.
    pub reason: &'static str,
}

impl ColumnMapping {
    /// Looks for contradictions, before it is saved and before it is used.
    ///
    /// # Errors
    /// The first [`MappingError`] found.
    pub fn check(&self) -> Result<(), MappingError> {
        let sound = |holds: bool, part: &'static str, reason: &'static str| match holds {
            true => Ok(()),
            false => Err(MappingError { part, reason }),
        };
        for source in self.columns.values() {
            let names = source.columns();
            let filled = !names.is_empty() && names.iter().all(|name| !name.trim().is_empty());
            sound(filled, "columns", "a field is given no column")?;
        }
        let order = |format| self.dates.formats.contains(&format);
        sound(
            !self.dates.formats.is_empty(),
            "dates",
            "no date format is given",
        )?;
        sound(
            !(order(DateFormat::DayFirst) && order(DateFormat::MonthFirst)),
            "dates",
            "dd/mm/yyyy and mm/dd/yyyy can't be told apart; name one",
        )?;
        sound(
            self.amounts.is_sound(),
            "amounts",
            "the separators are unknown or the same",
        )?;
        sound(
            !self.supplier_identity.is_empty(),
            "supplier_identity",
            "it is empty",
        )?;
        sound(
            self.payment_terms.is_none_or(|terms| terms.days <= 366),
            "payment_terms",
            "more than 366 days",
        )?;
        sound(
            self.separator
                .is_none_or(|sign| matches!(sign, ',' | ';' | '\t')),
            "separator",
            "only comma, semicolon and tab are known",
        )?;
        let currency = self.defaults.currency.as_deref();
        sound(
            currency.is_none_or(|code| code.parse::<Currency>().is_ok()),
            "defaults",
            "the currency is not a known ISO 4217 code",
        )
    }
}
