//! A PostgreSQL server of our own, which can be killed as a machine dies: all its processes at
//! once, without a word. Started again, it recovers from its write-ahead log.
//!
//! What the operating system holds survives a process: a commit counts when it is written, whether
//! or not the disk has it. So `fsync` is off here and `synchronous_commit` and `full_page_writes`
//! are on; a loss of power could tell more only of the disk.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use postgres::Client;
use postgres::Config;
use postgres::NoTls;

use crate::failure::Context;
use crate::failure::Failure;

/// Longest a server may take to come up, recovery included.
const LONGEST_START: Duration = Duration::from_secs(60);

/// How often something without a signal of its own is looked at.
const POLL: Duration = Duration::from_millis(4);

const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=80",
    "shared_buffers=48MB",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_messages=fatal",
    "fsync=off",
    "synchronous_commit=on",
    "full_page_writes=on",
    "max_wal_size=256MB",
    "autovacuum_naptime=10min",
];

/// Where the server's programs are, and who may run them.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// Folder of `initdb` and `postgres`.
    pub(crate) programs: PathBuf,
    /// Account and group, if the caller is root.
    pub(crate) account: Option<(u32, u32)>,
    /// Folder in which each cluster has its sockets: short, for a socket's path is.
    pub(crate) sockets: PathBuf,
}

/// One server and its folder.
#[derive(Debug)]
pub(crate) struct Cluster {
    server: Server,
    data: PathBuf,
    /// Folder of its socket.
    pub(crate) socket: PathBuf,
    child: Mutex<Option<Child>>,
}

impl Server {
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command
            .current_dir("/")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null());
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        command
    }

    /// A folder that belongs to the server's account alone.
    fn own_folder(&self, folder: &Path) -> Result<(), Failure> {
        let name = folder.display().to_string();
        fs::create_dir_all(folder).doing(&name)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).doing(&name)?;
        if let Some((user, group)) = self.account {
            std::os::unix::fs::chown(folder, Some(user), Some(group)).doing(&name)?;
        }
        Ok(())
    }

    fn cluster(&self, folder: &Path, name: &str) -> Result<Cluster, Failure> {
        let cluster = Cluster {
            server: self.clone(),
            data: folder.join(name),
            socket: self.sockets.join(name),
            child: Mutex::new(None),
        };
        self.own_folder(&cluster.socket)?;
        Ok(cluster)
    }

    /// Makes an empty cluster `name` in `folder`.
    pub(crate) fn make(&self, folder: &Path, name: &str) -> Result<Cluster, Failure> {
        let cluster = self.cluster(folder, name)?;
        self.own_folder(&cluster.data)?;
        let made = self
            .command("initdb")
            .arg("-D")
            .arg(&cluster.data)
            .args(["-U", "postgres", "--encoding=UTF8", "--locale=C.UTF-8"])
            .args(["--lc-collate=C", "--data-checksums", "--no-sync"])
            .args(["--auth-local=trust", "--auth-host=reject"])
            .arg("--wal-segsize=4")
            .output()
            .doing("initdb")?;
        if !made.status.success() {
            return Err(Failure(format!(
                "initdb: {}",
                String::from_utf8_lossy(&made.stderr)
            )));
        }
        Ok(cluster)
    }

    /// Copies a cluster that is not running.
    pub(crate) fn copy(&self, of: &Cluster, folder: &Path, name: &str) -> Result<Cluster, Failure> {
        let cluster = self.cluster(folder, name)?;
        let copied = Command::new("cp")
            .arg("-a")
            .arg(&of.data)
            .arg(&cluster.data)
            .status()
            .doing("cp")?;
        if copied.success() {
            Ok(cluster)
        } else {
            Err(Failure(format!("cp: {copied}")))
        }
    }
}

impl Cluster {
    /// Starts the server and waits until it lets somebody in.
    pub(crate) fn start(&self) -> Result<(), Failure> {
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.data.with_extension("log"))
            .doing("log of the server")?;
        let mut command = self.server.command("postgres");
        command.arg("-D").arg(&self.data);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        let socket = format!("unix_socket_directories={}", self.socket.display());
        let child = command
            .args(["-c", &socket])
            .stdout(log.try_clone().doing("log of the server")?)
            .stderr(log)
            .spawn()
            .doing("postgres")?;
        *self.child.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
        let begun = Instant::now();
        loop {
            match self.superuser("postgres") {
                Ok(_in) => return Ok(()),
                Err(failure) if begun.elapsed() > LONGEST_START => return Err(failure),
                Err(_not_yet) => thread::sleep(POLL),
            }
        }
    }

    /// Whether it was started and not ended by us since.
    pub(crate) fn is_running(&self) -> bool {
        let held = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        held.is_some()
    }

    /// Ends every process of the server at once.
    pub(crate) fn kill(&self) -> Result<(), Failure> {
        let mut held = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut child) = held.take() else {
            return Ok(());
        };
        // Stopped first: a stopped postmaster has no new children.
        let chief = child.id();
        signal("STOP", &[chief]);
        let mut all = children_of(chief);
        all.push(chief);
        signal("KILL", &all);
        child.wait().doing("postgres")?;
        while all.iter().any(|process| alive(*process)) {
            thread::sleep(POLL);
        }
        // It names a process that is gone, and whoever has its number now is nobody's server.
        fs::remove_file(self.data.join("postmaster.pid")).doing("postmaster.pid")
    }

    /// Stops the server in order.
    pub(crate) fn stop(&self) {
        let held = self
            .child
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(mut child) = held {
            signal("INT", &[child.id()]);
            // It was ours to wait for; whatever it ended with, it is gone.
            let _ended = child.wait();
        }
    }

    /// A connection as the superuser.
    pub(crate) fn superuser(&self, database: &str) -> Result<Client, Failure> {
        self.connect("postgres", database)
    }

    /// A connection as `role`.
    pub(crate) fn connect(&self, role: &str, database: &str) -> Result<Client, Failure> {
        Config::new()
            .host_path(&self.socket)
            .user(role)
            .dbname(database)
            .connect(NoTls)
            .doing(database)
    }

    /// The address of a database for `role`, as libpq and `postgres` read it.
    pub(crate) fn address(&self, role: &str, database: &str) -> String {
        format!(
            "host='{}' user={role} dbname={database}",
            self.socket.display()
        )
    }

    /// Writes everything down, so that a recovery begins here.
    ///
    /// A copied database needs it before its server is killed: PostgreSQL logs the values of a
    /// sequence 32 at a time, what the original has logged ahead is not in the copy's log, and the
    /// sequence of the copy would go back. From a checkpoint on it logs anew.
    pub(crate) fn checkpoint(&self) -> Result<(), Failure> {
        self.superuser("postgres")?
            .batch_execute("CHECKPOINT")
            .doing("checkpoint")
    }

    /// Makes `name` a copy of `of`, whatever it was. Sessions of killed processes may hold either
    /// for a moment.
    pub(crate) fn copy_database(&self, of: &str, name: &str) -> Result<(), Failure> {
        let mut server = self.superuser("postgres")?;
        let owner: String = server
            .query_one(
                "SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = $1",
                &[&of],
            )
            .doing(of)?
            .get(0);
        let begun = Instant::now();
        loop {
            let made = server
                .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                .and_then(|()| {
                    server.batch_execute(&format!(
                        "CREATE DATABASE {name} TEMPLATE {of} OWNER {owner} STRATEGY = WAL_LOG"
                    ))
                });
            match made {
                Ok(()) => return Ok(()),
                Err(error) if begun.elapsed() > Duration::from_secs(20) => {
                    return Err(error).doing(&format!("copying {of} to {name}"));
                }
                Err(_held) => thread::sleep(POLL),
            }
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Sends a signal to processes of ours; one that is gone already needs none.
fn signal(name: &str, processes: &[u32]) {
    let ids: Vec<String> = processes.iter().map(u32::to_string).collect();
    // The shell's own `kill`: a small machine may have no program of that name.
    let _gone = Command::new("sh")
        .args(["-c", &format!("kill -{name} {}", ids.join(" "))])
        .stderr(Stdio::null())
        .status();
}

/// State and parent of a process, from `/proc/N/stat`: `N (name) S PARENT …`.
fn state_of(process: u32) -> Option<(String, u32)> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_name, rest) = stat.rsplit_once(')')?;
    let mut words = rest.split_whitespace();
    let state = words.next()?.to_owned();
    Some((state, words.next()?.parse().ok()?))
}

fn children_of(parent: u32) -> Vec<u32> {
    let Ok(all) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    all.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|process| state_of(*process).is_some_and(|(_, of)| of == parent))
        .collect()
}

fn alive(process: u32) -> bool {
    state_of(process).is_some_and(|(state, _)| state != "Z")
}
