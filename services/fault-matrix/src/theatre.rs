//! Where runs are played: a database server, two gates, the platform's executable, a bank; each
//! worker has its own.

use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use chrono::NaiveDate;
use postgres::Client;
use reqwest::blocking::Client as HttpClient;

use crate::bank_gate::BankGate;
use crate::cluster::Cluster;
use crate::failure::Context;
use crate::failure::Failure;
use crate::hands::Hands;
use crate::outcome::Outcome;
use crate::program;
use crate::program::Settings;
use crate::restarted::Restarted;
use crate::sandbox::Bank;
use crate::statement_gate::StatementGate;

/// The database a run works in.
pub(crate) const WORK: &str = "work";

/// Longest a job may take before it hangs.
pub(crate) const LONGEST_JOB: Duration = Duration::from_secs(120);

/// How often a job is looked at.
const POLL: Duration = Duration::from_millis(2);

/// Looks at the platform's database from the side.
pub(crate) struct Clerk(Client);

impl Clerk {
    /// Lets two minutes pass for whatever waits for a moment of the clock: deadlines are moved, the
    /// clock is not.
    pub(crate) fn pass_time(&mut self) -> Result<(), Failure> {
        self.0
            .batch_execute(
                "UPDATE payment_instruction
                    SET next_attempt_at = next_attempt_at - interval '2 minutes'
                  WHERE next_attempt_at < '9000-01-01'",
            )
            .doing("letting time pass")
    }

    /// Whether a payment still waits for a bank's last word.
    pub(crate) fn waits_for_word(&mut self) -> Result<bool, Failure> {
        let row = self
            .0
            .query_one(
                "SELECT EXISTS (SELECT FROM payment_instruction
                  WHERE state NOT IN ('settled', 'rejected', 'returned')
                    AND next_attempt_at < '9000-01-01')",
                &[],
            )
            .doing("payments that wait")?;
        Ok(row.get(0))
    }
}

/// What is the same for all workers.
#[derive(Debug, Clone)]
pub(crate) struct House {
    /// Folder of the executables.
    pub(crate) programs: PathBuf,
    /// The server of the bank's books.
    pub(crate) banks: Arc<Cluster>,
    /// Key by which the book is verified.
    pub(crate) verifier_key: String,
    /// Accounts of the obligors that have not enough.
    pub(crate) short_accounts: Vec<String>,
    /// Folder of the platform's secrets.
    pub(crate) secrets: PathBuf,
    /// For the control doors of banks.
    pub(crate) client: HttpClient,
}

/// One worker's.
#[derive(Debug)]
pub(crate) struct Theatre {
    house: House,
    worker: usize,
    folder: PathBuf,
    /// The server of the platform's database.
    pub(crate) cluster: Arc<Cluster>,
    pub(crate) hands: Arc<Hands>,
    pub(crate) statements: Arc<StatementGate>,
    pub(crate) messages: Arc<BankGate>,
}

impl Theatre {
    /// Opens the theatre of a worker in `folder`, on a running server with the database `stage`.
    pub(crate) fn open(
        house: House,
        worker: usize,
        cluster: Arc<Cluster>,
        folder: &Path,
        gate: &Path,
    ) -> Result<Theatre, Failure> {
        let name = folder.display().to_string();
        fs::create_dir_all(folder).doing(&name)?;
        fs::create_dir_all(gate).doing(&name)?;
        let hands = Arc::new(Hands::on(Arc::clone(&cluster)));
        let theatre = Theatre {
            house,
            worker,
            folder: folder.to_owned(),
            statements: StatementGate::open(gate, &cluster.socket, Arc::clone(&hands))?,
            messages: BankGate::open(Arc::clone(&hands))?,
            cluster,
            hands,
        };
        fs::write(theatre.config(), theatre.settings(gate)).doing(&name)?;
        Ok(theatre)
    }

    /// Accounts of the obligors that have not enough.
    pub(crate) fn short_accounts(&self) -> &[String] {
        &self.house.short_accounts
    }

    fn config(&self) -> PathBuf {
        self.folder.join("platform.toml")
    }

    fn settings(&self, gate: &Path) -> String {
        Settings {
            database: format!(
                "host='{}' user=tallystick_app dbname={WORK}",
                gate.display()
            ),
            owner: self.cluster.address("tallystick_owner", WORK),
            audit: self.cluster.address("tallystick_audit", WORK),
            secrets: &self.house.secrets,
            bank: self.messages.address,
        }
        .to_toml()
    }

    /// Name of a database of this worker's on the banks' server.
    fn books(&self, name: &str) -> String {
        format!("bank_{}_{name}", self.worker)
    }

    /// Keeps both databases as they are under `name`; nobody may be connected.
    pub(crate) fn keep(&self, name: &str) -> Result<(), Failure> {
        self.cluster.copy_database(WORK, name)?;
        let banks = &self.house.banks;
        banks.copy_database(&self.books(WORK), &self.books(name))
    }

    /// Puts both databases back to what was kept under `name`.
    pub(crate) fn put_back(&self, name: &str) -> Result<(), Failure> {
        self.cluster.copy_database(name, WORK)?;
        let banks = &self.house.banks;
        banks.copy_database(&self.books(name), &self.books(WORK))
    }

    /// Puts both databases to the stage as it was set up.
    pub(crate) fn put_to_stage(&self) -> Result<(), Failure> {
        self.cluster.copy_database("stage", WORK)?;
        let banks = &self.house.banks;
        banks.copy_database("bank_stage", &self.books(WORK))
    }

    /// Opens the bank on its books, behind the gate.
    pub(crate) fn open_bank(&self, first_day: NaiveDate) -> Result<Bank, Failure> {
        let banks = &self.house.banks;
        let database = banks.address("tallystick_bank", &self.books(WORK));
        let program = self.house.programs.join("sandbox-bank");
        let bank = Bank::start(&program, &database, first_day, &self.house.client)?;
        self.messages.lead_to(bank.address);
        Ok(bank)
    }

    fn complaints(&self) -> PathBuf {
        self.folder.join("complaints.log")
    }

    /// What the platform complained of last.
    pub(crate) fn last_complaint(&self) -> String {
        let all = fs::read_to_string(self.complaints()).unwrap_or_default();
        all.lines().next_back().unwrap_or("no word").to_owned()
    }

    /// The platform with a sub-command that runs jobs; what it complains of is kept in a file.
    fn scheduler(&self, command: &str) -> Result<Command, Failure> {
        let complaints = File::options()
            .create(true)
            .append(true)
            .open(self.complaints())
            .doing("complaints.log")?;
        let mut platform = program::platform(&self.house.programs);
        platform.arg(command).arg("--config").arg(self.config());
        platform.stderr(complaints);
        Ok(platform)
    }

    /// Runs a job as the scheduler would; gives how many things it did, or nothing if it failed or
    /// was killed.
    pub(crate) fn run_job(&self, job: &str, date: NaiveDate) -> Result<Option<usize>, Failure> {
        let child = self
            .scheduler("run-job")?
            .args([job, "--date", &date.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .doing("platform")?;
        self.hands.hold(child);
        let begun = Instant::now();
        let ended = loop {
            if let Some(ended) = self.hands.ended() {
                break ended;
            }
            if begun.elapsed() > LONGEST_JOB {
                self.hands.kill_scheduler();
                return Err(Failure(format!("{job} hangs")));
            }
            thread::sleep(POLL);
        };
        let output = ended.wait_with_output().doing(job)?;
        self.statements.inside.wait_for_none()?;
        self.messages.inside.wait_for_none()?;
        if !self.cluster.is_running() {
            self.cluster.start()?;
        }
        if !output.status.success() {
            return Ok(None);
        }
        how_many(&String::from_utf8_lossy(&output.stdout)).map(Some)
    }

    /// The scheduler started again, for all jobs to come.
    pub(crate) fn restart(&self) -> Result<Restarted, Failure> {
        Restarted::start(self.scheduler("run-jobs")?)
    }

    /// A connection of nobody's whom the run knows.
    pub(crate) fn clerk(&self) -> Result<Clerk, Failure> {
        Ok(Clerk(self.cluster.superuser(WORK)?))
    }

    /// What it came to, the offline verification of the exported journal included.
    pub(crate) fn outcome(&self) -> Result<Outcome, Failure> {
        let journal = self.folder.join("journal.txt");
        let exported = program::platform(&self.house.programs)
            .arg("export")
            .arg("--config")
            .arg(self.config())
            .arg("--out")
            .arg(&journal)
            .output()
            .doing("export")?;
        let verified = if exported.status.success() {
            let output = program::platform(&self.house.programs)
                .args(["verify", "--key", &self.house.verifier_key])
                .arg(&journal)
                .output()
                .doing("verify")?;
            verdict(&String::from_utf8_lossy(&output.stdout))
        } else {
            format!("export: {}", String::from_utf8_lossy(&exported.stderr))
        };
        let mut platform = self.cluster.superuser(WORK)?;
        let mut bank = self.house.banks.superuser(&self.books(WORK))?;
        Outcome::read(&mut platform, &mut bank, &verified)
    }
}

/// The number at the end of what a job said.
pub(crate) fn how_many(said: &str) -> Result<usize, Failure> {
    let count = said.trim().rsplit(' ').next().and_then(|n| n.parse().ok());
    count.ok_or_else(|| Failure(format!("a job said {said:?}")))
}

/// What `verify` says, without the root of the log, into which the bank's messages go.
fn verdict(said: &str) -> String {
    let lines = said.lines().filter(|line| !line.starts_with("log root"));
    let lines: Vec<String> = lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    format!("verify: {}", lines.join("; "))
}
