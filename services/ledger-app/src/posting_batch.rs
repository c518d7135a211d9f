//! One batch on its way into the journal: the head locked, the facts loaded, each entry decided in
//! order, everything kept in one unit of work.

use std::sync::mpsc;

use ledger_core::apply::Applied;
use ledger_core::entry::SealedEntry;
use ledger_core::id::BookId;
use ledger_core::refusal::Refusal;
use ledger_store::batch_facts::BatchFacts;
use ledger_store::posting::Posting;
use ledger_store::unit_of_work::Store;

use crate::batch_effects::BatchEffects;
use crate::business_time;
use crate::clock::Clock;
use crate::error::AppError;
use crate::posting_queue::BATCH_ENTRIES;
use crate::posting_queue::Checked;
use crate::posting_queue::Posted;
use crate::posting_queue::Verdict;

/// Who posts.
pub(crate) struct Poster {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) book: BookId,
    /// Tells the follower how many entries a batch had.
    pub(crate) posted: mpsc::SyncSender<usize>,
    /// What the last batch left known, for the next one if nobody else posts in between.
    pub(crate) known: Option<BatchFacts>,
}

impl Poster {
    /// Posts what has been checked, until the checking thread is gone.
    pub(crate) fn run(mut self, queue: &mpsc::Receiver<Vec<Checked>>) {
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
    fn settle(&mut self, batch: &[Checked]) {
        match self.post(batch) {
            Ok(outcomes) => {
                for (checked, verdicts) in batch.iter().zip(outcomes) {
                    checked.waiting.answer(Ok(verdicts));
                }
            }
            // Half of a batch meets the same lock as the whole, two lock waits later.
            Err(error) if batch.len() == 1 || error.passes_with_time() => {
                for checked in batch {
                    checked.waiting.answer(Err(error.clone()));
                }
            }
            Err(_one_of_them) => {
                let (front, back) = batch.split_at(batch.len() / 2);
                self.settle(front);
                self.settle(back);
            }
        }
    }

    fn post(&mut self, batch: &[Checked]) -> Result<Vec<Vec<Verdict>>, AppError> {
        let postings: Vec<&Posting> = batch
            .iter()
            .flat_map(|c| &c.waiting.bundle.postings)
            .collect();
        let signed = batch.iter().flat_map(|c| &c.signed);
        let now = self.clock.now();
        let (outcomes, facts) = self.store.write(|tx| {
            let head = tx.book_lock(self.book)?;
            let day = tx.business_day()?;
            let date = day.today;
            let moment = (date, business_time::moment_on(day, now).timestamp());
            // Taken: whatever fails from here on, the next batch starts from the database.
            let mut facts = tx.batch_load(&head, moment, &postings, self.known.take())?;
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
            let nos = tx.batch_post(&head, &mut facts, &decided)?;
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
            Ok::<_, AppError>((by_bundle, facts))
        })?;
        self.known = facts.kept();
        Ok(outcomes)
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
