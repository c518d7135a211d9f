//! The supervisor's file of one day, in English column names, with the SHA-256 digest of its bytes: who
//! hands it in says the digest beside it.

use std::io::Write;

use chrono::NaiveDate;
use ledger_core::hash::sha256_of;

use crate::csv_file::CsvFile;
use crate::error::AuditError;
use crate::language::Language;
use crate::snapshot::AuditDatabase;
use crate::statement::Filter;
use crate::statements::supervisor::SUPERVISOR;

/// A written file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyFile {
    /// Rows, the names of the columns left out.
    pub rows: usize,
    /// SHA-256 of all bytes, hexadecimal.
    pub digest: String,
}

/// Writes what happened on `day` to `out`.
///
/// # Errors
/// The database's and `out`'s.
pub fn write_day(
    database: &AuditDatabase,
    day: NaiveDate,
    out: &mut dyn Write,
) -> Result<DailyFile, AuditError> {
    let filter = Filter {
        from: day.to_string(),
        to: day.to_string(),
        ..Filter::default()
    };
    let mut bytes = Vec::new();
    let mut rows: usize = 0;
    database.report(|snapshot| {
        let mut file = CsvFile::start(&mut bytes, SUPERVISOR.columns, Language::English)?;
        SUPERVISOR.each(snapshot, &filter, |cells| {
            rows = rows.saturating_add(1);
            file.row(&cells)
        })?;
        file.finish()
    })?;
    out.write_all(&bytes)?;
    Ok(DailyFile {
        rows,
        digest: hex::encode(sha256_of(&bytes)),
    })
}
