//! The one door through which anything is written to a book: prefetch, decide, persist.
//!
//! Bundles of signed entries queue up; one thread takes what has gathered, checks the signatures
//! in parallel, lets the law decide each entry in order, and commits once. A refusal touches no
//! neighbour. The queue is bounded: when it is full the caller is told to come back.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use chrono::NaiveDate;
use ledger_core::apply::Applied;
use ledger_core::entry::SealedEntry;
use ledger_core::id::BookId;
use ledger_core::refusal::Refusal;
use ledger_core::seats::check_signatures;
use ledger_store::error::StoreError;
use ledger_store::posting::BatchFacts;
use ledger_store::posting::Posting;
use ledger_store::unit_of_work::Store;
use ledger_store::unit_of_work::WriteTx;

use crate::clock::Clock;
use crate::error::AppError;

/// Most entries decided in one unit of work.
const BATCH_ENTRIES: usize = 1_000;

/// Most bundles waiting.
const QUEUE_BUNDLES: usize = 4_096;

/// Entries after which the projection of live fragments follows at once. What reads it also reads
/// the journal's tail, so this bounds the tail: some 10 ms of a read.
const FOLLOW_BACKLOG: usize = 8_000;

/// Longest time that an entry waits for the projection. Fragments made and spent within it never
/// enter the projection at all.
const FOLLOW_WITHIN: Duration = Duration::from_millis(250);

/// Batches whose size may wait to be noticed by the follower.
const NOTICED_BATCHES: usize = 64;

/// Below this many entries a second thread costs more than it helps.
const PARALLEL_FROM: usize = 16;

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
/// undoes the whole bundle, and only that.
pub type Effects =
    Arc<dyn Fn(&mut WriteTx<'_>, NaiveDate, &[Verdict]) -> Result<(), AppError> + Send + Sync>;

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

struct Waiting {
    bundle: Bundle,
    answer: mpsc::Sender<Result<Vec<Verdict>, AppError>>,
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
        let (posted, noticed) = mpsc::sync_channel(NOTICED_BATCHES);
        let follower = Follower {
            store: store.clone(),
            book,
        };
        let poster = Poster {
            store,
            clock,
            book,
            posted,
        };
        spawn("following", move || follower.run(&noticed))?;
        spawn("posting", move || poster.run(&receiver))?;
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
                    retry_after_seconds: 2,
                },
                mpsc::TrySendError::Disconnected(_) => {
                    AppError::Internal("the posting thread has stopped".to_owned())
                }
            })?;
        verdicts
            .recv()
            .map_err(|_closed| AppError::Internal("the posting thread has stopped".to_owned()))?
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

struct Poster {
    store: Store,
    clock: Clock,
    book: BookId,
    /// Tells the follower how many entries a batch had.
    posted: mpsc::SyncSender<usize>,
}

impl Poster {
    fn run(&self, queue: &mpsc::Receiver<Waiting>) {
        while let Ok(first) = queue.recv() {
            let mut batch = vec![first];
            let mut entries = batch.iter().map(|w| w.bundle.postings.len()).sum::<usize>();
            while entries < BATCH_ENTRIES {
                let Ok(next) = queue.try_recv() else { break };
                entries = entries.saturating_add(next.bundle.postings.len());
                batch.push(next);
            }
            self.settle(batch);
            if let Err(mpsc::TrySendError::Disconnected(_)) = self.posted.try_send(entries) {
                tracing::warn!("live fragments no longer follow the journal");
            }
        }
    }

    /// Posts a batch; if the effects of one bundle fail, each bundle again on its own, so that the
    /// failure stays where it belongs.
    fn settle(&self, batch: Vec<Waiting>) {
        let bundles: Vec<&Bundle> = batch.iter().map(|w| &w.bundle).collect();
        match self.post(&bundles) {
            Ok(outcomes) => {
                for (waiting, verdicts) in batch.iter().zip(outcomes) {
                    answer(waiting, Ok(verdicts));
                }
            }
            Err(error)
                if batch.len() == 1
                    || matches!(error, AppError::Store(StoreError::Unavailable(_))) =>
            {
                for waiting in &batch {
                    answer(waiting, Err(error.clone()));
                }
            }
            Err(_one_of_them) => {
                for waiting in &batch {
                    let alone = self
                        .post(&[&waiting.bundle])
                        .map(|mut outcomes| outcomes.pop().unwrap_or_default());
                    answer(waiting, alone);
                }
            }
        }
    }

    fn post(&self, bundles: &[&Bundle]) -> Result<Vec<Vec<Verdict>>, AppError> {
        let postings: Vec<Posting> = bundles
            .iter()
            .flat_map(|b| b.postings.iter().cloned())
            .collect();
        let now = self.clock.now().timestamp();
        self.store.write(|tx| {
            let date = tx.business_date_today()?;
            let mut facts = tx.batch_load(self.book, date, now, &postings)?;
            let verdicts = decide(&mut facts, &postings);
            let decided: Vec<(SealedEntry, Applied)> = verdicts
                .iter()
                .zip(&postings)
                .filter_map(|(v, p)| Some((p.sealed.clone(), v.as_ref().ok()?.clone())))
                .collect();
            let mut nos = tx.batch_post(self.book, &facts, &decided)?.into_iter();
            let mut outcomes = verdicts
                .into_iter()
                .zip(&postings)
                .map(|(verdict, posting)| {
                    verdict.map(|applied| Posted {
                        no: nos.next().unwrap_or_default(),
                        sealed: posting.sealed.clone(),
                        applied,
                    })
                });
            let mut by_bundle = Vec::with_capacity(bundles.len());
            for bundle in bundles {
                let own: Vec<Verdict> = outcomes.by_ref().take(bundle.postings.len()).collect();
                if let Some(effects) = &bundle.effects {
                    effects(tx, date, &own)?;
                }
                by_bundle.push(own);
            }
            Ok(by_bundle)
        })
    }
}

/// Lets the projection of live fragments follow the journal, beside the posting thread. It may lag
/// or fail: what reads is exact without it.
struct Follower {
    store: Store,
    book: BookId,
}

impl Follower {
    /// Follows once for all batches that come within a moment; ends with the posting thread.
    fn run(&self, batches: &mpsc::Receiver<usize>) {
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
        let caught_up = self.store.write(|tx| {
            let book = tx.book_by_id(self.book)?;
            tx.live_advance(book.no)
        });
        if let Err(error) = caught_up {
            tracing::warn!(%error, "live fragments did not follow the journal");
        }
    }
}

fn answer(waiting: &Waiting, outcome: Result<Vec<Verdict>, AppError>) {
    if waiting.answer.send(outcome).is_err() {
        tracing::debug!("nobody waits for this outcome any more");
    }
}

/// Checks signatures in parallel, then lets the law decide in order.
fn decide(facts: &mut BatchFacts, postings: &[Posting]) -> Vec<Result<Applied, Refusal>> {
    let checks = check_all(facts, postings);
    checks
        .into_iter()
        .zip(postings)
        .map(|(check, posting)| {
            // What isn't signed is nobody's will: it is not looked at any further.
            check.and_then(|()| facts.ledger.apply(&posting.sealed))
        })
        .collect()
}

fn check_all(facts: &BatchFacts, postings: &[Posting]) -> Vec<Result<(), Refusal>> {
    let check = |posting: &Posting| check_signatures(&posting.sealed, |key| facts.public_key(key));
    let threads = thread::available_parallelism().map_or(1, usize::from);
    if threads == 1 || postings.len() < PARALLEL_FROM {
        return postings.iter().map(check).collect();
    }
    let share = postings.len().div_ceil(threads);
    thread::scope(|scope| {
        let parts: Vec<_> = postings
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(check).collect::<Vec<_>>()))
            .collect();
        parts
            .into_iter()
            .zip(postings.chunks(share))
            .flat_map(|(thread, part)| {
                // A panic in there is a fault of ours; nothing of that share may pass.
                thread
                    .join()
                    .unwrap_or_else(|_panic| vec![Err(Refusal::BadSignature); part.len()])
            })
            .collect()
    })
}
