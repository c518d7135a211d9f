//! Writes the journal to a file, through the auditor's own door.

use std::fs::File;
use std::io::BufWriter;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use audit_reports::daily_file::write_day;
use audit_reports::snapshot::AuditDatabase;
use chrono::NaiveDate;
use ledger_app::seal_journal;

use crate::config::Settings;
use crate::failure::Context;
use crate::failure::Failure;
use crate::open;
use crate::open::say;

/// Seals the book first, so that the newest entries are in the file.
pub(crate) fn run(settings: &Settings, out: &Path) -> Result<ExitCode, Failure> {
    let app = open::app(settings)?;
    seal_journal::run(&app).doing("sealing")?;
    let mut file = BufWriter::new(File::create(out).doing(&out.display().to_string())?);
    let database = AuditDatabase::new(&settings.database_audit).doing("auditor's database")?;
    let report = audit_reports::export::export(&database, Some(&settings.origin), &mut file)
        .doing("export")?;
    file.flush().doing("export")?;
    say(&format!(
        "{} entries; verifier key {}",
        report.entries,
        app.verifier_key()
    ));
    Ok(ExitCode::SUCCESS)
}

/// The supervisor's file of a day, with the digest of its bytes on the screen.
pub(crate) fn supervisor_file(
    settings: &Settings,
    day: NaiveDate,
    out: &Path,
) -> Result<ExitCode, Failure> {
    let mut file = File::create(out).doing(&out.display().to_string())?;
    let database = AuditDatabase::new(&settings.database_audit).doing("auditor's database")?;
    let written = write_day(&database, day, &mut file).doing("supervisor's file")?;
    say(&format!("{} rows; sha256 {}", written.rows, written.digest));
    Ok(ExitCode::SUCCESS)
}
