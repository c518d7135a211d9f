//! The one way the tests read a file.

use std::io::Cursor;
use std::path::PathBuf;

use payable_files::column_mapping::ColumnMapping;
use payable_files::file_error::FileError;
use payable_files::file_row::AsideRow;
use payable_files::file_row::FilePayable;
use payable_files::file_row::FileRow;
use payable_files::limits::Limits;
use payable_files::payables_file::PayablesFile;
use payable_files::row_problem::RowProblem;
use payable_files::summary::Summary;

/// Everything a file came to.
#[derive(Debug, PartialEq)]
pub(crate) struct Reading {
    pub(crate) payables: Vec<FilePayable>,
    pub(crate) aside: Vec<AsideRow>,
    pub(crate) summary: Summary,
}

impl Reading {
    pub(crate) fn problems(&self) -> Vec<&RowProblem> {
        let warnings = self.payables.iter().flat_map(|payable| &payable.warnings);
        let mut all: Vec<_> = warnings
            .chain(self.aside.iter().flat_map(|row| &row.problems))
            .collect();
        all.sort_by_key(|problem| problem.row);
        all
    }

    pub(crate) fn codes(&self) -> Vec<(u64, &'static str)> {
        self.problems()
            .iter()
            .map(|problem| (problem.row, problem.code.code()))
            .collect()
    }
}

pub(crate) fn try_read(
    bytes: impl Into<Vec<u8>>,
    mapping: ColumnMapping,
    limits: Limits,
) -> Result<Reading, FileError> {
    let mut file = PayablesFile::open(Cursor::new(bytes.into()), mapping, limits)?;
    let (mut payables, mut aside) = (Vec::new(), Vec::new());
    for row in &mut file {
        match row? {
            FileRow::Payable(row) => payables.push(row),
            FileRow::Aside(row) => aside.push(row),
        }
    }
    let summary = file.summary().clone();
    let known = summary.payables + summary.repeated + summary.credit_notes + summary.refused;
    assert_eq!(summary.rows, known, "every row is of one kind");
    Ok(Reading {
        payables,
        aside,
        summary,
    })
}

pub(crate) fn read(bytes: impl Into<Vec<u8>>) -> Reading {
    try_read(bytes, ColumnMapping::default(), Limits::default()).unwrap()
}

pub(crate) fn refusal(bytes: impl Into<Vec<u8>>) -> &'static str {
    try_read(bytes, ColumnMapping::default(), Limits::default())
        .unwrap_err()
        .code()
}

pub(crate) fn mapping(json: &str) -> ColumnMapping {
    serde_json::from_str(json).unwrap()
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("fixtures/payables").join(name)).unwrap()
}

/// A file of our columns with the needed ones only.
pub(crate) fn file(rows: &[&str]) -> String {
    let mut text =
        "supplier_uscc,payable_no,invoice_date,gross_amount,currency,due_date\n".to_owned();
    for row in rows {
        text.push_str(row);
        text.push('\n');
    }
    text
}

pub(crate) const GOOD: &str = "91320500MA00EXAM1C,AP-1,2026-03-04,100.00,CNY,2026-05-01";
