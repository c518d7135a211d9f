//! Sub-commands and their arguments.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use clap::Parser;
use clap::Subcommand;

/// Tallystick: an open, self-hosted platform for supply-chain finance.
#[derive(Debug, Parser)]
#[command(name = "platform", version)]
pub(crate) struct CommandLine {
    /// Say more (repeat for still more).
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Bring the database to this program's form, under a lock.
    Migrate {
        /// Configuration file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Serve portal, financing API, auditor's door and scheduler.
    Serve {
        /// Configuration file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Enrol the operator on a new database and print the first invitation.
    Found {
        /// Configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Registered name of the operator.
        #[arg(long)]
        organisation: String,
        /// Name of the first person.
        #[arg(long)]
        name: String,
        /// Address that person signs in with.
        #[arg(long)]
        email: String,
    },
    /// Run one job now: settle, bank, quotes, events, circle, statements, letters, webhooks, seal.
    RunJob {
        /// Configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Name of the job.
        job: String,
        /// Move the business date here first; it only rises.
        #[arg(long)]
        date: Option<NaiveDate>,
    },
    /// Run the jobs named on standard input, one a line, as `settle` or `settle 2026-06-03` (which
    /// moves the business date first), and answer each with a line; ends with 1 if any failed.
    RunJobs {
        /// Configuration file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Write the journal to a file that `verify` checks.
    Export {
        /// Configuration file.
        #[arg(long)]
        config: PathBuf,
        /// The file to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Write the supervisor's file of a day and print the digest of its bytes.
    SupervisorFile {
        /// Configuration file.
        #[arg(long)]
        config: PathBuf,
        /// The day.
        #[arg(long)]
        date: NaiveDate,
        /// The file to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Check an exported journal from the book's public key alone: no database, no network.
    Verify {
        /// The book's verifier key, or a file that holds it.
        #[arg(long)]
        key: String,
        /// The exported journal.
        file: PathBuf,
    },
    /// Print the public key by which other platforms of a circle know this one.
    PeerKey {
        /// Configuration file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Start the demo: an invented car chain on loopback.
    Demo(Demo),
}

/// Arguments of the demo.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Folder for everything the demo keeps.
    #[arg(long)]
    pub(crate) data: PathBuf,
    /// Socket folder of the private PostgreSQL cluster.
    #[arg(long)]
    pub(crate) socket: PathBuf,
    /// Name of the database.
    #[arg(long)]
    pub(crate) database: String,
    /// The sandbox bank's program.
    #[arg(long)]
    pub(crate) sandbox_bank: PathBuf,
    /// Port of the portal; 0 for any free one.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Play this story through the public interfaces and end with its verdict.
    #[arg(long)]
    pub(crate) story: Option<PathBuf>,
}
