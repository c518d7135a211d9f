//! A real SMTP server for a test: Python's aiosmtpd, keeping each message as a file.

use crate::process::{Process, ProcessError};
use serde::Deserialize;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};
use tempfile::TempDir;

/// The variable that holds the Python with aiosmtpd in it.
pub const PYTHON_VARIABLE: &str = "TALLYSTICK_PYTHON";

/// How long the server may take to listen, on a busy machine.
const START: Duration = Duration::from_secs(30);

/// Why there is no mail.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// Nobody said which Python to use.
    #[error("{PYTHON_VARIABLE} is not set: run the tests through cargo nextest or ops/test")]
    NoPython,
    /// The server did not start.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// A message could not be read.
    #[error("the mail folder: {0}")]
    Folder(#[from] io::Error),
    /// The envelope of a message could not be read.
    #[error("a message's envelope: {0}")]
    Envelope(#[from] serde_json::Error),
    /// Fewer messages came than the test waits for.
    #[error("{got} of {wanted} messages came within {waited:?}")]
    Late {
        /// How many came.
        got: usize,
        /// How many the test wants.
        wanted: usize,
        /// How long it waited.
        waited: Duration,
    },
}

/// One message as the server took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// Header and body as sent, transfer encoding and all.
    pub raw: Vec<u8>,
}

/// The envelope, as `assets/smtp_server.py` writes it down.
#[derive(Deserialize)]
struct Envelope {
    from: String,
    to: Vec<String>,
}

/// A server that lives as long as this value.
///
/// A recipient called `refused@…` is refused for good (550), `later@…` for now (451).
#[derive(Debug)]
pub struct SmtpServer {
    port: u16,
    folder: TempDir,
    _process: Process,
}

impl SmtpServer {
    /// Starts a server on a free port of 127.0.0.1, without TLS or sign-in.
    ///
    /// # Errors
    /// [`SmtpError::NoPython`] outside nextest, [`SmtpError::Process`] when it does not start.
    pub fn start() -> Result<Self, SmtpError> {
        let python = env::var_os(PYTHON_VARIABLE).ok_or(SmtpError::NoPython)?;
        let folder = TempDir::new()?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/smtp_server.py");
        let mut process = Process::start(Command::new(python).arg(script).arg(folder.path()))?;
        let port = process.wait_for_line(START, |line| line.parse::<u16>().ok())?;
        Ok(Self {
            port,
            folder,
            _process: process,
        })
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// All messages in the order they came, once there are at least `count`.
    ///
    /// # Errors
    /// [`SmtpError::Late`] when fewer came within `within`.
    pub fn messages(&self, count: usize, within: Duration) -> Result<Vec<Message>, SmtpError> {
        let begun = Instant::now();
        loop {
            let all = self.taken()?;
            if all.len() >= count {
                return Ok(all);
            }
            if begun.elapsed() >= within {
                return Err(SmtpError::Late {
                    got: all.len(),
                    wanted: count,
                    waited: within,
                });
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// All messages taken so far, in the order they came.
    ///
    /// # Errors
    /// [`SmtpError::Folder`] or [`SmtpError::Envelope`] when one can't be read.
    pub fn taken(&self) -> Result<Vec<Message>, SmtpError> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(self.folder.path())? {
            let path = entry?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                paths.push(path);
            }
        }
        paths.sort();
        paths
            .iter()
            .map(|path| {
                let envelope: Envelope = serde_json::from_slice(&fs::read(path)?)?;
                let raw = fs::read(path.with_extension("eml"))?;
                Ok(Message {
                    from: envelope.from,
                    to: envelope.to,
                    raw,
                })
            })
            .collect()
    }
}
