//! Everything that is there before the first point: servers, the stage, a theatre for each worker,
//! and the run without faults, played by each of them and the same everywhere.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use crate::arguments::Arguments;
use crate::cluster::Cluster;
use crate::cluster::Server;
use crate::earlier_default::Backstage;
use crate::failure::Context;
use crate::failure::Failure;
use crate::matrix::Expected;
use crate::outcome::Outcome;
use crate::play;
use crate::play::Invocation;
use crate::program::Settings;
use crate::sandbox::Bank;
use crate::stage;
use crate::stage::OPENING;
use crate::tell::tell;
use crate::theatre::House;
use crate::theatre::Theatre;

const ROLES: &str = include_str!("../../../ops/lib/roles.sql");
const DOORS: &str = include_str!("../../../ops/lib/database.sql");

/// All of it.
#[derive(Debug)]
pub(crate) struct Opened {
    /// One for each worker.
    pub(crate) theatres: Vec<Theatre>,
    /// The run without faults.
    pub(crate) expected: Expected,
    /// Its invocations the second time.
    pub(crate) again: Vec<Invocation>,
    /// The accounts that are credited.
    pub(crate) accounts: Vec<String>,
    _sockets: Sockets,
}

/// The folder of all sockets, deleted with this value.
#[derive(Debug)]
struct Sockets(PathBuf);

impl Drop for Sockets {
    fn drop(&mut self) {
        // What can't be deleted is empty sockets in the folder of temporary things.
        let _gone = fs::remove_dir_all(&self.0);
    }
}

impl Sockets {
    /// In the folder of temporary things, for the path of a socket must be short.
    fn make() -> Result<Sockets, Failure> {
        let folder = Path::new("/tmp").join(format!("tallystick-faults-{}", std::process::id()));
        let name = folder.display().to_string();
        fs::create_dir(&folder).doing(&name)?;
        let sockets = Sockets(folder);
        fs::set_permissions(&sockets.0, fs::Permissions::from_mode(0o711)).doing(&name)?;
        Ok(sockets)
    }

    /// A folder of a gate, which only we enter.
    fn gate(&self, worker: usize) -> Result<PathBuf, Failure> {
        let folder = self.0.join(format!("gate-{worker}"));
        fs::create_dir(&folder).doing("folder of a gate")?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))
            .doing("folder of a gate")?;
        Ok(folder)
    }
}

/// Opens everything.
pub(crate) fn open(arguments: &Arguments) -> Result<Opened, Failure> {
    let sockets = Sockets::make()?;
    let server = Server {
        programs: arguments.postgres.clone(),
        account: arguments.account(),
        sockets: sockets.0.clone(),
    };
    let data = fs::canonicalize(&arguments.data).doing("the folder of --data")?;
    tell("setting the stage: four papers due on one day, a fifth in default before");
    let banks = Arc::new(server.make(&data, "banks")?);
    banks.start()?;
    prepare(&banks, "bank_stage", "tallystick_bank")?;
    let first = server.make(&data, "platform-0")?;
    first.start()?;
    prepare(&first, "stage", "tallystick_owner")?;
    let house = set_stage(arguments, &data, &first, banks)?;
    first.stop();
    let mut clusters = Vec::new();
    for worker in 1..arguments.workers() {
        clusters.push(server.copy(&first, &data, &format!("platform-{worker}"))?);
    }
    clusters.insert(0, first);
    let mut theatres = Vec::new();
    for (worker, cluster) in clusters.into_iter().enumerate() {
        cluster.start()?;
        let (folder, gate) = (data.join(format!("worker-{worker}")), sockets.gate(worker)?);
        let cluster = Arc::new(cluster);
        theatres.push(Theatre::open(
            house.clone(),
            worker,
            cluster,
            &folder,
            &gate,
        )?);
    }
    tell("playing the run without faults");
    let (expected, again) = expected(&theatres)?;
    Ok(Opened {
        accounts: accounts(&house)?,
        theatres,
        expected,
        again,
        _sockets: sockets,
    })
}

fn prepare(cluster: &Cluster, database: &str, owner: &str) -> Result<(), Failure> {
    let mut server = cluster.superuser("postgres")?;
    server.batch_execute(ROLES).doing("roles.sql")?;
    server
        .batch_execute(&format!("CREATE DATABASE {database} OWNER {owner}"))
        .doing(database)?;
    let mut inside = cluster.superuser(database)?;
    inside.batch_execute(DOORS).doing("database.sql")
}

fn set_stage(
    arguments: &Arguments,
    data: &Path,
    cluster: &Cluster,
    banks: Arc<Cluster>,
) -> Result<House, Failure> {
    ledger_store::migrations::run(&cluster.address("tallystick_owner", "stage"))
        .doing("migration")?;
    let client = Bank::control()?;
    let secrets = data.join("secrets");
    let made = stage::make_secrets(&secrets)?;
    let books = banks.address("tallystick_bank", "bank_stage");
    let program = arguments.programs.join("sandbox-bank");
    let bank = Bank::start(&program, &books, OPENING, &client)?;
    let database = cluster.address("tallystick_app", "stage");
    let programs = fs::canonicalize(&arguments.programs).doing("the folder of --programs")?;
    let backstage = Backstage {
        programs: &programs,
        folder: data,
        settings: Settings {
            database: database.clone(),
            owner: cluster.address("tallystick_owner", "stage"),
            audit: cluster.address("tallystick_audit", "stage"),
            secrets: &secrets,
            bank: bank.address,
        },
        bank: &bank,
    };
    let set = stage::set_up(&database, made, &backstage)?;
    Ok(House {
        programs,
        banks,
        verifier_key: set.verifier_key,
        short_accounts: set.short_accounts,
        secrets,
        client,
    })
}

/// The accounts that are open at the bank, oldest first, without the bank's own.
fn accounts(house: &House) -> Result<Vec<String>, Failure> {
    let rows = house
        .banks
        .superuser("bank_stage")?
        .query(
            "SELECT id FROM sandbox_bank.account
              WHERE NOT closed AND NOT may_go_negative AND NOT standing_authority
              ORDER BY opened_at",
            &[],
        )
        .doing("accounts")?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Each worker plays the run without faults, the first one twice, and all come to the same.
fn expected(theatres: &[Theatre]) -> Result<(Expected, Vec<Invocation>), Failure> {
    let first = theatres
        .first()
        .ok_or_else(|| Failure("nobody to play".to_owned()))?;
    let (again, earlier) = play::without_faults(first, false)?;
    let played: Vec<Result<(Vec<Invocation>, Outcome), Failure>> = thread::scope(|scope| {
        let plays: Vec<_> = theatres
            .iter()
            .map(|theatre| scope.spawn(|| play::without_faults(theatre, true)))
            .collect();
        let gone = |_panicked| Err(Failure("a worker panicked".to_owned()));
        plays
            .into_iter()
            .map(|play| play.join().unwrap_or_else(gone))
            .collect()
    });
    let mut same = None;
    for one in played {
        let (invocations, outcome) = one?;
        let differences = outcome.differences(&earlier);
        if !differences.is_empty() || invocations.len() != again.len() {
            return Err(Failure(format!(
                "two runs without any fault differ:\n{}",
                differences.join("\n")
            )));
        }
        same.get_or_insert(Expected {
            invocations,
            outcome,
        });
    }
    let expected = same.ok_or_else(|| Failure("nobody has played".to_owned()))?;
    sound(&expected.outcome)?;
    Ok((expected, again))
}

/// The run without faults has to be worth comparing with: four papers settled, two of them in two
/// rounds and cured of their default, one waiting for a person with one task; two credits in one sum,
/// every other credit booked once on each side, and so what was taken back; the journal verified. Which
/// paper of the second obligor gets its cash first is the bank's to say.
fn sound(outcome: &Outcome) -> Result<(), Failure> {
    let found = [
        ("verify:", "VERIFIED: every entry", 1),
        ("run:", "| completed |", 6),
        ("run:", "| instructed |", 1),
        ("default:", "| 2026-06-05", 2),
        ("instruction:", "| settled |", 16),
        ("instruction:", "| TSN", 2),
        ("instruction:", "| rejected |", 1),
        ("task:", "credit_rejected", 1),
        ("booked:", "| TS", 28),
        ("booked:", "| RC", 2),
    ];
    for (name, holding, wanted) in found {
        let count = outcome.count(name, holding);
        if count != wanted {
            return Err(Failure(format!(
                "the run without faults has {count} and not {wanted} of: {name} {holding}\n{}",
                outcome.all()
            )));
        }
    }
    Ok(())
}
