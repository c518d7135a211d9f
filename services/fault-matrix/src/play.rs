//! A settlement run from any position to its end, with or without a fault in its first invocation.

use crate::days::DAYS;
use crate::days::MOST_ROUNDS;
use crate::days::Position;
use crate::failure::Failure;
use crate::fault::Fault;
use crate::fault::MessageKey;
use crate::fault::StatementKey;
use crate::outcome::Outcome;
use crate::restarted::Answer;
use crate::restarted::Restarted;
use crate::sandbox::Bank;
use crate::stage::OPENING;
use crate::tell::tell;
use crate::theatre::Clerk;
use crate::theatre::Theatre;

/// An invocation of a job in the run without faults.
#[derive(Debug, Clone)]
pub(crate) struct Invocation {
    /// Which.
    pub(crate) position: Position,
    /// The statements it sent to the database.
    pub(crate) statements: Vec<StatementKey>,
    /// The messages it sent to the bank.
    pub(crate) messages: Vec<MessageKey>,
    /// How many things it did.
    pub(crate) did: usize,
}

/// The name under which the state before an invocation is kept.
fn kept(invocation: usize) -> String {
    format!("before_{invocation}")
}

/// Plays the run without faults; with `keeping`, keeps the state before each invocation.
pub(crate) fn without_faults(
    theatre: &Theatre,
    keeping: bool,
) -> Result<(Vec<Invocation>, Outcome), Failure> {
    theatre.put_to_stage()?;
    let mut invocations = Vec::new();
    let mut run = Run::begin(theatre, Position::default(), true)?;
    while !run.is_over() {
        if keeping {
            run.bank = None;
            theatre.keep(&kept(invocations.len()))?;
            run.bank = Some(theatre.open_bank(OPENING)?);
        }
        let position = run.at;
        theatre.statements.arm(None);
        theatre.messages.arm(None);
        let Some(did) = run.job()? else {
            let label = position.label();
            return Err(Failure(format!("without any fault, {label} fails")));
        };
        invocations.push(Invocation {
            position,
            statements: theatre.statements.seen(),
            messages: theatre.messages.seen(),
            did,
        });
        run.go_on()?;
    }
    Ok((invocations, run.outcome()?))
}

/// What came of a point.
#[derive(Debug)]
pub(crate) struct Played {
    /// What the run came to.
    pub(crate) outcome: Outcome,
    /// Whether the boundary of the fault was met at all.
    pub(crate) met: bool,
}

/// Plays the run from an invocation on, with the fault in it, and then without any.
pub(crate) fn with_fault(
    theatre: &Theatre,
    invocation: usize,
    position: Position,
    fault: &Fault,
) -> Result<Played, Failure> {
    theatre.put_back(&kept(invocation))?;
    if fault.kills_machine() {
        theatre.cluster.checkpoint()?;
    }
    let mut run = Run::begin(theatre, position, false)?;
    theatre.hands.was_met();
    theatre.statements.arm(None);
    theatre.messages.arm(None);
    match fault {
        Fault::Statement(key, cut) => theatre.statements.arm(Some((key.clone(), *cut))),
        Fault::Message(key, wire) => theatre.messages.arm(Some((key.clone(), *wire))),
        Fault::Bank(fault) => run.bank()?.spoil(fault)?,
    }
    run.job()?;
    let met = theatre.hands.was_met();
    theatre.statements.arm(None);
    theatre.messages.arm(None);
    let met = if let Fault::Bank(_) = fault {
        run.bank()?.mend()?;
        true
    } else {
        met
    };
    run.go_on()?;
    if !run.is_over() {
        run.restarted = Some(theatre.restart()?);
        run.clerk = Some(theatre.clerk()?);
    }
    while !run.is_over() {
        run.job()?;
        run.go_on()?;
    }
    Ok(Played {
        outcome: run.outcome()?,
        met,
    })
}

struct Run<'t> {
    theatre: &'t Theatre,
    bank: Option<Bank>,
    /// After the fault, whoever runs the jobs; before it each is a process of its own.
    restarted: Option<Restarted>,
    /// Stays from then on, for nothing kills the database any more.
    clerk: Option<Clerk>,
    at: Position,
    stuck: Option<&'static str>,
}

impl<'t> Run<'t> {
    fn begin(theatre: &'t Theatre, at: Position, first: bool) -> Result<Run<'t>, Failure> {
        let mut run = Run {
            theatre,
            bank: Some(theatre.open_bank(OPENING)?),
            restarted: None,
            clerk: None,
            at,
            stuck: None,
        };
        if first {
            run.begin_round()?;
        }
        Ok(run)
    }

    fn bank(&self) -> Result<&Bank, Failure> {
        self.bank
            .as_ref()
            .ok_or_else(|| Failure("the bank is closed".to_owned()))
    }

    const fn is_over(&self) -> bool {
        self.at.day >= DAYS.len() || self.stuck.is_some()
    }

    /// Runs the job of this position; gives how much it did if it succeeded.
    fn job(&mut self) -> Result<Option<usize>, Failure> {
        let (Some(day), Some(job)) = (self.at.day(), self.at.job()) else {
            return Ok(None);
        };
        let done = match &mut self.restarted {
            None => self.theatre.run_job(job, day.date)?,
            Some(scheduler) => match scheduler.run_job(job, day.date)? {
                Answer::Did(count) => Some(count),
                Answer::Failed => None,
                // Whoever watches over a server starts it again; the next round does its work.
                Answer::Ended => {
                    let why = self.theatre.last_complaint();
                    tell(&format!("{job}: the scheduler is started again: {why}"));
                    self.restarted = Some(self.theatre.restart()?);
                    None
                }
            },
        };
        self.at.busy |= done != Some(0);
        Ok(done)
    }

    fn aside<T>(
        &mut self,
        work: impl FnOnce(&mut Clerk) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        match &mut self.clerk {
            Some(clerk) => work(clerk),
            None => work(&mut self.theatre.clerk()?),
        }
    }

    /// Goes to the next position.
    fn go_on(&mut self) -> Result<(), Failure> {
        self.at.job = self.at.job.saturating_add(1);
        if self.at.job().is_some() {
            return Ok(());
        }
        let owed = self.theatre.messages.owes();
        let waits = !self.at.busy && self.aside(Clerk::waits_for_word)?;
        // A round without anything done may have taken back what the bank has never seen: the next
        // one sends it. A payment that waits for a person's word may wait on.
        self.at = if self.at.busy || owed {
            self.at.next_round(0)
        } else if waits && self.at.idle == 0 {
            self.at.next_round(1)
        } else {
            self.at.next_day()
        };
        if self.at.round >= MOST_ROUNDS {
            self.stuck = self.at.day().map(|day| day.name);
        }
        if self.is_over() {
            return Ok(());
        }
        self.begin_round()
    }

    /// What goes by itself before a round: the day, the clock, the bank's own steps.
    fn begin_round(&mut self) -> Result<(), Failure> {
        let bank = self.bank()?;
        if self.at.round == 0
            && let Some(day) = self.at.day()
        {
            bank.set_date(day.date)?;
            for (account, amount) in self.theatre.short_accounts().iter().zip(day.arrives) {
                bank.fund(account, amount)?;
            }
        } else {
            bank.step()?;
        }
        self.theatre.messages.deliver_late()?;
        self.aside(Clerk::pass_time)
    }

    fn outcome(self) -> Result<Outcome, Failure> {
        drop(self.restarted);
        drop(self.clerk);
        drop(self.bank);
        let outcome = self.theatre.outcome()?;
        Ok(match self.stuck {
            Some(day) => outcome.stuck(day),
            None => outcome,
        })
    }
}
