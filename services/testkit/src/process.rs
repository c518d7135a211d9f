//! Child processes of a test: one of our programs, or a service that belongs to the test.
//!
//! A child is killed when its value goes. Its output is kept, so that a test which fails can say
//! what the program said.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often a condition without a signal of its own is looked at again.
const POLL: Duration = Duration::from_millis(20);

/// Why a child is of no use to the test.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// The program could not be started at all.
    #[error("{program} could not be started: {error}")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// The program ended before it was ready.
    #[error("{program} ended ({status}) before it was ready; it said:\n{said}")]
    Ended {
        /// The program.
        program: String,
        /// How it ended.
        status: String,
        /// Everything it printed.
        said: String,
    },
    /// The program did not become ready in time.
    #[error("{program} was not ready after {waited:?}; it said:\n{said}")]
    Late {
        /// The program.
        program: String,
        /// How long the test waited.
        waited: Duration,
        /// Everything it printed.
        said: String,
    },
}

/// What the child printed, line by line, on both of its outputs.
#[derive(Debug, Default)]
struct Heard {
    lines: Mutex<Vec<String>>,
    more: Condvar,
}

impl Heard {
    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running child process.
#[derive(Debug)]
pub struct Process {
    program: String,
    child: Child,
    heard: Arc<Heard>,
}

impl Process {
    /// Starts `command` with its output kept and its standard input open (so that a child which
    /// reads it knows when the test is gone).
    ///
    /// # Errors
    /// [`ProcessError::Start`] when the program can't be run.
    pub fn start(command: &mut Command) -> Result<Self, ProcessError> {
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| ProcessError::Start {
                program: program.clone(),
                error,
            })?;
        let heard = Arc::new(Heard::default());
        if let Some(output) = child.stdout.take() {
            listen(output, Arc::clone(&heard));
        }
        if let Some(output) = child.stderr.take() {
            listen(output, Arc::clone(&heard));
        }
        Ok(Self {
            program,
            child,
            heard,
        })
    }

    /// Starts `program` with `arguments` and `variables` on top of the test's environment.
    ///
    /// For one of our executables pass `env!("CARGO_BIN_EXE_name")`.
    ///
    /// # Errors
    /// [`ProcessError::Start`] when the program can't be run.
    pub fn program<A: AsRef<OsStr>>(
        program: impl AsRef<OsStr>,
        arguments: &[A],
        variables: &[(&str, &str)],
    ) -> Result<Self, ProcessError> {
        Self::start(
            Command::new(program)
                .args(arguments)
                .envs(variables.iter().copied()),
        )
    }

    /// The child's process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything the child printed so far, on both outputs.
    #[must_use]
    pub fn said(&self) -> String {
        self.heard.lines().join("\n")
    }

    /// Waits until the child prints a line for which `find` gives something, and hands that back.
    /// Lines printed before the call count too.
    ///
    /// # Errors
    /// [`ProcessError::Ended`] or [`ProcessError::Late`], with what it said.
    pub fn wait_for_line<T>(
        &mut self,
        within: Duration,
        find: impl Fn(&str) -> Option<T>,
    ) -> Result<T, ProcessError> {
        let begun = Instant::now();
        loop {
            let ended = self.ended();
            {
                let lines = self.heard.lines();
                if let Some(found) = lines.iter().find_map(|line| find(line)) {
                    return Ok(found);
                }
                if ended.is_none() && begun.elapsed() < within {
                    // Woken by the next line; the limit is for a child that dies silently.
                    let waited = self.heard.more.wait_timeout(lines, POLL * 5);
                    drop(waited);
                    continue;
                }
            }
            return Err(self.not_ready(ended, within));
        }
    }

    /// Waits until something accepts connections at `address`.
    ///
    /// # Errors
    /// [`ProcessError::Ended`] or [`ProcessError::Late`], with what it said.
    pub fn wait_for_port(
        &mut self,
        within: Duration,
        address: SocketAddr,
    ) -> Result<(), ProcessError> {
        let begun = Instant::now();
        loop {
            if TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok() {
                return Ok(());
            }
            let ended = self.ended();
            if ended.is_some() || begun.elapsed() >= within {
                return Err(self.not_ready(ended, within));
            }
            thread::sleep(POLL);
        }
    }

    /// Waits until the child ends by itself and tells how.
    ///
    /// # Errors
    /// [`ProcessError::Late`] when it is still running after `within`.
    pub fn wait_for_end(&mut self, within: Duration) -> Result<ExitStatus, ProcessError> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.ended() {
                return Ok(status);
            }
            if begun.elapsed() >= within {
                return Err(self.not_ready(None, within));
            }
            thread::sleep(POLL);
        }
    }

    /// How the child ended, or nothing while it runs.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// The error that fits how the child is.
    fn not_ready(&self, ended: Option<ExitStatus>, waited: Duration) -> ProcessError {
        let (program, said) = (self.program.clone(), self.said());
        match ended {
            Some(status) => ProcessError::Ended {
                program,
                status: status.to_string(),
                said,
            },
            None => ProcessError::Late {
                program,
                waited,
                said,
            },
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Already gone is as good as killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads lines on a thread of their own until the child closes that output.
fn listen(output: impl Read + Send + 'static, heard: Arc<Heard>) {
    thread::spawn(move || {
        let mut reader = BufReader::new(output);
        let mut bytes = Vec::new();
        while matches!(reader.read_until(b'\n', &mut bytes), Ok(count) if count > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
            heard.lines().push(line);
            heard.more.notify_all();
            bytes.clear();
        }
    });
}

/// A port of 127.0.0.1 that was free a moment ago, for a program that can't pick one itself.
///
/// # Errors
/// What the system says when no port is left.
pub fn free_port() -> std::io::Result<u16> {
    TcpListener::bind(("127.0.0.1", 0))?
        .local_addr()
        .map(|address| address.port())
}
