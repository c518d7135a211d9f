//! What can go wrong where: the points of the matrix.

/// What a session begins with.
const SETTINGS: &str = "opening a session";

/// A boundary between two statements of one invocation of a job, as the database sees it. A
/// statement is known by its text and the one before it on its session, not by its place in a list:
/// what another thread of the job does meanwhile moves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct StatementKey {
    /// Text of the statement before it on the same session.
    pub(crate) before: String,
    /// Its text.
    pub(crate) text: String,
    /// The how-many-eth time these follow each other, from 1.
    pub(crate) nth: u32,
}

impl StatementKey {
    /// The class under which the table counts it: its first word.
    pub(crate) fn class(&self) -> &'static str {
        let word = self.text.split([' ', ';']).next().unwrap_or_default();
        match word.to_ascii_uppercase().as_str() {
            "BEGIN" => "BEGIN",
            "COMMIT" => "COMMIT",
            "INSERT" | "UPDATE" | "DELETE" | "COPY" => "INSERT, UPDATE, DELETE",
            "SELECT" | "WITH" => "SELECT, WITH",
            _ => SETTINGS,
        }
    }

    /// Whether a session is only being opened by it.
    pub(crate) fn opens_session(&self) -> bool {
        self.class() == SETTINGS
    }
}

/// A boundary between two messages of one invocation of a job, as the bank sees it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct MessageKey {
    /// What is sent: `pain.001`, `pain.002?`, …
    pub(crate) name: String,
    /// The how-many-eth of this name, from 1.
    pub(crate) nth: u32,
}

/// Who is killed at the boundary of a statement. The database is in the same state before a
/// statement as after the one before it: only who lost a connection without dying can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Cut {
    /// The connection, before the statement reaches the database.
    ConnectionBefore,
    /// The connection, when the statement is done and before anybody hears of it.
    ConnectionAfter,
    /// The scheduler's process, when the statement is done and before it hears of it.
    Scheduler,
    /// The same moment, the processes of the scheduler and of the database together.
    Machine,
}

/// What becomes of a message to the bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Wire {
    /// It never arrives.
    RequestLost,
    /// It breaks off here and arrives so many rounds later.
    RequestLate(usize),
    /// It arrives twice.
    RequestTwice,
    /// The bank acts and its answer is lost.
    AnswerLost,
    /// Half of the answer comes.
    AnswerHalved,
    /// A gateway answers 504 instead of the bank, which has acted.
    AnswerReplaced,
    /// The answer comes twice.
    AnswerTwice,
    /// The answer to the message of the same name before this one comes instead.
    AnswerStale,
    /// It arrives twice, the second time under other ids: what a platform would do whose ids are
    /// drawn anew at each attempt. No fault of the world: planted, to see the matrix fail.
    RequestForged,
    /// The scheduler's process dies before it arrives.
    SchedulerBefore,
    /// The scheduler's process dies when the bank has acted.
    SchedulerAfter,
    /// The machine dies before it arrives.
    MachineBefore,
    /// The machine dies when the bank has acted.
    MachineAfter,
}

/// What the sandbox bank is told to do wrong by itself while an invocation runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct BankFault {
    /// Its kind, as the bank's control door knows it.
    pub(crate) kind: &'static str,
    /// How an answer is lost.
    pub(crate) manner: Option<&'static str>,
    /// Only payments to this account.
    pub(crate) account: Option<String>,
    /// How often; always if nothing is said.
    pub(crate) count: Option<u32>,
}

/// A fault at its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// At a statement.
    Statement(StatementKey, Cut),
    /// At a message.
    Message(MessageKey, Wire),
    /// The bank's own.
    Bank(BankFault),
}

/// A point of the matrix.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    /// In which invocation of the run without faults.
    pub(crate) invocation: usize,
    /// What goes wrong in it.
    pub(crate) fault: Fault,
}

impl Fault {
    /// Row of the table, within the invocation.
    pub(crate) fn row(&self) -> String {
        match self {
            Fault::Statement(key, _) => key.class().to_owned(),
            Fault::Message(key, _) => format!("message {}", key.name),
            Fault::Bank(_) => "the bank's own faults".to_owned(),
        }
    }

    /// Column of the table.
    pub(crate) const fn column(&self) -> &'static str {
        match self {
            Fault::Statement(_, Cut::ConnectionBefore | Cut::ConnectionAfter) => "connection",
            Fault::Statement(_, Cut::Scheduler)
            | Fault::Message(_, Wire::SchedulerBefore | Wire::SchedulerAfter) => "scheduler",
            Fault::Statement(_, Cut::Machine)
            | Fault::Message(_, Wire::MachineBefore | Wire::MachineAfter) => "machine",
            Fault::Message(..) | Fault::Bank(_) => "bank channel",
        }
    }

    /// Whether the machine dies of it.
    pub(crate) const fn kills_machine(&self) -> bool {
        matches!(
            self,
            Fault::Statement(_, Cut::Machine)
                | Fault::Message(_, Wire::MachineBefore | Wire::MachineAfter)
        )
    }

    /// In words, for the list of points.
    pub(crate) fn words(&self) -> String {
        match self {
            Fault::Statement(key, cut) => {
                let short: String = key.text.chars().take(110).collect();
                format!("{cut:?} at statement {short} (no. {} of its kind)", key.nth)
            }
            Fault::Message(key, wire) => format!("{wire:?} at {} no. {}", key.name, key.nth),
            Fault::Bank(fault) => {
                let of = |part: Option<String>| part.map_or_else(String::new, |p| format!(" {p}"));
                format!(
                    "bank: {}{}{}{}",
                    fault.kind,
                    of(fault.manner.map(str::to_owned)),
                    of(fault.account.clone()),
                    of(fault.count.map(|n| format!("×{n}")))
                )
            }
        }
    }
}
