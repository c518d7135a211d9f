//! What `ops/faults` is asked for.

use std::path::PathBuf;

/// Kills scheduler, database connection, bank channel and machine at every step of a settlement
/// run and compares what comes of it. Started by `ops/faults`.
#[derive(Debug, Clone, clap::Parser)]
#[command(name = "fault-matrix", version)]
pub(crate) struct Arguments {
    /// Folder with the executables platform and sandbox-bank.
    #[arg(long)]
    pub(crate) programs: PathBuf,
    /// Folder with PostgreSQL's server programs.
    #[arg(long)]
    pub(crate) postgres: PathBuf,
    /// Account of the database server as UID:GID. PostgreSQL refuses root.
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// An empty folder, which that account can reach.
    #[arg(long)]
    pub(crate) data: PathBuf,
    /// Try only every Nth point of the whole enumeration.
    #[arg(long, default_value_t = 1)]
    pub(crate) every: usize,
    /// Begin with the Nth of them, 1 for the first: to go on with a run that was stopped. The ids of a
    /// stage are random and decide some of the points, so the Nth may be a neighbour of the one meant.
    #[arg(long, default_value_t = 1)]
    pub(crate) from: usize,
    /// Try only points whose name holds this text.
    #[arg(long)]
    pub(crate) only: Option<String>,
    /// Points tried at a time; as many as there are processors if nothing is said.
    #[arg(long)]
    pub(crate) workers: Option<usize>,
    /// Try only what is planted: orders to pay sent again under other ids. The matrix has to find
    /// every one of them.
    #[arg(long)]
    pub(crate) plant: bool,
    /// List the points and try none.
    #[arg(long)]
    pub(crate) list: bool,
}

impl Arguments {
    /// The server's account as numbers.
    pub(crate) fn account(&self) -> Option<(u32, u32)> {
        let (user, group) = self.account.as_deref()?.split_once(':')?;
        Some((user.parse().ok()?, group.parse().ok()?))
    }

    /// How many points are tried at a time.
    pub(crate) fn workers(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        self.workers.unwrap_or_else(processors).max(1)
    }
}
