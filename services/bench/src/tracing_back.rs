//! Where a fragment came from, and what became of a range, in one large paper.

use std::time::Duration;
use std::time::Instant;

use ledger_app::app::App;
use postgres::Client;
use postgres::NoTls;

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
    /// Entries found below the range that was asked for.
    pub(crate) descendants: i64,
    /// Median time for them.
    pub(crate) descendants_took: Duration,
}

/// Traces each of `sample` to the issue, and all entries inside the first sixteenth of the paper.
pub(crate) fn measure(
    app: &App,
    superuser: &str,
    sample: &[Leaf],
    face: i64,
) -> Result<Traced, Failure> {
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
    let mut client = Client::connect(superuser, NoTls)?;
    // By range alone. The second bound of `lo` follows from that of `hi`; the index needs to be told.
    let query = client.prepare(
        "SELECT no, spent, lo, mid, hi, holder FROM entry WHERE paper = $1 \
         AND lo >= $2 AND lo < $3 AND hi <= $3",
    )?;
    let (mut took, mut descendants) = (Vec::new(), 0);
    for _ in 0..9 {
        let start = Instant::now();
        let rows = client.query(&query, &[&paper, &0_i64, &(face / 16)])?;
        took.push(start.elapsed());
        descendants = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    }
    Ok(Traced {
        origin_p50,
        origin_p99,
        longest,
        descendants,
        descendants_took: percentile(&mut took, 50),
    })
}
