//! Checks the signatures of entries on their way into the journal, before the database is asked for
//! anything but the keys.
//!
//! Whether a key is alive and sits in the right seat is the law's question, on the state that the
//! batch is decided on; here it is only asked whether the bytes were signed with it. A key's public
//! half never changes, so it is remembered.

use std::collections::HashMap;
use std::collections::HashSet;
use std::thread;

use ledger_core::batch_check::KnownKeys;
use ledger_core::id::BookId;
use ledger_core::id::KeyId;
use ledger_core::refusal::Refusal;
use ledger_core::seats::check_signatures_together;
use ledger_store::posting::Posting;
use ledger_store::unit_of_work::Store;

use crate::error::AppError;

/// Keys remembered, at most: some megabytes.
const KNOWN_KEYS: usize = 50_000;

/// Below this many entries for each, a second thread costs more than it helps: batches check
/// cheaper the larger they are, and one thread is quicker than the database at what comes next.
const ENTRIES_A_THREAD: usize = 1_000;

/// Who checks signatures, with the keys it has seen.
#[derive(Debug)]
pub(crate) struct SignatureDesk {
    store: Store,
    book: BookId,
    keys: HashMap<KeyId, [u8; 32]>,
    known: KnownKeys,
}

impl SignatureDesk {
    pub(crate) fn new(store: Store, book: BookId) -> SignatureDesk {
        SignatureDesk {
            store,
            book,
            keys: HashMap::new(),
            known: KnownKeys::default(),
        }
    }

    /// The verdict on each entry, in order.
    ///
    /// # Errors
    /// The store's, if keys had to be loaded.
    pub(crate) fn check(
        &mut self,
        postings: &[&Posting],
    ) -> Result<Vec<Result<(), Refusal>>, AppError> {
        self.load(postings)?;
        let (keys, known) = (&self.keys, &self.known);
        let check = |part: &[&Posting]| {
            check_signatures_together(part.iter().map(|p| &p.sealed), known, |key| {
                keys.get(&key).copied()
            })
        };
        let hands = thread::available_parallelism()
            .map_or(1, usize::from)
            .min(postings.len() / ENTRIES_A_THREAD);
        if hands < 2 {
            return Ok(check(postings));
        }
        let share = postings.len().div_ceil(hands);
        Ok(thread::scope(|scope| {
            let parts: Vec<_> = postings
                .chunks(share)
                .map(|part| (part.len(), scope.spawn(move || check(part))))
                .collect();
            parts
                .into_iter()
                .flat_map(|(size, hand)| {
                    // A panic in there is a fault of ours; nothing of that share may pass.
                    hand.join()
                        .unwrap_or_else(|_panic| vec![Err(Refusal::BadSignature); size])
                })
                .collect()
        }))
    }

    /// Remembers the keys that signed.
    fn load(&mut self, postings: &[&Posting]) -> Result<(), AppError> {
        let new: HashSet<KeyId> = postings
            .iter()
            .flat_map(|posting| posting.sealed.signatures())
            .map(|signature| signature.key)
            .filter(|key| !self.keys.contains_key(key))
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        if self.keys.len() > KNOWN_KEYS {
            return self.start_over(postings);
        }
        let new: Vec<KeyId> = new.into_iter().collect();
        let (keys, book) = self.store.read(|tx| {
            Ok::<_, AppError>((tx.signing_keys_by_ids(&new)?, tx.book_by_id(self.book)?))
        })?;
        let recorder = (book.size > 0).then_some((book.recorder_key, book.recorder_public_key));
        let keys = keys.into_iter().map(|key| (key.id, key.public_key));
        for (id, public_key) in keys.chain(recorder) {
            self.known.learn(&public_key);
            self.keys.insert(id, public_key);
        }
        Ok(())
    }

    fn start_over(&mut self, postings: &[&Posting]) -> Result<(), AppError> {
        self.keys.clear();
        self.known.clear();
        self.load(postings)
    }
}
