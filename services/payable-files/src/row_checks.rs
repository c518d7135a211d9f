//! One record into a payable, or into everything that is wrong with it at once.

use std::cell::RefCell;

use chrono::Days;
use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::amount::AmountError;
use ledger_core::currency::Currency;

use crate::amount_cell::AmountCell;
use crate::amount_cell::AmountStyle;
use crate::amount_cell::read_amount;
use crate::column_mapping::ColumnMapping;
use crate::column_plan::ColumnPlan;
use crate::column_plan::Taken;
use crate::date_cell::DateProblem;
use crate::date_cell::DateStyle;
use crate::date_cell::read_date;
use crate::field::Field;
use crate::payable_row::PayableRow;
use crate::record::CellKind;
use crate::record::Record;
use crate::row_problem::ProblemCode;
use crate::row_problem::RowProblem;
use crate::row_problem::Severity;

/// What one record came to.
#[derive(Debug, Clone)]
pub struct CheckedRecord {
    /// The payable, if nothing stands against it.
    pub row: Option<PayableRow>,
    /// The size and currency of a credit note.
    pub credit: Option<(Amount, Currency)>,
    /// Everything found, in column order; with a payable, only warnings.
    pub problems: Vec<RowProblem>,
}

/// Checks a record by itself; what it is to its neighbours is [`crate::seen`]'s matter.
#[must_use]
pub fn check_record(
    record: &Record,
    plan: &ColumnPlan,
    mapping: &ColumnMapping,
    max_cell_chars: usize,
) -> CheckedRecord {
    let check = Check {
        record,
        plan,
        mapping,
        max_cell_chars,
        problems: RefCell::new(Vec::new()),
    };
    if check.has_wrong_width() {
        return CheckedRecord {
            row: None,
            credit: None,
            problems: check.problems.into_inner(),
        };
    }
    let (row, credit) = check.run();
    let problems = check.problems.into_inner();
    let stands = problems
        .iter()
        .all(|problem| problem.code.severity() == Severity::Warning);
    CheckedRecord {
        row: row.filter(|_| stands),
        credit,
        problems,
    }
}

/// A record under examination.
pub(crate) struct Check<'a> {
    pub(crate) record: &'a Record,
    pub(crate) plan: &'a ColumnPlan,
    pub(crate) mapping: &'a ColumnMapping,
    max_cell_chars: usize,
    problems: RefCell<Vec<RowProblem>>,
}

impl Check<'_> {
    pub(crate) fn problem(&self, taken: &Taken, code: ProblemCode, detail: &str) {
        let problem = RowProblem::new(self.record.line, &taken.column, &taken.text, code, detail);
        self.problems.borrow_mut().push(problem);
    }

    /// Surplus fields are let pass when empty: spreadsheets end rows with separators.
    fn has_wrong_width(&self) -> bool {
        let width = self.plan.width();
        let surplus = self.record.cells.iter().skip(width);
        let wrong = self.record.cells.len() < width || !surplus.clone().all(|c| c.text.is_empty());
        if wrong {
            let count = self.record.cells.len().to_string();
            let taken = Taken {
                text: count,
                kind: CellKind::Text,
                column: String::new(),
            };
            self.problem(&taken, ProblemCode::FieldCount, &width.to_string());
        }
        wrong
    }

    fn run(&self) -> (Option<PayableRow>, Option<(Amount, Currency)>) {
        let supplier_uscc = self.uscc();
        let vendor_id = self.text(Field::VendorId);
        let supplier_name = self.text(Field::SupplierName);
        let supplier = self.identity(
            supplier_uscc.as_ref(),
            vendor_id.as_ref(),
            supplier_name.as_ref(),
        );
        let payable_no = self.required_text(Field::PayableNo);
        let po_no = self.text(Field::PoNo);
        let acceptance_date = self.date(Field::AcceptanceDate);
        self.refuse_prepayment();
        let invoice_no = self.text(Field::InvoiceNo);
        let invoice_date = self.date(Field::InvoiceDate);
        let currency = self.currency();
        let (gross_amount, credit) = self.amount(currency);
        let invoice_gross = self.invoice_gross(currency, gross_amount, invoice_no.as_ref());
        let due_date = self.due_date(acceptance_date, invoice_date);
        let company_code = self
            .text(Field::CompanyCode)
            .or_else(|| self.mapping.defaults.company_code.clone())
            .unwrap_or_default();
        let cost_centre = self.text(Field::CostCentre);
        let remark = self.text(Field::Remark);
        let row = (|| {
            Some(PayableRow {
                supplier: supplier?,
                supplier_uscc,
                vendor_id,
                supplier_name,
                payable_no: payable_no?,
                po_no,
                acceptance_date,
                invoice_no,
                invoice_date,
                invoice_gross,
                gross_amount: gross_amount?,
                currency: currency?,
                due_date: due_date?,
                company_code,
                cost_centre,
                remark,
            })
        })();
        (row, credit)
    }

    /// The cell of a field if it is filled and fit to be read at all.
    pub(crate) fn cell(&self, field: Field) -> Option<Taken> {
        let mut taken = self.plan.take(self.record, field);
        if field == Field::Remark {
            // People write several lines into a remark, and nothing hangs on them.
            taken.text = taken.text.replace(['\n', '\r', '\t'], " ");
        }
        let limit = field.max_chars().min(self.max_cell_chars);
        if taken.kind == CellKind::Error {
            self.problem(&taken, ProblemCode::CellError, "");
        } else if taken.text.contains('\u{fffd}') {
            self.problem(&taken, ProblemCode::InvalidEncoding, "");
        } else if taken.text.chars().any(is_invisible) {
            self.problem(&taken, ProblemCode::ControlCharacter, "");
        } else if taken.text.chars().count() > limit {
            self.problem(&taken, ProblemCode::TextTooLong, &limit.to_string());
        } else if !taken.text.is_empty() {
            return Some(taken);
        }
        None
    }

    fn is_empty(&self, field: Field) -> bool {
        self.plan.take(self.record, field).text.is_empty()
    }

    fn text(&self, field: Field) -> Option<String> {
        let taken = self.cell(field)?;
        let digits = taken.text.bytes().filter(u8::is_ascii_digit).count();
        if taken.kind == CellKind::Number && digits > 15 {
            self.problem(&taken, ProblemCode::NumberPrecisionLost, "");
            return None;
        }
        Some(taken.text)
    }

    fn required_text(&self, field: Field) -> Option<String> {
        self.miss_if_empty(field);
        self.text(field)
    }

    fn miss_if_empty(&self, field: Field) {
        if self.is_empty(field) {
            let taken = self.plan.take(self.record, field);
            self.problem(&taken, ProblemCode::MissingField, &taken.column);
        }
    }

    fn date(&self, field: Field) -> Option<NaiveDate> {
        let taken = self.cell(field)?;
        // A workbook's date cell is a date whatever the mapping says of texts.
        let cell_style = DateStyle {
            drop_time: self.mapping.dates.drop_time,
            ..DateStyle::default()
        };
        let style = match taken.kind {
            CellKind::Date => &cell_style,
            _ => &self.mapping.dates,
        };
        match read_date(&taken.text, style) {
            Ok(date) => Some(date),
            Err(problem) => {
                let code = match problem {
                    DateProblem::Invalid => ProblemCode::DateInvalid,
                    DateProblem::Ambiguous => ProblemCode::DateAmbiguous,
                    DateProblem::OutOfRange => ProblemCode::DateOutOfRange,
                };
                self.problem(&taken, code, "");
                None
            }
        }
    }

    fn refuse_prepayment(&self) {
        let marked = match (
            &self.mapping.prepayment_mark,
            self.plan.prepayment_text(self.record),
        ) {
            (Some(mark), Some(text))
                if mark.values.iter().any(|v| v.eq_ignore_ascii_case(text)) =>
            {
                Some(Taken {
                    text: text.to_owned(),
                    kind: CellKind::Text,
                    column: mark.column.clone(),
                })
            }
            _ => None,
        };
        let unaccepted = self.mapping.acceptance_required && self.is_empty(Field::AcceptanceDate);
        let taken = marked
            .or_else(|| unaccepted.then(|| self.plan.take(self.record, Field::AcceptanceDate)));
        if let Some(taken) = taken {
            self.problem(&taken, ProblemCode::Prepayment, "");
        }
    }

    fn currency(&self) -> Option<Currency> {
        if self.is_empty(Field::Currency) {
            if let Some(code) = &self.mapping.defaults.currency {
                return code.parse().ok();
            }
            self.miss_if_empty(Field::Currency);
            return None;
        }
        let taken = self.cell(Field::Currency)?;
        let code = taken.text.to_ascii_uppercase();
        let currency = code.parse().ok();
        if currency.is_none() {
            self.problem(&taken, ProblemCode::CurrencyUnknown, "");
        }
        currency
    }

    /// The amount owed, or the size of a credit note.
    fn amount(&self, currency: Option<Currency>) -> (Option<Amount>, Option<(Amount, Currency)>) {
        self.miss_if_empty(Field::GrossAmount);
        let (Some(taken), Some(currency)) = (self.cell(Field::GrossAmount), currency) else {
            return (None, None);
        };
        let style = match taken.kind {
            CellKind::Number => AmountStyle::default(),
            _ => self.mapping.amounts,
        };
        let (code, detail) = match read_amount(&taken.text, style, currency) {
            AmountCell::Owed(amount) => return (Some(amount), None),
            AmountCell::Credit(amount) => {
                self.problem(&taken, ProblemCode::CreditNote, "");
                return (None, Some((amount, currency)));
            }
            AmountCell::Zero => (ProblemCode::AmountZero, String::new()),
            AmountCell::Bad(AmountError::TooManyDecimals { places, .. }) => {
                (ProblemCode::AmountTooManyDecimals, places.to_string())
            }
            AmountCell::Bad(AmountError::TooLarge) => (ProblemCode::AmountTooLarge, String::new()),
            AmountCell::Bad(_) => (ProblemCode::AmountNotANumber, String::new()),
        };
        self.problem(&taken, code, &detail);
        (None, None)
    }

    /// The invoice's total, if its column is filled: never less than the row's own amount.
    fn invoice_gross(
        &self,
        currency: Option<Currency>,
        amount: Option<Amount>,
        invoice_no: Option<&String>,
    ) -> Option<Amount> {
        let taken = self.cell(Field::InvoiceGross)?;
        let currency = currency?;
        let style = match taken.kind {
            CellKind::Number => AmountStyle::default(),
            _ => self.mapping.amounts,
        };
        let (code, detail) = match read_amount(&taken.text, style, currency) {
            AmountCell::Owed(_) if invoice_no.is_none() => {
                self.miss_if_empty(Field::InvoiceNo);
                return None;
            }
            AmountCell::Owed(gross) if amount.is_some_and(|amount| gross < amount) => {
                (ProblemCode::InvoiceGrossTooSmall, String::new())
            }
            AmountCell::Owed(gross) => return Some(gross),
            AmountCell::Zero | AmountCell::Credit(_) => {
                (ProblemCode::InvoiceGrossTooSmall, String::new())
            }
            AmountCell::Bad(AmountError::TooManyDecimals { places, .. }) => {
                (ProblemCode::AmountTooManyDecimals, places.to_string())
            }
            AmountCell::Bad(AmountError::TooLarge) => (ProblemCode::AmountTooLarge, String::new()),
            AmountCell::Bad(_) => (ProblemCode::AmountNotANumber, String::new()),
        };
        self.problem(&taken, code, &detail);
        None
    }

    /// From its column, else from the payment terms.
    fn due_date(
        &self,
        acceptance: Option<NaiveDate>,
        invoice: Option<NaiveDate>,
    ) -> Option<NaiveDate> {
        let due = if self.is_empty(Field::DueDate) {
            let Some(terms) = self.mapping.payment_terms else {
                self.miss_if_empty(Field::DueDate);
                return None;
            };
            let base = terms.from.field();
            self.miss_if_empty(base);
            let from = if base == Field::InvoiceDate {
                invoice
            } else {
                acceptance
            };
            from?.checked_add_days(Days::new(u64::from(terms.days)))?
        } else {
            self.date(Field::DueDate)?
        };
        if let Some(invoiced) = invoice.filter(|invoiced| due < *invoiced) {
            let mut taken = self.plan.take(self.record, Field::DueDate);
            taken.text = due.to_string();
            self.problem(&taken, ProblemCode::DueBeforeInvoice, &invoiced.to_string());
            return None;
        }
        Some(due)
    }
}

/// Control characters, and characters that change how others are shown without being seen.
fn is_invisible(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
