//! What `ops/bench` is asked for, and the sizes that follow.

use std::path::PathBuf;
use std::time::Duration;

/// Fragments in one paper, at most.
const LARGEST_PAPER: usize = 1_000_000;

/// A part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// Payables that become papers.
    Issuing,
    /// Split-transfers.
    Transfers,
    /// One large paper: its growth, tracing, offline verification, and all settlements.
    Settlement,
    /// The same growth, and the portal's pages on what has grown.
    Portal,
}

/// Measures a Tallystick ledger on this machine. Started by `ops/bench`, which brings a private
/// PostgreSQL with durable settings.
#[derive(Debug, clap::Parser)]
pub(crate) struct Arguments {
    /// Small sizes: a minute in all.
    #[arg(long)]
    pub(crate) quick: bool,
    /// End with 1 if a budget is missed.
    #[arg(long)]
    pub(crate) check: bool,
    /// Measure only this part, without the raw limits.
    #[arg(long, value_enum)]
    pub(crate) only: Option<Part>,
    /// Grow the journal to this many live fragments (default 1,000,000; quick 20,000): a million in
    /// one paper, whatever is beyond that in papers of five thousand.
    #[arg(long)]
    pub(crate) fragments: Option<usize>,
    /// Address of the bench database as its superuser: raw limits, sizes on disk, WAL.
    #[arg(long)]
    pub(crate) superuser: String,
    /// The same as its owner: migrations.
    #[arg(long)]
    pub(crate) owner: String,
    /// The same as the application.
    #[arg(long)]
    pub(crate) application: String,
    /// The same as the auditor's door.
    #[arg(long)]
    pub(crate) audit: String,
    /// The log of the database server: statements are counted by it.
    #[arg(long)]
    pub(crate) server_log: PathBuf,
    /// A folder on the disk that is measured.
    #[arg(long)]
    pub(crate) data: PathBuf,
    /// Folder of the calendars.
    #[arg(long)]
    pub(crate) calendars: PathBuf,
    /// The program pgbench.
    #[arg(long)]
    pub(crate) pgbench: Option<PathBuf>,
}

impl Arguments {
    /// Whether this part was asked for.
    pub(crate) fn wants(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }

    const fn pick<T: Copy>(&self, quick: T, full: T) -> T {
        if self.quick { quick } else { full }
    }

    /// How long a measure by the clock takes.
    pub(crate) const fn time(&self) -> Duration {
        self.pick(Duration::from_secs(1), Duration::from_secs(5))
    }

    /// Rows of the COPY probe.
    pub(crate) const fn copy_rows(&self) -> i64 {
        self.pick(100_000, 500_000)
    }

    /// Payables that become papers.
    pub(crate) const fn payables(&self) -> usize {
        self.pick(2_000, 20_000)
    }

    /// Papers that are split into ten leaves and settled.
    pub(crate) const fn ten_leaf_papers(&self) -> usize {
        self.pick(200, 10_000)
    }

    /// Holders in the large paper.
    pub(crate) const fn holders(&self) -> usize {
        self.pick(200, 5_000)
    }

    /// Live fragments at which the first rate is taken, those of the large paper, and in all.
    pub(crate) fn fragment_marks(&self) -> (usize, usize, usize) {
        let last = self.fragments.unwrap_or(self.pick(20_000, 1_000_000));
        let first = self.pick(5_000, 100_000).min(last / 2);
        (first, last.min(LARGEST_PAPER), last)
    }

    /// Parts that need what has grown.
    pub(crate) fn wants_growth(&self) -> bool {
        self.wants(Part::Settlement) || self.wants(Part::Portal)
    }

    /// Offers of one batched measure.
    pub(crate) const fn offers(&self) -> usize {
        self.pick(4_000, 60_000)
    }

    /// Entries verified offline, at most.
    pub(crate) const fn verified(&self) -> usize {
        self.pick(10_000, 200_000)
    }
}
