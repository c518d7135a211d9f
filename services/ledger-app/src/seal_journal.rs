//! Seals the book: integrates new entries into the Merkle log and signs a checkpoint. Runs beside
//! the posting path, never in it.

use ledger_core::checkpoint::Checkpoint;
use ledger_core::hash::ChainHash;
use ledger_core::hash::sha256;
use ledger_core::merkle::LogFrontier;
use ledger_store::checkpoints::CheckpointRecord;

use crate::app::App;
use crate::error::AppError;

/// Entries read at a time.
const STRETCH: i64 = 10_000;

/// Signs a checkpoint over all entries there are now; gives its size, or none if nothing is new.
///
/// # Errors
/// The store's; [`AppError::Internal`] if the running hash no longer follows from the entries:
/// somebody changed the record.
pub fn run(app: &App) -> Result<Option<u64>, AppError> {
    let (book, mut log, mut chain) = app.store.read(|tx| {
        let book = tx.book_by_id(app.book)?;
        let last = tx.checkpoint_latest(book.no)?;
        let start = last.map_or_else(
            || (LogFrontier::new(), ChainHash::from_bytes([0; 32])),
            |checkpoint| (checkpoint.log, checkpoint.chain),
        );
        Ok::<_, AppError>((book, start.0, start.1))
    })?;
    let position = |log: &LogFrontier| i64::try_from(log.size()).unwrap_or(i64::MAX);
    if position(&log) >= book.size {
        return Ok(None);
    }
    while position(&log) < book.size {
        let hashes = app
            .store
            .read(|tx| tx.entry_hashes(&book, position(&log), STRETCH))?;
        if hashes.is_empty() {
            return Err(AppError::Internal(
                "entries are missing from the journal".to_owned(),
            ));
        }
        for hash in hashes {
            log.append(hash);
            chain = ChainHash::from_bytes(sha256(&[chain.bytes(), hash.bytes()]));
        }
    }
    if chain != book.chain() {
        return Err(AppError::Internal(
            "the running hash does not follow from the entries: the record was changed".to_owned(),
        ));
    }
    let checkpoint = Checkpoint {
        origin: app.origin.to_string(),
        size: log.size(),
        root: log.root(),
    };
    let record = CheckpointRecord {
        note: checkpoint.signed(app.recorder()),
        made_at: app.clock.now(),
        log,
        chain,
    };
    app.store
        .write(|tx| Ok::<_, AppError>(tx.checkpoint_insert(book.no, &record)?))?;
    Ok(Some(record.log.size()))
}
