//! Makes a paper grow: every held fragment is halved again and again, the front half offered to
//! another supplier who accepts it. All of it goes through the posting queue; signing happens
//! before the clock starts, for the clients sign on their own machines.

use std::collections::VecDeque;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use ledger_app::app::App;
use ledger_app::in_parallel;
use ledger_app::posting_queue::Posted;
use ledger_core::hash::sha256_of;
use ledger_store::posting::Posting;

use crate::cast::Cast;
use crate::failure::Failure;
use crate::failure::lost;
use crate::processor_time::ProcessorTime;
use crate::signed_entries::Leaf;
use crate::signed_entries::TIERS;
use crate::signed_entries::acceptance;
use crate::signed_entries::leaves;
use crate::signed_entries::offer;
use crate::signed_entries::post;

/// Entries in a bundle.
pub(crate) const BUNDLE: usize = 1_000;

/// Offers signed ahead in one go.
const AHEAD: usize = 20_000;

/// Clients that bring bundles, so that one always waits while another is posted.
const CLIENTS: usize = 3;

/// A growing set of fragments.
#[derive(Debug)]
pub(crate) struct Growth<'a> {
    app: &'a App,
    superuser: &'a str,
    cast: &'a Cast,
    /// May be cut again.
    open: VecDeque<Leaf>,
    /// As deep as the terms allow.
    ended: Vec<Leaf>,
    draw: usize,
}

/// Entries and the time they took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Work {
    /// How many.
    pub(crate) entries: usize,
    /// In how long.
    pub(crate) took: Duration,
    /// In how much processor time, what follows beside it included.
    pub(crate) processor: ProcessorTime,
}

impl Work {
    fn add(&mut self, other: Work) {
        self.entries = self.entries.saturating_add(other.entries);
        self.took = self.took.saturating_add(other.took);
        self.processor = self.processor.and(other.processor);
    }
}

impl<'a> Growth<'a> {
    /// Of these fragments.
    pub(crate) fn new(
        app: &'a App,
        superuser: &'a str,
        cast: &'a Cast,
        from: Vec<Leaf>,
    ) -> Growth<'a> {
        Growth {
            app,
            superuser,
            cast,
            open: from.into(),
            ended: Vec::new(),
            draw: 1,
        }
    }

    /// How many fragments there are.
    pub(crate) fn size(&self) -> usize {
        self.open.len().saturating_add(self.ended.len())
    }

    /// Some of the fragments, evenly chosen.
    pub(crate) fn sample(&self, count: usize) -> Vec<Leaf> {
        let all: Vec<&Leaf> = self.open.iter().chain(&self.ended).collect();
        let step = all.len().checked_div(count).unwrap_or(1).max(1);
        all.into_iter().step_by(step).take(count).copied().collect()
    }

    /// Grows to `target` fragments; gives the entries that took and the time spent posting.
    pub(crate) fn until(&mut self, target: usize) -> Result<Work, Failure> {
        let mut work = Work::default();
        while self.size() < target {
            let wanted = target
                .saturating_sub(self.size())
                .min(AHEAD)
                .min(self.open.len());
            if wanted == 0 {
                return Err(lost("no fragment may be cut any more"));
            }
            work.add(self.halve(wanted)?);
        }
        Ok(work)
    }

    fn halve(&mut self, wanted: usize) -> Result<Work, Failure> {
        let (app, cast) = (self.app, self.cast);
        let date = app.business_date()?;
        let mut cuts = Vec::with_capacity(wanted);
        for leaf in self.open.drain(..wanted) {
            self.draw = self
                .draw
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            cuts.push((leaf, self.draw >> 33));
        }
        let offers = in_parallel::map(&cuts, |(leaf, draw)| {
            let half = leaf.fragment.range.amount().minor() / 2;
            let to = cast
                .another(leaf.fragment.holder, *draw)
                .map_err(internal)?;
            let document = sha256_of(&draw.to_be_bytes());
            offer(app, cast, date, leaf, (half, to.who.party, document)).map_err(internal)
        })?;
        let (posted, mut work) = self.timed(offers)?;
        let mut offered = Vec::with_capacity(posted.len());
        for done in &posted {
            let (front, rest) = leaves(done);
            offered.push(front.ok_or_else(|| lost("an offer made nothing"))?);
            self.open.extend(rest);
        }
        let answers = in_parallel::map(&offered, |leaf| {
            acceptance(app, cast, date, leaf).map_err(internal)
        })?;
        let (posted, more) = self.timed(answers)?;
        work.add(more);
        for done in &posted {
            let taken = leaves(done)
                .0
                .ok_or_else(|| lost("an acceptance made nothing"))?;
            if taken.fragment.tier < TIERS {
                self.open.push_back(taken);
            } else {
                self.ended.push(taken);
            }
        }
        Ok(work)
    }

    fn timed(&self, postings: Vec<Posting>) -> Result<(Vec<Posted>, Work), Failure> {
        let entries = postings.len();
        let before = ProcessorTime::read(self.superuser)?;
        let start = Instant::now();
        let posted = in_bundles(self.app, postings)?;
        let took = start.elapsed();
        let processor = ProcessorTime::read(self.superuser)?.since(before);
        Ok((
            posted,
            Work {
                entries,
                took,
                processor,
            },
        ))
    }
}

/// What a signing thread can't say in its own words.
pub(crate) fn internal(failure: Failure) -> ledger_app::error::AppError {
    ledger_app::error::AppError::Internal(failure.to_string())
}

/// Posts everything in bundles, by several clients.
fn in_bundles(app: &App, postings: Vec<Posting>) -> Result<Vec<Posted>, Failure> {
    let bundles: Vec<Vec<Posting>> = postings.chunks(BUNDLE).map(<[Posting]>::to_vec).collect();
    let mut shares: Vec<Vec<(usize, Vec<Posting>)>> = (0..CLIENTS).map(|_| Vec::new()).collect();
    for (place, bundle) in bundles.into_iter().enumerate() {
        if let Some(share) = shares.get_mut(place % CLIENTS) {
            share.push((place, bundle));
        }
    }
    let mut done = thread::scope(|scope| {
        let hands: Vec<_> = shares
            .into_iter()
            .map(|share| {
                scope.spawn(move || {
                    share
                        .into_iter()
                        .map(|(place, bundle)| Ok((place, post(app, bundle, None)?)))
                        .collect::<Result<Vec<_>, Failure>>()
                })
            })
            .collect();
        let mut all = Vec::new();
        for hand in hands {
            all.extend(hand.join().map_err(|_panic| lost("a client panicked"))??);
        }
        Ok::<_, Failure>(all)
    })?;
    done.sort_by_key(|(place, _)| *place);
    Ok(done.into_iter().flat_map(|(_, posted)| posted).collect())
}
