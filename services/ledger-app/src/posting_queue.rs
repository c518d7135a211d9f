//! The one door through which anything is written to a book: prefetch, decide, persist.
//!
//! Bundles of signed entries queue up. One thread checks the signatures of what has gathered; the
//! next locks the head of the book, loads what the batch needs, lets the law decide each entry in
//! order, and commits once; meanwhile the first is at the batch behind. A refusal touches no
//! neighbour. The queue is bounded: when it is full the caller is told to come back.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;

use chrono::NaiveDate;
use ledger_core::apply::Applied;
use ledger_core::entry::SealedEntry;
use ledger_core::id::BookId;
use ledger_core::refusal::Refusal;
use ledger_store::posting::Posting;
use ledger_store::unit_of_work::Store;

use crate::batch_effects::BatchEffects;
use crate::clock::Clock;
use crate::error::AppError;
use crate::live_follower::Follower;
use crate::posted_signatures::SignatureDesk;
use crate::posting_batch::Poster;

/// Most entries decided in one unit of work.
pub(crate) const BATCH_ENTRIES: usize = 1_000;

/// Most bundles waiting.
const QUEUE_BUNDLES: usize = 4_096;

/// When whoever is sent away is to come back.
const RETRY_AFTER_SECONDS: u32 = 2;

/// Batches whose size may wait to be noticed by the follower.
const NOTICED_BATCHES: usize = 64;

/// Groups of bundles that may wait with their signatures checked. Few: what waits longer is better
/// checked together.
const CHECKED_GROUPS: usize = 4;

/// An entry in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Its number.
    pub no: i64,
    /// The entry.
    pub sealed: SealedEntry,
    /// What it made.
    pub applied: Applied,
}

/// One entry's outcome.
pub type Verdict = Result<Posted, Refusal>;

/// What belongs to a bundle besides its entries and happens in the same unit of work: letters,
/// receipts, document capacity, the state of requests. It sees every verdict; an error of it
/// undoes the whole bundle, and only that. It may run again, so it has no effects elsewhere.
pub type Effects = Arc<
    dyn Fn(&mut BatchEffects<'_, '_>, NaiveDate, &[Verdict]) -> Result<(), AppError> + Send + Sync,
>;

/// Entries that come together, with their effects.
#[derive(Clone)]
pub struct Bundle {
    /// The entries, in order.
    pub postings: Vec<Posting>,
    /// What else happens.
    pub effects: Option<Effects>,
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bundle({} entries)", self.postings.len())
    }
}

/// A bundle somebody waits for.
pub(crate) struct Waiting {
    pub(crate) bundle: Bundle,
    answer: mpsc::Sender<Result<Vec<Verdict>, AppError>>,
}

impl Waiting {
    pub(crate) fn answer(&self, outcome: Result<Vec<Verdict>, AppError>) {
        if self.answer.send(outcome).is_err() {
            tracing::debug!("nobody waits for this outcome any more");
        }
    }
}

/// A bundle with what the cryptography says of each of its entries.
pub(crate) struct Checked {
    pub(crate) waiting: Waiting,
    pub(crate) signed: Vec<Result<(), Refusal>>,
}

/// Handle to a book's posting thread. The thread ends when the last handle is gone.
#[derive(Clone)]
pub struct PostingQueue {
    sender: mpsc::SyncSender<Waiting>,
}

impl fmt::Debug for PostingQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostingQueue")
    }
}

impl PostingQueue {
    /// Starts the posting thread of a book.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the operating system gives no thread.
    pub fn start(store: Store, clock: Clock, book: BookId) -> Result<PostingQueue, AppError> {
        let (sender, receiver) = mpsc::sync_channel(QUEUE_BUNDLES);
        let (checked, to_post) = mpsc::sync_channel(CHECKED_GROUPS);
        let (posted, noticed) = mpsc::sync_channel(NOTICED_BATCHES);
        let signatures = SignatureDesk::new(store.clone(), book);
        let follower = Follower {
            store: store.clone(),
            book,
        };
        let poster = Poster {
            store,
            clock,
            book,
            posted,
            known: None,
        };
        spawn("following", move || follower.run(&noticed))?;
        spawn("posting", move || poster.run(&to_post))?;
        spawn("checking", move || check(&receiver, &checked, signatures))?;
        Ok(PostingQueue { sender })
    }

    /// Posts a bundle and waits until it is durable or refused.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the queue is full, the effects' own error, or the store's.
    pub fn post(&self, bundle: Bundle) -> Result<Vec<Verdict>, AppError> {
        let (answer, verdicts) = mpsc::channel();
        self.sender
            .try_send(Waiting { bundle, answer })
            .map_err(|error| match error {
                mpsc::TrySendError::Full(_) => AppError::Busy {
                    retry_after_seconds: RETRY_AFTER_SECONDS,
                },
                mpsc::TrySendError::Disconnected(_) => {
                    AppError::Internal("the posting thread has stopped".to_owned())
                }
            })?;
        verdicts
            .recv()
            .map_err(|_closed| AppError::Internal("the posting thread has stopped".to_owned()))?
    }

    /// Posts a bundle whose entries the law refuses together or not at all; its effects look for
    /// that themselves.
    ///
    /// # Errors
    /// As [`PostingQueue::post`], and the first refusal.
    pub fn post_all(&self, bundle: Bundle) -> Result<Vec<Posted>, AppError> {
        let posted: Result<Vec<Posted>, Refusal> = self.post(bundle)?.into_iter().collect();
        Ok(posted?)
    }

    /// Posts one entry.
    ///
    /// # Errors
    /// As [`PostingQueue::post`], and the entry's refusal.
    pub fn post_one(&self, posting: Posting, effects: Option<Effects>) -> Result<Posted, AppError> {
        let mut verdicts = self.post(Bundle {
            postings: vec![posting],
            effects,
        })?;
        let verdict = verdicts
            .pop()
            .ok_or_else(|| AppError::Internal("a verdict is missing".to_owned()))?;
        Ok(verdict?)
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), AppError> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map(drop)
        .map_err(|e| AppError::Internal(format!("{name} thread: {e}")))
}

/// Takes what has gathered, checks its signatures and hands it on; ends with the last handle.
fn check(
    queue: &mpsc::Receiver<Waiting>,
    next: &mpsc::SyncSender<Vec<Checked>>,
    mut signatures: SignatureDesk,
) {
    while let Ok(first) = queue.recv() {
        let mut group = vec![first];
        let mut entries = group.iter().map(|w| w.bundle.postings.len()).sum::<usize>();
        while entries < BATCH_ENTRIES {
            let Ok(more) = queue.try_recv() else { break };
            entries = entries.saturating_add(more.bundle.postings.len());
            group.push(more);
        }
        let postings: Vec<&Posting> = group.iter().flat_map(|w| &w.bundle.postings).collect();
        match signatures.check(&postings) {
            Ok(verdicts) => {
                let mut verdicts = verdicts.into_iter();
                let checked = group
                    .into_iter()
                    .map(|waiting| Checked {
                        signed: verdicts
                            .by_ref()
                            .take(waiting.bundle.postings.len())
                            .collect(),
                        waiting,
                    })
                    .collect();
                if next.send(checked).is_err() {
                    // The posting thread is gone; whoever waits is told by its closed channel.
                    return;
                }
            }
            Err(error) => {
                for waiting in &group {
                    waiting.answer(Err(error.clone()));
                }
            }
        }
    }
}
