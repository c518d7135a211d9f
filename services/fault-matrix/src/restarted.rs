//! The scheduler that is started after the fault and runs every job from there to the end: one
//! process, `platform run-jobs`, as a server that was started again is one.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::process::Child;
use std::process::ChildStdin;
use std::process::Command;
use std::process::Stdio;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;

use chrono::NaiveDate;

use crate::failure::Context;
use crate::failure::Failure;
use crate::theatre::LONGEST_JOB;
use crate::theatre::how_many;

/// What came of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// So many things were done.
    Did(usize),
    /// It failed.
    Failed,
    /// The scheduler has ended: it could not start, or broke down.
    Ended,
}

/// It runs as long as this value lives.
#[derive(Debug)]
pub(crate) struct Restarted {
    child: Child,
    ask: ChildStdin,
    answers: Receiver<String>,
}

impl Drop for Restarted {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to stop.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl Restarted {
    /// Starts it.
    pub(crate) fn start(mut platform: Command) -> Result<Restarted, Failure> {
        let mut child = platform
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .doing("platform")?;
        let (Some(ask), Some(said)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure("platform: no pipes".to_owned()));
        };
        let (answer, answers) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(said).lines().map_while(Result::ok) {
                // Nobody waits for it any more: the run is over.
                let _unheard = answer.send(line);
            }
        });
        Ok(Restarted {
            child,
            ask,
            answers,
        })
    }

    /// Has it run a job.
    pub(crate) fn run_job(&mut self, job: &str, date: NaiveDate) -> Result<Answer, Failure> {
        if writeln!(self.ask, "{job} {date}").is_err() {
            return Ok(Answer::Ended);
        }
        match self.answers.recv_timeout(LONGEST_JOB) {
            Ok(said) if said.contains(": failed: ") => Ok(Answer::Failed),
            Ok(said) => how_many(&said).map(Answer::Did),
            Err(RecvTimeoutError::Disconnected) => Ok(Answer::Ended),
            Err(RecvTimeoutError::Timeout) => Err(Failure(format!("{job} on {date} hangs"))),
        }
    }
}
