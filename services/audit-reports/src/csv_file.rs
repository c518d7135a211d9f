//! A statement as a CSV file that a spreadsheet opens rightly: UTF-8 with its mark, RFC 4180, and
//! nothing in it that a spreadsheet would run.

use std::io::Write;

use crate::cell::Cell;
use crate::error::AuditError;
use crate::language::Language;
use crate::statement::Column;

/// The mark by which spreadsheets tell UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// What makes a spreadsheet take a text for a formula (OWASP, CSV injection).
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Writes one file.
pub struct CsvFile<'a> {
    writer: csv::Writer<&'a mut dyn Write>,
    language: Language,
}

fn broken(error: csv::Error) -> AuditError {
    AuditError::Output(error.into())
}

impl<'a> CsvFile<'a> {
    /// Starts it with the names of the columns.
    ///
    /// # Errors
    /// `out`'s.
    pub fn start(
        out: &'a mut dyn Write,
        columns: &[Column],
        language: Language,
    ) -> Result<CsvFile<'a>, AuditError> {
        out.write_all(BOM)?;
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        let names = columns.iter().map(|column| language.text(column.key));
        writer.write_record(names).map_err(broken)?;
        Ok(CsvFile { writer, language })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// The output's.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), AuditError> {
        let fields = cells.iter().map(|cell| field(cell, self.language));
        self.writer.write_record(fields).map_err(broken)
    }

    /// Closes it.
    ///
    /// # Errors
    /// The output's.
    pub fn finish(mut self) -> Result<(), AuditError> {
        Ok(self.writer.flush()?)
    }
}

/// The field, with an apostrophe before what would be taken for a formula. Our own numbers and
/// dates are left as they are.
fn field(cell: &Cell, language: Language) -> String {
    let text = cell.to_text(language);
    if cell.is_foreign() && text.starts_with(FORMULA) {
        format!("'{text}")
    } else {
        text
    }
}
