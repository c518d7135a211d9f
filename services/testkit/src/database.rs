//! A database of its own for every test, copied from a migrated template in some 50 ms.
//!
//! The private unit-test cluster is started by `ops/lib/test-services.sh` (nextest and `ops/test`
//! call it) and named in `TALLYSTICK_TEST_PG`. The template is made once for each content of
//! `migrations/`, under an advisory lock, exactly as `diesel_migrations` would make it: every
//! `up.sql` in name order as `tallystick_owner`, recorded in `__diesel_schema_migrations`.

use crate::migrations::{self, Migration};
use postgres::config::Host;
use postgres::error::ErrorPosition;
use postgres::{Client, Config, NoTls};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, thread};
use uuid::Uuid;

/// The variable that holds the superuser's address of the unit-test cluster.
pub const CLUSTER_VARIABLE: &str = "TALLYSTICK_TEST_PG";

/// The lock that lets one process at a time make the template.
const TEMPLATE_LOCK: i64 = 7_223_460_512;

/// Why a test got no database.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// Nobody said where the cluster is.
    #[error(
        "{CLUSTER_VARIABLE} is not set: run the tests through cargo nextest or ops/test, or start \
         the services with ops/lib/test-services.sh start"
    )]
    NoCluster,
    /// The address of the cluster could not be used.
    #[error("{CLUSTER_VARIABLE} is no usable address: {0}")]
    Address(String),
    /// The server refused or failed.
    #[error("{what}: {detail}")]
    Server {
        /// What was being done, such as `migration 2026-01-01-000000_parties`.
        what: String,
        /// The server's own words, with its hint and position.
        detail: String,
    },
    /// A file that belongs to the set-up could not be read.
    #[error(transparent)]
    Files(#[from] migrations::MigrationFilesError),
    /// The thread that talks to the server died.
    #[error("the thread preparing the database panicked")]
    Thread,
}

/// A database that belongs to one test and is dropped with this value.
///
/// Roles (log in without password over the private socket): `tallystick_owner` owns it,
/// `tallystick_app` works in it, `tallystick_audit` reads, `tallystick_bank` may create the
/// sandbox bank's schema in it.
#[derive(Debug)]
pub struct TestDatabase {
    cluster: Config,
    name: String,
}

impl TestDatabase {
    /// A fresh database with all migrations applied and no rows.
    ///
    /// May be called inside an async test: the work is done on a thread of its own.
    ///
    /// # Panics
    /// When there is no cluster or a migration fails; a test can't go on without its database.
    #[must_use]
    #[track_caller]
    pub fn fresh() -> Self {
        match Self::try_fresh() {
            Ok(database) => database,
            Err(error) => panic!("no database for this test: {error}"),
        }
    }

    /// The same as [`TestDatabase::fresh`], handing the reason back instead of stopping the test.
    ///
    /// # Errors
    /// [`DatabaseError`]: no cluster, an unreadable migrations folder, or the server's refusal.
    pub fn try_fresh() -> Result<Self, DatabaseError> {
        // The blocking client must not run on a thread that drives async tasks.
        on_own_thread(|| {
            let cluster = cluster()?;
            let template = template(&cluster)?;
            let name = format!("tallystick_t_{}", Uuid::new_v4().simple());
            let mut server = connect(&cluster, "postgres", "postgres")?;
            run(
                &mut server,
                &format!("create {name}"),
                &format!(
                    "CREATE DATABASE {name} TEMPLATE {template} STRATEGY = WAL_LOG \
                     OWNER tallystick_owner"
                ),
            )?;
            let database = Self { cluster, name };
            let mut inside = connect(&database.cluster, "postgres", &database.name)?;
            run(&mut inside, "database.sql", &migrations::doors_sql()?)?;
            Ok(database)
        })
    }

    /// The name of the database, unique to this test.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address for `tallystick_owner`, who may change tables and run migrations.
    #[must_use]
    pub fn url_owner(&self) -> String {
        self.url("tallystick_owner")
    }

    /// The address for `tallystick_app`, the platform's daily role.
    #[must_use]
    pub fn url_app(&self) -> String {
        self.url("tallystick_app")
    }

    /// The address for `tallystick_audit`, who only reads.
    #[must_use]
    pub fn url_audit(&self) -> String {
        self.url("tallystick_audit")
    }

    /// The address for `tallystick_bank`, the sandbox bank.
    #[must_use]
    pub fn url_bank(&self) -> String {
        self.url("tallystick_bank")
    }

    /// The address for the cluster's superuser, for what a test does behind everybody's back.
    #[must_use]
    pub fn url_superuser(&self) -> String {
        self.url("postgres")
    }

    /// `postgresql://role@host/database`, understood by libpq and by the `postgres` driver.
    fn url(&self, role: &str) -> String {
        let host = match self.cluster.get_hosts().first() {
            Some(Host::Unix(folder)) => percent_encoded(&folder.to_string_lossy()),
            Some(Host::Tcp(name)) => name.clone(),
            None => String::new(),
        };
        let port = self.cluster.get_ports().first().copied().unwrap_or(5432);
        format!("postgresql://{role}@{host}:{port}/{}", self.name)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let cluster = self.cluster.clone();
        let name = self.name.clone();
        let dropped = on_own_thread(move || {
            let mut server = connect(&cluster, "postgres", "postgres")?;
            run(
                &mut server,
                "drop",
                &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            )
        });
        // A panic here would hide the test's own; the next start of the cluster clears leftovers.
        if let Err(error) = dropped {
            eprintln!("test database not dropped: {error}");
        }
    }
}

/// Runs `work` on a fresh thread and waits for it.
fn on_own_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DatabaseError> + Send + 'static,
) -> Result<T, DatabaseError> {
    thread::spawn(work)
        .join()
        .unwrap_or(Err(DatabaseError::Thread))
}

/// The superuser's address from the environment.
fn cluster() -> Result<Config, DatabaseError> {
    let address = env::var(CLUSTER_VARIABLE).map_err(|_missing| DatabaseError::NoCluster)?;
    let config: Config = address
        .parse()
        .map_err(|error: postgres::Error| DatabaseError::Address(format!("{address}: {error}")))?;
    if config.get_hosts().is_empty() {
        return Err(DatabaseError::Address(format!("{address}: no host")));
    }
    Ok(config)
}

/// Opens a session as `role` in `database` of the cluster.
fn connect(cluster: &Config, role: &str, database: &str) -> Result<Client, DatabaseError> {
    let mut config = cluster.clone();
    config
        .user(role)
        .dbname(database)
        .application_name("testkit");
    config
        .connect(NoTls)
        .map_err(|error| server_error(&format!("{role} into {database}"), &error))
}

/// Runs one or more statements.
fn run(client: &mut Client, what: &str, sql: &str) -> Result<(), DatabaseError> {
    client
        .batch_execute(sql)
        .map_err(|error| server_error(what, &error))
}

/// Runs the statements of a file; a refusal names the line where the server stopped reading.
fn run_file(client: &mut Client, what: &str, sql: &str) -> Result<(), DatabaseError> {
    client.batch_execute(sql).map_err(|error| {
        let position = error
            .as_db_error()
            .and_then(postgres::error::DbError::position);
        let line = match position {
            Some(ErrorPosition::Original(position)) => line_of(sql, *position),
            _ => None,
        };
        match line {
            Some(line) => server_error(&format!("{what}, line {line}"), &error),
            None => server_error(what, &error),
        }
    })
}

/// The line on which the `position`-th character stands; both count from 1.
fn line_of(sql: &str, position: u32) -> Option<usize> {
    let before = usize::try_from(position).ok()?.checked_sub(1)?;
    Some(
        sql.chars()
            .take(before)
            .filter(|character| *character == '\n')
            .count()
            + 1,
    )
}

/// Keeps what the server said: message, detail, hint.
fn server_error(what: &str, error: &postgres::Error) -> DatabaseError {
    let mut detail = error.to_string();
    if let Some(said) = error.as_db_error() {
        let _ = write!(detail, ": {} ({})", said.message(), said.code().code());
        for more in [said.detail(), said.hint()].into_iter().flatten() {
            let _ = write!(detail, "; {more}");
        }
    }
    DatabaseError::Server {
        what: what.to_owned(),
        detail,
    }
}

/// The name of the template for the migrations as they are now, made if nobody has made it yet.
fn template(cluster: &Config) -> Result<String, DatabaseError> {
    let all = migrations::read()?;
    let name = format!("tallystick_template_{}", migrations::digest(&all)?);
    let mut server = connect(cluster, "postgres", "postgres")?;
    // Ready under its final name means complete: nothing to lock in the common case.
    if exists(&mut server, &name)? {
        return Ok(name);
    }
    run(
        &mut server,
        "lock",
        &format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})"),
    )?;
    if !exists(&mut server, &name)? {
        build(cluster, &mut server, &name, &all)?;
    }
    // The lock ends with the session.
    Ok(name)
}

/// True when a database of this name is there.
fn exists(server: &mut Client, name: &str) -> Result<bool, DatabaseError> {
    server
        .query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name])
        .map(|row| row.is_some())
        .map_err(|error| server_error("look for the template", &error))
}

/// Makes the template under a working name and gives it its real one when it is whole.
fn build(
    cluster: &Config,
    server: &mut Client,
    name: &str,
    all: &[Migration],
) -> Result<(), DatabaseError> {
    let working = format!("{name}_being_made");
    run(server, "roles.sql", &migrations::roles_sql()?)?;
    run(
        server,
        "clear",
        &format!("DROP DATABASE IF EXISTS {working} WITH (FORCE)"),
    )?;
    run(
        server,
        "create",
        &format!("CREATE DATABASE {working} OWNER tallystick_owner"),
    )?;
    {
        let mut superuser = connect(cluster, "postgres", &working)?;
        run(&mut superuser, "database.sql", &migrations::doors_sql()?)?;
    }
    {
        let mut owner = connect(cluster, "tallystick_owner", &working)?;
        run(&mut owner, "record table", migrations::RECORD_TABLE)?;
        for migration in all {
            apply(&mut owner, migration)?;
        }
    }
    run(
        server,
        "rename",
        &format!("ALTER DATABASE {working} RENAME TO {name}"),
    )?;
    // Nobody connects to a template: a session in it would hold up every copy.
    run(
        server,
        "close",
        &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"),
    )
}

/// Applies one migration and records it, in one unit of work where the migration allows it.
fn apply(owner: &mut Client, migration: &Migration) -> Result<(), DatabaseError> {
    let what = format!("migration {}", migration.name);
    let record = format!(
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('{}')",
        { migration.version().replace('\'', "''") }
    );
    if migration.in_transaction {
        run(owner, &what, "BEGIN")?;
        run_file(owner, &what, &migration.up)?;
        run(owner, &what, &record)?;
        run(owner, &what, "COMMIT")
    } else {
        run_file(owner, &what, &migration.up)?;
        run(owner, &what, &record)
    }
}

/// The folder of the workspace, two floors above this crate.
#[must_use]
pub fn workspace() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    fs::canonicalize(here.join("../..")).unwrap_or_else(|_gone| here.join("../.."))
}

/// Percent-encodes what may not stand in the host part of an address.
fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"._~-".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
