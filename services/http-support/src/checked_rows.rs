//! Rows of a list of payables, checked as far as they can be without the ledger, as the ledger takes
//! them in: whichever door they came by, and in whatever form.

use ledger_app::imported_row::ImportedProblem;
use ledger_app::imported_row::ImportedRow;
use ledger_app::imported_row::SupplierIdentity;
use ledger_app::imported_row::Weight;
use payable_files::file_row::FilePayable;
use payable_files::file_row::FileRow;
use payable_files::payable_row;
use payable_files::row_problem::RowProblem;
use payable_files::row_problem::Severity;

/// Rows in the order of the list.
#[derive(Debug, Default)]
pub struct CheckedRows {
    /// Rows that are payables.
    pub rows: Vec<ImportedRow>,
    /// What is wrong with the others, and what to look at in these.
    pub problems: Vec<ImportedProblem>,
}

impl CheckedRows {
    /// Takes the next row.
    pub fn take(&mut self, row: FileRow) {
        let problems = match row {
            FileRow::Payable(mut payable) => {
                let warnings = std::mem::take(&mut payable.warnings);
                self.rows.push(imported(payable));
                warnings
            }
            FileRow::Aside(aside) => aside.problems,
        };
        self.problems.extend(problems.into_iter().map(problem));
    }
}

fn imported(payable: FilePayable) -> ImportedRow {
    let row = payable.row;
    ImportedRow {
        line: payable.line,
        digest: payable.digest,
        supplier: match row.supplier {
            payable_row::SupplierIdentity::Uscc(code) => SupplierIdentity::Uscc(code),
            payable_row::SupplierIdentity::VendorId(id) => SupplierIdentity::VendorId(id),
            payable_row::SupplierIdentity::Name(name) => SupplierIdentity::Name(name),
        },
        supplier_uscc: row.supplier_uscc,
        vendor_id: row.vendor_id,
        supplier_name: row.supplier_name,
        payable_no: row.payable_no,
        po_no: row.po_no,
        acceptance_date: row.acceptance_date,
        invoice_no: row.invoice_no,
        invoice_date: row.invoice_date,
        invoice_gross: row.invoice_gross,
        gross_amount: row.gross_amount,
        currency: row.currency,
        due_date: row.due_date,
        company_code: row.company_code,
        cost_centre: row.cost_centre,
        remark: row.remark,
    }
}

fn problem(problem: RowProblem) -> ImportedProblem {
    ImportedProblem {
        line: problem.row,
        weight: match problem.code.severity() {
            Severity::Refused => Weight::Refused,
            Severity::SetAside => Weight::SetAside,
            Severity::Warning => Weight::Warning,
        },
        column: problem.column,
        value: problem.value,
        code: problem.code.code().to_owned(),
        what_to_do_en: problem.what_to_do_en,
        what_to_do_zh: problem.what_to_do_zh,
    }
}
