//! The gate between the scheduler and its database: passes everything on, counts the statements,
//! and strikes at the one it was told of.

use std::collections::HashMap;
use std::io;
use std::io::Write;
use std::net::Shutdown;
use std::os::unix::net::UnixListener;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::thread;

use crate::failure::Context;
use crate::failure::Failure;
use crate::fault::Cut;
use crate::fault::StatementKey;
use crate::hands::Hands;
use crate::inside::Inside;
use crate::wire::Session;
use crate::wire::ends_answer;
use crate::wire::read_message;
use crate::wire::read_start;

/// The port in a socket's name.
const SOCKET: &str = ".s.PGSQL.5432";

#[derive(Debug, Default)]
struct Counted {
    times: HashMap<(String, String), u32>,
    seen: Vec<StatementKey>,
    armed: Option<(StatementKey, Cut)>,
}

/// The gate.
#[derive(Debug)]
pub(crate) struct StatementGate {
    behind: PathBuf,
    hands: Arc<Hands>,
    /// The sessions.
    pub(crate) inside: Inside,
    counted: Mutex<Counted>,
}

/// Whether the answer on a session is kept back, and what is done when it is complete.
type KeptBack = Arc<Mutex<Option<Cut>>>;

impl StatementGate {
    /// Opens the gate in `folder` before the database whose socket is in `behind`.
    pub(crate) fn open(
        folder: &Path,
        behind: &Path,
        hands: Arc<Hands>,
    ) -> Result<Arc<StatementGate>, Failure> {
        let listener = UnixListener::bind(folder.join(SOCKET)).doing("gate of the database")?;
        let gate = Arc::new(StatementGate {
            behind: behind.join(SOCKET),
            hands,
            inside: Inside::default(),
            counted: Mutex::default(),
        });
        let at = Arc::clone(&gate);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (gate, visitor) = (Arc::clone(&at), at.inside.enter());
                thread::spawn(move || {
                    // It ends with an error when either side goes: that is the everyday here.
                    let _ended = gate.session(&client);
                    drop(visitor);
                });
            }
        });
        Ok(gate)
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to count anew, with a fault or without.
    pub(crate) fn arm(&self, fault: Option<(StatementKey, Cut)>) {
        *self.counted() = Counted {
            armed: fault,
            ..Counted::default()
        };
    }

    /// The statements since then, in order.
    pub(crate) fn seen(&self) -> Vec<StatementKey> {
        std::mem::take(&mut self.counted().seen)
    }

    /// Counts a statement; gives the cut that is due at it.
    fn meet(&self, before: &str, text: &str) -> Option<Cut> {
        let mut counted = self.counted();
        let times = counted
            .times
            .entry((before.to_owned(), text.to_owned()))
            .or_default();
        *times = times.saturating_add(1);
        let key = StatementKey {
            before: before.to_owned(),
            text: text.to_owned(),
            nth: *times,
        };
        let due = counted
            .armed
            .take_if(|(armed, _)| *armed == key)
            .map(|(_, cut)| cut);
        counted.seen.push(key);
        if due.is_some() {
            self.hands.meet();
        }
        due
    }

    fn strike(&self, cut: Cut) {
        match cut {
            Cut::ConnectionBefore | Cut::ConnectionAfter => {}
            Cut::Scheduler => self.hands.kill_scheduler(),
            Cut::Machine => self.hands.kill_machine(),
        }
    }

    fn session(self: Arc<Self>, client: &UnixStream) -> io::Result<()> {
        let mut from = client.try_clone()?;
        let start = read_start(&mut from)?;
        let server = UnixStream::connect(&self.behind)?;
        let kept_back = KeptBack::default();
        let answers = {
            let (gate, kept_back) = (Arc::clone(&self), Arc::clone(&kept_back));
            let (client, server) = (client.try_clone()?, server.try_clone()?);
            thread::spawn(move || {
                // Either side is gone, or the cut was made: the other is told.
                let _ended = gate.answers(&client, &server, &kept_back);
                close(&client, &server);
            })
        };
        let mut to = server.try_clone()?;
        to.write_all(&start)?;
        let _ended = self.statements(&mut from, &mut to, &kept_back);
        close(client, &server);
        let _joined = answers.join();
        Ok(())
    }

    fn statements(
        &self,
        from: &mut UnixStream,
        to: &mut UnixStream,
        kept_back: &KeptBack,
    ) -> io::Result<()> {
        let mut session = Session::default();
        let mut before = String::new();
        loop {
            let Some(said) = session.hear(&read_message(from)?) else {
                continue;
            };
            if let Some(text) = said.statement {
                match self.meet(&before, &text) {
                    None => {}
                    Some(cut @ Cut::ConnectionBefore) => {
                        self.strike(cut);
                        return Ok(());
                    }
                    Some(cut) => {
                        *kept_back.lock().unwrap_or_else(PoisonError::into_inner) = Some(cut);
                    }
                }
                before = text;
            }
            to.write_all(&said.bytes)?;
        }
    }

    fn answers(
        &self,
        client: &UnixStream,
        server: &UnixStream,
        kept_back: &KeptBack,
    ) -> io::Result<()> {
        let mut from = io::BufReader::new(server);
        let mut to = client;
        loop {
            let message = read_message(&mut from)?;
            let cut = *kept_back.lock().unwrap_or_else(PoisonError::into_inner);
            match cut {
                None => to.write_all(&message.bytes)?,
                Some(cut) if ends_answer(message.letter) => {
                    self.strike(cut);
                    return Ok(());
                }
                Some(_not_complete) => {}
            }
        }
    }
}

fn close(client: &UnixStream, server: &UnixStream) {
    // One that is closed already stays so.
    let _closed = client.shutdown(Shutdown::Both);
    let _closed = server.shutdown(Shutdown::Both);
}
