//! Presentation: what obligors are asked for on the due day and after, and what their banks answer.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::hash::sha256_of;
use ledger_core::id::PaperId;
use ledger_store::bank_messages::BankMessage;
use ledger_store::bank_messages::Direction;
use ledger_store::papers::PaperRecord;
use ledger_store::parties::Party;
use ledger_store::payments::Instruction;
use ledger_store::settlement_moves::AnsweredRun;
use ledger_store::settlements::RunState;
use ledger_store::settlements::SettlementRun;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::app::App;
use crate::ask_operator;
use crate::credited_runs::credited;
use crate::error::AppError;
use crate::letters;
use crate::maturing_papers::payees;
use crate::maturity_letters;
use crate::random;
use crate::run_fault::FaultyRun;
use crate::run_fault::RunFault;
use crate::run_fault::not_honoured;
use crate::run_fault::set_aside;
use crate::run_sheets::RunSheets;

/// What the obligor is asked for on the due day, one claim for each holder and account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presentation {
    /// The run.
    pub run: Uuid,
    /// Number of the paper.
    pub paper_number: String,
    /// The day on which the obligor's bank is to pay: the adjusted due date, or today if that is
    /// past.
    pub asked_for: NaiveDate,
    /// The message to which its bank said no before, if it did.
    pub refused_message: Option<String>,
    /// The day up to which late interest is asked, if any is: another day is another sum.
    pub interest_until: Option<NaiveDate>,
    /// Who is asked, with its account.
    pub obligor: Party,
    /// The claims, as the instructions that will follow.
    pub claims: Vec<Instruction>,
}

/// What an obligor's bank said about a run that was presented to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentedRun {
    /// The run.
    pub id: Uuid,
    /// The message it was presented in.
    pub message_id: String,
    /// How much it will pay.
    pub accepted: Accepted,
    /// Whether the bank may be making the payments by itself, under the ids of the claims: then no
    /// other payment may be ordered in their place.
    pub pays_by_claim: bool,
    /// The bank's reason if it won't pay all: a code or its words; else empty.
    pub reason: String,
}

impl PresentedRun {
    /// The bank will pay all of it.
    #[must_use]
    pub const fn in_full(id: Uuid, message_id: String) -> PresentedRun {
        PresentedRun {
            id,
            message_id,
            accepted: Accepted::All,
            pays_by_claim: false,
            reason: String::new(),
        }
    }
}

/// How much of what was asked an obligor's bank will pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// All of it.
    All,
    /// This much.
    Part(Amount),
    /// Nothing now.
    Nothing,
}

/// The runs that are locked, as what their obligors are to be asked for, soonest due first.
///
/// # Errors
/// The store's.
pub fn to_present(app: &App) -> Result<Vec<Presentation>, AppError> {
    app.store.write(|tx| {
        let today = tx.business_date_today()?;
        let (credited, parties) = credited(app, tx, RunState::Locked)?;
        // What asks interest up to an earlier day is locked anew first.
        let of_today =
            |run: &SettlementRun| run.interest_cash.is_none() || run.reckoned_on == Some(today);
        credited
            .into_iter()
            .filter(|one| of_today(&one.run))
            .map(|one| {
                let obligor = parties.get(&one.record.paper.obligor);
                Ok(Presentation {
                    run: one.run.id,
                    paper_number: one.record.paper.number,
                    asked_for: one.run.due_date.max(today),
                    refused_message: one.run.presented_message,
                    interest_until: one.run.interest_cash.and(one.run.reckoned_on),
                    obligor: obligor.cloned().ok_or(AppError::NotFound)?,
                    claims: one.credits,
                })
            })
            .collect()
    })
}

/// Takes note of the obligors' bank's answers, on the message `answer` whose bytes are kept: it will
/// pay, in full or in part (funded), or it won't (short). Where it pays a part, the sheets share out
/// that part instead. Each obligor is told once of each; what is not honoured becomes a task for a
/// person and the operator is told too. Runs that are not locked any more stay as they are. Gives
/// how many moved.
///
/// # Errors
/// The store's.
pub fn note_all_presented(
    app: &App,
    answers: &[PresentedRun],
    answer: Option<&[u8]>,
) -> Result<usize, AppError> {
    let now = app.clock.now();
    let ids: Vec<Uuid> = answers.iter().map(|answer| answer.id).collect();
    app.store.write(|tx| {
        let today = tx.business_date_today()?;
        let digest = match (answer, answers.first()) {
            (Some(raw), Some(first)) => Some(keep(tx, raw, &first.message_id, now)?),
            _ => None,
        };
        let runs = tx.settlements_by_ids(&ids)?;
        let mut records: HashMap<PaperId, PaperRecord> = tx
            .papers_by_ids(&runs.iter().map(|run| run.paper_id).collect::<Vec<_>>())?
            .into_iter()
            .map(|record| (record.paper.id, record))
            .collect();
        let of: HashMap<Uuid, &PresentedRun> = answers.iter().map(|a| (a.id, a)).collect();
        let (mut answered, mut less, mut said) = (Vec::new(), Vec::new(), Vec::new());
        let mut faulty = Vec::new();
        for run in runs.iter().filter(|run| run.state == RunState::Locked) {
            let (Some(answer), Some(record)) = (of.get(&run.id), records.remove(&run.paper_id))
            else {
                continue;
            };
            let one = Answered::of(answer, run);
            if !one.paid.is_zero() && !one.unpaid.is_zero() {
                match RunSheets::kept(run).and_then(|asked| asked.with_cash(one.paid)) {
                    Ok(sheets) => less.push(sheets.locked(run.id)),
                    Err(fault) => {
                        faulty.push(FaultyRun::new(run, &record.paper.number, fault));
                        continue;
                    }
                }
            }
            answered.push(AnsweredRun {
                id: run.id,
                message_id: answer.message_id.clone(),
                pays: !one.paid.is_zero(),
                short_reason: (!one.unpaid.is_zero()).then(|| answer.reason.clone()),
                answer: digest,
                pays_by_claim: answer.pays_by_claim,
            });
            said.push((run.id, record, one, answer.reason.as_str()));
        }
        set_aside(tx, now, &faulty)?;
        tx.settlements_share_less(&less, now)?;
        let moved = tx.settlements_presented(&answered, today, now)?;
        // Another worker has told of those that are not locked any more.
        said.retain(|(run, ..)| moved.contains(run));
        let tasks = said
            .iter()
            .filter(|(_, _, one, _)| !one.unpaid.is_zero())
            .map(|(run, record, one, reason)| not_honoured(*run, record, one.unpaid, reason, now))
            .collect::<Result<Vec<_>, _>>()?;
        ask_operator::ask(tx, now, &tasks)?;
        let obligors = said.iter().map(|(_, record, ..)| record.paper.obligor);
        let obligors = payees(tx, obligors.collect::<Vec<_>>())?;
        let paid = said.iter().map(|(_, record, one, _)| (record, one.paid));
        let unpaid = said.iter().map(|(_, record, one, _)| (record, one.unpaid));
        letters::tell_parties(tx, now, &maturity_letters::presented(paid, &obligors))?;
        letters::tell_parties(tx, now, &maturity_letters::not_honoured(unpaid, &obligors))?;
        Ok(moved.len())
    })
}

/// How much of what was asked of one run its obligor's bank will pay.
struct Answered {
    paid: Amount,
    unpaid: Amount,
}

impl Answered {
    fn of(answer: &PresentedRun, run: &SettlementRun) -> Answered {
        let parts = [run.cash, run.interest_cash].into_iter().flatten();
        let asked = parts.fold(Amount::ZERO, |sum, part| {
            sum.checked_add(part).unwrap_or(sum)
        });
        let paid = match answer.accepted {
            Accepted::All => asked,
            Accepted::Part(part) => part.min(asked),
            Accepted::Nothing => Amount::ZERO,
        };
        Answered {
            paid,
            unpaid: asked.checked_sub(paid).unwrap_or(Amount::ZERO),
        }
    }
}

/// Keeps the bank's answer to the byte; gives its digest.
fn keep(
    tx: &mut WriteTx<'_>,
    raw: &[u8],
    message_id: &str,
    now: DateTime<Utc>,
) -> Result<[u8; 32], AppError> {
    let id = Uuid::from_bytes(random::bytes()?);
    let named = ("pain.014", message_id);
    let message = BankMessage::new(id, Direction::In, named, raw.to_vec(), now);
    tx.bank_messages_append(std::slice::from_ref(&message))?;
    Ok(sha256_of(raw))
}

/// Sets a run aside whose presentation can't be put into a message.
///
/// # Errors
/// The store's.
pub fn note_not_presentable(app: &App, run: Uuid, why: &str) -> Result<(), AppError> {
    set_locked_aside(app, run, &RunFault::NotPresentable(why.to_owned()))
}

/// Sets a run aside whose presentation the obligor's bank won't read: its HTTP status and words.
/// That is no word on whether the obligor honours the paper.
///
/// # Errors
/// The store's.
pub fn note_presentation_refused(app: &App, run: Uuid, why: &str) -> Result<(), AppError> {
    set_locked_aside(app, run, &RunFault::PresentationRefused(why.to_owned()))
}

fn set_locked_aside(app: &App, run: Uuid, fault: &RunFault) -> Result<(), AppError> {
    let now = app.clock.now();
    app.store.write(|tx| {
        let run = tx.settlement_lock(run)?;
        if run.state != RunState::Locked || run.set_aside.is_some() {
            return Ok(());
        }
        let paper = tx.papers_by_ids(&[run.paper_id])?.pop();
        let number = paper.map(|record| record.paper.number).unwrap_or_default();
        set_aside(tx, now, &[FaultyRun::new(&run, &number, fault.clone())])
    })
}
