//! Counts by kind, kept while a file is read.

use std::collections::BTreeMap;

use ledger_core::currency::Currency;

use crate::row_problem::ProblemCode;

/// What a file came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows below the header that were not blank; the sum of the next four.
    pub rows: u64,
    /// Rows that are payables.
    pub payables: u64,
    /// Rows that repeat an earlier one word for word, ignored.
    pub repeated: u64,
    /// Credit notes, kept in the report.
    pub credit_notes: u64,
    /// Rows refused.
    pub refused: u64,
    /// Blank rows passed over.
    pub blank: u64,
    /// Payables with at least one warning.
    pub with_warning: u64,
    /// How often each problem was found; a row can have several.
    pub by_code: BTreeMap<ProblemCode, u64>,
    /// Sum of the payables by currency, in minor units.
    pub payable_minor: BTreeMap<Currency, i128>,
    /// Sum of the credit notes by currency, in minor units, as positive numbers.
    pub credit_minor: BTreeMap<Currency, i128>,
}
