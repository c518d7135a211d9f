//! Offline verification: the book's first entries replayed by `ledger_core::replay` from their
//! canonical bytes, every signature checked, on one core.

use std::time::Instant;

use ledger_app::app::App;
use ledger_core::replay::Replay;
use ledger_core::signature::signatures_to_bytes;

use crate::failure::Failure;
use crate::failure::lost;
use crate::figures::rate;

/// Entries and signatures a second.
pub(crate) fn measure(app: &App, most: usize) -> Result<(u64, u64), Failure> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let entries = app.store.read(|tx| {
        let book = tx.book_by_id(app.book)?;
        tx.entries_of_book(&book, book.entry_no(0).saturating_sub(1), limit)
    })?;
    let mut signatures = 0;
    let lines: Vec<(Vec<u8>, Vec<u8>)> = entries
        .iter()
        .map(|record| {
            let given = record.sealed.signatures();
            signatures += given.len();
            (record.sealed.entry().to_bytes(), signatures_to_bytes(given))
        })
        .collect();
    let mut replay = Replay::new(app.origin.to_string(), app.recorder().public_key());
    let start = Instant::now();
    for (body, given) in &lines {
        replay
            .entry(body, given)
            .map_err(|(_, reason)| lost(format!("the journal does not replay: {reason:?}")))?;
    }
    let took = start.elapsed();
    Ok((rate(lines.len(), took), rate(signatures, took)))
}
