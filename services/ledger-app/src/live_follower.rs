//! Lets the projection of live fragments follow the journal, beside the posting thread.

use std::sync::mpsc;
use std::time::Duration;
use std::time::Instant;

use ledger_core::id::BookId;
use ledger_store::error::StoreError;
use ledger_store::unit_of_work::Store;

/// Entries after which the projection of live fragments follows at once. What reads it also reads
/// the journal's tail, so this bounds the tail: some 10 ms of a read.
const FOLLOW_BACKLOG: usize = 8_000;

/// Longest time that an entry waits for the projection. Fragments made and spent within it never
/// enter the projection at all.
const FOLLOW_WITHIN: Duration = Duration::from_millis(250);

/// Who lets it follow. It may lag or fail: what reads is exact without it.
pub(crate) struct Follower {
    pub(crate) store: Store,
    pub(crate) book: BookId,
}

impl Follower {
    /// Follows once for all batches that come within a moment; ends with the posting thread.
    pub(crate) fn run(&self, batches: &mpsc::Receiver<usize>) {
        while let Ok(first) = batches.recv() {
            let noticed = Instant::now();
            let mut backlog = first;
            while backlog < FOLLOW_BACKLOG {
                let left = FOLLOW_WITHIN.saturating_sub(noticed.elapsed());
                let Ok(more) = batches.recv_timeout(left) else {
                    break;
                };
                backlog = backlog.saturating_add(more);
            }
            self.follow();
        }
    }

    fn follow(&self) {
        if let Err(error) = follow(&self.store, self.book) {
            tracing::warn!(%error, "live fragments did not follow the journal");
        }
    }
}

/// Lets the projection follow now. For what asks it alone: a process that ends once it has posted
/// leaves it behind, and perhaps nobody posts after it.
pub(crate) fn follow(store: &Store, book: BookId) -> Result<(), StoreError> {
    store.write(|tx| {
        let book = tx.book_by_id(book)?;
        tx.live_advance(book.no).map(|_caught_up| ())
    })
}
