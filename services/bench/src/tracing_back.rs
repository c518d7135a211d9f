//! Where a fragment came from, and what became of a range, in one large paper.

use std::time::Duration;
use std::time::Instant;

use ledger_app::app::App;
use ledger_core::range::Range;

use crate::failure::Failure;
use crate::failure::lost;
use crate::figures::percentile;
use crate::signed_entries::Leaf;

/// What was measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traced {
    /// Median time to the origin, entries decoded and their hashes recomputed.
    pub(crate) origin_p50: Duration,
    /// The same, 99 of 100.
    pub(crate) origin_p99: Duration,
    /// Longest path met, in entries.
    pub(crate) longest: usize,
    /// Live fragments below the range that was asked for.
    pub(crate) descendants: i64,
    /// Median time for them.
    pub(crate) descendants_took: Duration,
}

/// Traces each of `sample` to the issue, and what lies below the first sixteenth of the paper:
/// counted and summed by tier and holder, as an obligor is shown it.
pub(crate) fn measure(app: &App, sample: &[Leaf], face: i64) -> Result<Traced, Failure> {
    let mut times = Vec::with_capacity(sample.len());
    let mut longest = 0;
    for leaf in sample {
        let start = Instant::now();
        let path = app.store.read(|tx| tx.fragment_path(leaf.no))?;
        times.push(start.elapsed());
        longest = longest.max(path.len());
    }
    let (origin_p50, origin_p99) = (percentile(&mut times, 50), percentile(&mut times, 99));
    let paper = sample
        .first()
        .ok_or_else(|| lost("nothing to trace"))?
        .fragment
        .paper;
    let paper = app.store.read(|tx| tx.papers_by_ids(&[paper]))?.pop();
    let paper = paper.ok_or_else(|| lost("the paper"))?.no;
    let front = Range::new(0, face / 16).map_err(|empty| lost(empty.to_string()))?;
    let (mut took, mut descendants) = (Vec::new(), 0);
    for _ in 0..9 {
        let start = Instant::now();
        let shares = app.store.read(|tx| tx.tier_shares(paper, front))?;
        took.push(start.elapsed());
        descendants = shares.iter().map(|share| share.fragments).sum();
    }
    Ok(Traced {
        origin_p50,
        origin_p99,
        longest,
        descendants,
        descendants_took: percentile(&mut took, 50),
    })
}
