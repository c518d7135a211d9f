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
use std::time::Duration;
use std::time::Instant;

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
use crate::posted_signatures::SignatureDesk;

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

struct Waiting {
    bundle: Bundle,
    answer: mpsc::Sender<Result<Vec<Verdict>, AppError>>,
}

/// A bundle with what the cryptography says of each of its entries.
struct Checked {
    waiting: Waiting,
    signed: Vec<Result<(), Refusal>>,
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
                    answer(waiting, Err(error.clone()));
                }
            }
        }
    }
}

struct Poster {
    store: Store,
    clock: Clock,
    book: BookId,
    /// Tells the follower how many entries a batch had.
    posted: mpsc::SyncSender<usize>,
}

impl Poster {
    fn run(&self, queue: &mpsc::Receiver<Vec<Checked>>) {
        while let Ok(mut batch) = queue.recv() {
            let mut entries = entries_of(&batch);
            while entries < BATCH_ENTRIES {
                let Ok(more) = queue.try_recv() else { break };
                entries = entries.saturating_add(entries_of(&more));
                batch.extend(more);
            }
            self.settle(&batch);
            if let Err(mpsc::TrySendError::Disconnected(_)) = self.posted.try_send(entries) {
                tracing::warn!("live fragments no longer follow the journal");
            }
        }
    }

    /// Posts a batch; if the effects of one bundle fail, each half again on its own, so that the
    /// failure ends where it belongs. What passes with time is answered to all of it.
    fn settle(&self, batch: &[Checked]) {
        match self.post(batch) {
            Ok(outcomes) => {
                for (checked, verdicts) in batch.iter().zip(outcomes) {
                    answer(&checked.waiting, Ok(verdicts));
                }
            }
            // Half of a batch meets the same lock as the whole, two lock waits later.
            Err(error) if batch.len() == 1 || error.passes_with_time() => {
                for checked in batch {
                    answer(&checked.waiting, Err(error.clone()));
                }
            }
            Err(_one_of_them) => {
                let (front, back) = batch.split_at(batch.len() / 2);
                self.settle(front);
                self.settle(back);
            }
        }
    }

    fn post(&self, batch: &[Checked]) -> Result<Vec<Vec<Verdict>>, AppError> {
        let postings: Vec<&Posting> = batch
            .iter()
            .flat_map(|c| &c.waiting.bundle.postings)
            .collect();
        let signed = batch.iter().flat_map(|c| &c.signed);
        let now = self.clock.now();
        self.store.write(|tx| {
            let head = tx.book_lock(self.book)?;
            let date = tx.business_date_today()?;
            let mut facts = tx.batch_load(&head, date, now.timestamp(), &postings)?;
            let verdicts: Vec<Result<Applied, Refusal>> = signed
                .clone()
                .zip(&postings)
                .map(|(signed, posting)| {
                    // What isn't signed is nobody's will: it is not looked at any further.
                    signed.clone()?;
                    facts.ledger.apply(&posting.sealed)
                })
                .collect();
            let decided: Vec<(&SealedEntry, &Applied)> = verdicts
                .iter()
                .zip(&postings)
                .filter_map(|(v, p)| Some((&p.sealed, v.as_ref().ok()?)))
                .collect();
            let nos = tx.batch_post(&head, &facts, &decided)?;
            let mut outcomes = outcomes(verdicts, &postings, nos)?.into_iter();
            let mut also = BatchEffects::new(tx);
            let mut by_bundle = Vec::with_capacity(batch.len());
            for checked in batch {
                let bundle = &checked.waiting.bundle;
                let own: Vec<Verdict> = outcomes.by_ref().take(bundle.postings.len()).collect();
                if let Some(effects) = &bundle.effects {
                    effects(&mut also, date, &own)?;
                }
                by_bundle.push(own);
            }
            also.carry_out(now)?;
            Ok(by_bundle)
        })
    }
}

fn entries_of(group: &[Checked]) -> usize {
    group
        .iter()
        .map(|checked| checked.waiting.bundle.postings.len())
        .sum()
}

/// Verdicts with the numbers of the entries that were taken.
fn outcomes(
    verdicts: Vec<Result<Applied, Refusal>>,
    postings: &[&Posting],
    nos: Vec<i64>,
) -> Result<Vec<Verdict>, AppError> {
    let mut nos = nos.into_iter();
    verdicts
        .into_iter()
        .zip(postings)
        .map(|(verdict, posting)| match verdict {
            Ok(applied) => Ok(Ok(Posted {
                no: nos
                    .next()
                    .ok_or_else(|| AppError::Internal("an entry got no number".to_owned()))?,
                sealed: posting.sealed.clone(),
                applied,
            })),
            Err(refusal) => Ok(Err(refusal)),
        })
        .collect()
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
