//! Files going out: what was wrong with the rows, and payables in the published columns.

use std::io::Write;

use crate::field::ALL;
use crate::payable_row::PayableRow;
use crate::row_problem::RowProblem;
use crate::row_problem::Severity;

/// The language of a file's headers and advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Chinese.
    Zh,
}

/// A byte-order mark: without it Excel takes Chinese UTF-8 for another encoding.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Keeps a spreadsheet from running a cell as a formula: `=`, `+`, `-` and `@` at its start, and
/// the tab and carriage return that hide them, get an apostrophe before them.
#[must_use]
pub fn guard_cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// A CSV of problems, written one by one.
pub struct ProblemReport<W: Write> {
    writer: csv::Writer<W>,
    language: Language,
}

impl<W: Write> ProblemReport<W> {
    /// Starts the report with its header.
    ///
    /// # Errors
    /// The writer's.
    pub fn new(mut out: W, language: Language) -> std::io::Result<ProblemReport<W>> {
        out.write_all(BYTE_ORDER_MARK.as_bytes())?;
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(match language {
            Language::En => ["row", "column", "value", "kind", "code", "what to do"],
            Language::Zh => ["行号", "列", "值", "类别", "原因码", "处理方法"],
        })?;
        Ok(ProblemReport { writer, language })
    }

    /// Adds a problem.
    ///
    /// # Errors
    /// The writer's.
    pub fn write(&mut self, problem: &RowProblem) -> std::io::Result<()> {
        let (kind, advice) = match self.language {
            Language::En => (kind_en(problem.code.severity()), &problem.what_to_do_en),
            Language::Zh => (kind_zh(problem.code.severity()), &problem.what_to_do_zh),
        };
        self.writer.write_record([
            problem.row.to_string().as_str(),
            &guard_cell(&problem.column),
            &guard_cell(&problem.value),
            kind,
            problem.code.code(),
            &guard_cell(advice),
        ])?;
        Ok(())
    }

    /// Flushes and gives the writer back.
    ///
    /// # Errors
    /// The writer's.
    pub fn finish(self) -> std::io::Result<W> {
        self.writer
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)
    }
}

const fn kind_en(severity: Severity) -> &'static str {
    match severity {
        Severity::Refused => "refused",
        Severity::SetAside => "set aside",
        Severity::Warning => "warning",
    }
}

const fn kind_zh(severity: Severity) -> &'static str {
    match severity {
        Severity::Refused => "拒绝",
        Severity::SetAside => "搁置",
        Severity::Warning => "提醒",
    }
}

/// Writes payables in the published columns, English names; the reader takes them back unchanged
/// when suppliers may be identified as they were.
///
/// # Errors
/// The writer's.
pub fn write_payables<'r, W: Write>(
    out: W,
    rows: impl IntoIterator<Item = &'r PayableRow>,
) -> std::io::Result<W> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(ALL.map(|field| field.name()))?;
    for row in rows {
        writer.write_record(ALL.map(|f| guard_cell(&row.field_text(f).unwrap_or_default())))?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}
