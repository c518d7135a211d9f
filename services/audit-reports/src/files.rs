//! The files: statements as CSV, the journal's export, the key to check it with.

use actix_web::HttpResponse;

use crate::clearing_report::COLUMNS;
use crate::clearing_report::ClearingReport;
use crate::csv_file::CsvFile;
use crate::error::AuditError;
use crate::export::book_verifier_key;
use crate::export::export;
use crate::language::Language;
use crate::snapshot::AuditDatabase;
use crate::statement::Filter;
use crate::statement::Statement;
use crate::stream::download;

/// Media type of CSV.
const CSV: &str = "text/csv; charset=utf-8";

/// Media type of journal and key.
const TEXT: &str = "text/plain; charset=utf-8";

/// The whole of a list, every page of it.
///
/// # Errors
/// What goes wrong before the first piece is sent.
pub async fn send_list(
    database: AuditDatabase,
    statement: &'static Statement,
    filter: Filter,
    language: Language,
) -> Result<HttpResponse, AuditError> {
    let name = format!("{}.csv", statement.name);
    download(CSV, &name, move |out| {
        database.report(|snapshot| {
            let mut file = CsvFile::start(out, statement.columns, language)?;
            statement.each(snapshot, &filter, |cells| file.row(&cells))?;
            file.finish()
        })
    })
    .await
}

/// The credits of a clearing sheet.
///
/// # Errors
/// As [`send_list`].
pub async fn send_sheet(
    sheet: ClearingReport,
    language: Language,
) -> Result<HttpResponse, AuditError> {
    let name = format!("clearing-sheet-{}.csv", sheet.number);
    download(CSV, &name, move |out| {
        let mut file = CsvFile::start(out, COLUMNS, language)?;
        for line in &sheet.lines {
            file.row(line)?;
        }
        file.finish()
    })
    .await
}

/// The journal of a book.
///
/// # Errors
/// As [`send_list`].
pub async fn send_journal(
    database: AuditDatabase,
    book: Option<String>,
) -> Result<HttpResponse, AuditError> {
    download(TEXT, "journal.txt", move |out| {
        let report = export(&database, book.as_deref(), out)?;
        tracing::info!(origin = %report.origin, entries = report.entries, "journal exported");
        Ok(())
    })
    .await
}

/// The verifier key of a book.
///
/// # Errors
/// As [`send_list`].
pub async fn send_verifier_key(
    database: AuditDatabase,
    book: Option<String>,
) -> Result<HttpResponse, AuditError> {
    download(TEXT, "verifier-key.txt", move |out| {
        let key = book_verifier_key(&database, book.as_deref())?;
        Ok(writeln!(out, "{key}")?)
    })
    .await
}
