//! The gate between the scheduler and its bank: passes messages on, counts them, and loses, halves,
//! repeats, delays or swaps the one it was told of.

use std::collections::HashMap;
use std::io;
use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::thread;

use crate::failure::Context;
use crate::failure::Failure;
use crate::fault::MessageKey;
use crate::fault::Wire;
use crate::hands::Hands;
use crate::http_wire::Request;
use crate::http_wire::read_request;
use crate::inside::Inside;

/// A gateway that gave up.
const GATEWAY_TIMEOUT: &[u8] =
    b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

#[derive(Debug, Default)]
struct Counted {
    bank: Option<SocketAddr>,
    times: HashMap<String, u32>,
    seen: Vec<MessageKey>,
    answers: HashMap<String, Vec<u8>>,
    armed: Option<(MessageKey, Wire)>,
    late: Vec<(usize, Vec<u8>)>,
}

/// The gate.
#[derive(Debug)]
pub(crate) struct BankGate {
    hands: Arc<Hands>,
    /// The messages.
    pub(crate) inside: Inside,
    /// Where it stands.
    pub(crate) address: SocketAddr,
    counted: Mutex<Counted>,
}

impl BankGate {
    /// Opens the gate on any free port of loopback.
    pub(crate) fn open(hands: Arc<Hands>) -> Result<Arc<BankGate>, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).doing("gate of the bank")?;
        let gate = Arc::new(BankGate {
            hands,
            inside: Inside::default(),
            address: listener.local_addr().doing("gate of the bank")?,
            counted: Mutex::default(),
        });
        let at = Arc::clone(&gate);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (gate, visitor) = (Arc::clone(&at), at.inside.enter());
                // A message ends with an error when either side goes: that is the everyday here.
                thread::spawn(move || {
                    let _ended = gate.message(&client);
                    let _closed = client.shutdown(Shutdown::Both);
                    drop(visitor);
                });
            }
        });
        Ok(gate)
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on `bank` is behind it, and nothing is late.
    pub(crate) fn lead_to(&self, bank: SocketAddr) {
        let mut counted = self.counted();
        counted.bank = Some(bank);
        counted.late.clear();
    }

    /// Begins to count anew, with a fault or without.
    pub(crate) fn arm(&self, fault: Option<(MessageKey, Wire)>) {
        let mut counted = self.counted();
        counted.times.clear();
        counted.seen.clear();
        counted.answers.clear();
        counted.armed = fault;
    }

    /// The messages since then, in order.
    pub(crate) fn seen(&self) -> Vec<MessageKey> {
        std::mem::take(&mut self.counted().seen)
    }

    /// A round has passed: what was to be late by no more arrives, and nobody waits for the answer.
    pub(crate) fn deliver_late(&self) -> Result<(), Failure> {
        let (due, bank) = {
            let mut counted = self.counted();
            for (rounds, _) in &mut counted.late {
                *rounds = rounds.saturating_sub(1);
            }
            let all = std::mem::take(&mut counted.late);
            let (due, later) = all.into_iter().partition(|(rounds, _)| *rounds == 0);
            counted.late = later;
            (due, counted.bank)
        };
        let due: Vec<(usize, Vec<u8>)> = due;
        for (_, bytes) in due {
            call(bank, &bytes).doing("a late message")?;
        }
        Ok(())
    }

    /// Whether a message is still to arrive.
    pub(crate) fn owes(&self) -> bool {
        !self.counted().late.is_empty()
    }

    fn meet(&self, name: &str) -> Option<Wire> {
        let mut counted = self.counted();
        let times = counted.times.entry(name.to_owned()).or_default();
        *times = times.saturating_add(1);
        let key = MessageKey {
            name: name.to_owned(),
            nth: *times,
        };
        let due = counted
            .armed
            .take_if(|(armed, _)| *armed == key)
            .map(|(_, wire)| wire);
        counted.seen.push(key);
        if due.is_some() {
            self.hands.meet();
        }
        due
    }

    /// One message and its answer; the client is told to come with the next on a new connection.
    fn message(&self, client: &TcpStream) -> io::Result<()> {
        let Request { name, bytes } = read_request(&mut io::BufReader::new(client))?;
        let due = self.meet(&name);
        let bank = self.counted().bank;
        match due {
            Some(Wire::RequestLost) => return Ok(()),
            Some(Wire::RequestLate(rounds)) => {
                self.counted().late.push((rounds, bytes));
                return Ok(());
            }
            Some(Wire::SchedulerBefore) => {
                self.hands.kill_scheduler();
                return Ok(());
            }
            Some(Wire::MachineBefore) => {
                self.hands.kill_machine();
                return Ok(());
            }
            Some(Wire::RequestTwice) => {
                call(bank, &bytes)?;
            }
            Some(Wire::RequestForged) => {
                call(bank, &forged(&bytes))?;
            }
            _after => {}
        }
        let answer = call(bank, &bytes)?;
        let earlier = self.counted().answers.insert(name, answer.clone());
        let mut to = client;
        match due {
            Some(Wire::AnswerLost) => Ok(()),
            Some(Wire::SchedulerAfter) => {
                self.hands.kill_scheduler();
                Ok(())
            }
            Some(Wire::MachineAfter) => {
                self.hands.kill_machine();
                Ok(())
            }
            Some(Wire::AnswerReplaced) => to.write_all(GATEWAY_TIMEOUT),
            Some(Wire::AnswerHalved) => {
                to.write_all(answer.get(..answer.len() / 2).unwrap_or_default())
            }
            Some(Wire::AnswerTwice) => to.write_all(&[answer.as_slice(), &answer].concat()),
            Some(Wire::AnswerStale) => to.write_all(&earlier.unwrap_or(answer)),
            _unharmed => to.write_all(&answer),
        }
    }
}

/// The same payments under other ids of the same length: ours begin with TS, by recourse with RC.
fn forged(request: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(request)
        .replace(">TS", ">TX")
        .replace(">RC", ">RX")
        .into_bytes()
}

/// Sends a request to the bank and gives its answer, to the byte.
fn call(bank: Option<SocketAddr>, request: &[u8]) -> io::Result<Vec<u8>> {
    let bank = bank.ok_or_else(|| io::Error::other("no bank is behind the gate"))?;
    let mut connection = TcpStream::connect(bank)?;
    connection.write_all(request)?;
    let mut answer = Vec::new();
    match connection.read_to_end(&mut answer) {
        // The bank breaks off where it was told to lose an answer: so does the gate.
        Ok(_) | Err(_) => Ok(answer),
    }
}
