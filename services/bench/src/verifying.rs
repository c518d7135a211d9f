//! Offline verification: the book's first entries given to the offline verifier as the lines of the
//! exported file, every signature checked, on one core. Reading the file from disk is not counted.
//!
//! One thread does it and waits for nothing, so a core's second is a second of processor time; on a
//! busy machine the clock on the wall would tell of the others.

use ledger_app::app::App;
use ledger_core::journal_file::write_entry;
use ledger_core::journal_file::write_header;
use ledger_core::signature::signatures_to_bytes;
use ledger_core::verify::Verifier;

use crate::failure::Failure;
use crate::failure::lost;
use crate::figures::rate;
use crate::processor_time;

/// Entries and signatures a second.
pub(crate) fn measure(app: &App, most: usize) -> Result<(u64, u64), Failure> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let entries = app.store.read(|tx| {
        let book = tx.book_by_id(app.book)?;
        tx.entries_of_book(&book, book.entry_no(0).saturating_sub(1), limit)
    })?;
    let mut file = String::new();
    write_header(&mut file, &app.verifier_key());
    let mut signatures = 0;
    for (n, record) in (0_u64..).zip(&entries) {
        let given = record.sealed.signatures();
        signatures += given.len();
        let body = record.sealed.entry().to_bytes();
        write_entry(&mut file, n, &body, &signatures_to_bytes(given));
    }
    let wrong = |fault| lost(format!("the journal does not verify: {fault}"));
    let mut verifier = Verifier::new(&app.verifier_key()).map_err(wrong)?;
    let before = processor_time::ours();
    for line in file.as_bytes().split_inclusive(|byte| *byte == b'\n') {
        verifier.raw_line(line).map_err(wrong)?;
    }
    verifier.check_signatures().map_err(wrong)?;
    let took = processor_time::ours().saturating_sub(before);
    Ok((rate(entries.len(), took), rate(signatures, took)))
}
