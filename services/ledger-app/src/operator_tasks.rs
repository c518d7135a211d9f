//! What the platform asks a person of the operator to look at: runs that were set aside, bookings
//! that are no evidence as they stand.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
pub use ledger_store::operator_tasks::OperatorTask;
pub use ledger_store::operator_tasks::OperatorTaskKind;
use ledger_store::settlements::SettlementRun;
use ledger_store::unit_of_work::ReadTx;
use uuid::Uuid;

use crate::app::App;
use crate::credit_again::instruct_again;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;
use crate::redemption_tasks;

/// Most tasks shown at once.
const SHOWN: i64 = 200;

/// The settlement that a task is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settling {
    /// Number of the paper, 30 digits.
    pub paper: String,
    /// Its face, minor units of `currency`.
    pub face: Amount,
    /// In what.
    pub currency: Currency,
    /// Name of the obligor.
    pub obligor: String,
    /// The business day of its payment.
    pub due_date: NaiveDate,
}

/// An open task with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedTask {
    /// The task.
    pub task: OperatorTask,
    /// The settlement, if it is about one whose paper and obligor are on record.
    pub settling: Option<Settling>,
}

/// The open tasks, oldest first, at most 200.
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn open(app: &App, who: &Principal) -> Result<Vec<ListedTask>, AppError> {
    who.may(Action::Operate)?;
    app.store.read(|tx| {
        let tasks = tx.operator_tasks_open(SHOWN)?;
        let mut settling = settlements(tx, &tasks)?;
        Ok(tasks
            .into_iter()
            .map(|task| ListedTask {
                settling: settling.remove(&task.subject),
                task,
            })
            .collect())
    })
}

/// How many tasks are open, and since when the oldest is.
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn waiting(app: &App, who: &Principal) -> Result<(u64, Option<DateTime<Utc>>), AppError> {
    who.may(Action::Operate)?;
    let (count, since) = app.store.read(|tx| tx.operator_tasks_waiting())?;
    Ok((u64::try_from(count).unwrap_or(0), since))
}

/// The settlements that tasks are about, by the tasks' subjects; set-based.
fn settlements(
    tx: &mut ReadTx<'_>,
    tasks: &[OperatorTask],
) -> Result<HashMap<String, Settling>, AppError> {
    let runs: Vec<Uuid> = tasks
        .iter()
        .filter(|task| task.kind == OperatorTaskKind::SettlementRun)
        .filter_map(|task| task.subject.parse().ok())
        .collect();
    let runs = tx.settlements_by_ids(&runs)?;
    let ids: Vec<PaperId> = runs.iter().map(|run| run.paper_id).collect();
    let papers = tx.papers_by_ids(&ids)?;
    let obligors: Vec<PartyId> = papers.iter().map(|paper| paper.paper.obligor).collect();
    let obligors = tx.parties_by_ids(&obligors)?;
    let about = |run: &SettlementRun| {
        let paper = papers.iter().find(|paper| paper.paper.id == run.paper_id)?;
        let obligor = obligors.iter().find(|one| one.id == paper.paper.obligor)?;
        Some(Settling {
            paper: paper.paper.number.clone(),
            face: paper.paper.face,
            currency: paper.paper.currency,
            obligor: obligor.name.clone(),
            due_date: run.due_date,
        })
    };
    Ok(runs
        .iter()
        .filter_map(|run| about(run).map(|found| (run.id.to_string(), found)))
        .collect())
}

/// Closes a task with a word on what was done. A run that was set aside goes on where it stood, one
/// that was not honoured is presented again, a credit that was not made is instructed again; if what
/// kept it still does, there is a new task.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::NotFound`] if the task is not open;
/// [`AppError::Invalid`] `note_missing`.
pub fn close(app: &App, who: &Principal, task: Uuid, note: &str) -> Result<(), AppError> {
    who.may(Action::Operate)?;
    let note = note.trim();
    if note.is_empty() {
        return Err(AppError::invalid_field(
            "note",
            "note_missing",
            "say in a few words what was done",
        ));
    }
    let now = app.clock.now();
    app.store.write(|tx| {
        let found = tx
            .operator_task_lock_open(task)?
            .ok_or(AppError::NotFound)?;
        match found.kind {
            OperatorTaskKind::SettlementRun => {
                let run: Uuid = found.subject.parse().map_err(|_not_an_id| {
                    AppError::Internal(format!("task {task} names no settlement run"))
                })?;
                tx.settlement_take_up(run, &found.code, now)?;
            }
            OperatorTaskKind::SettlementCredit => instruct_again(tx, &found, now)?,
            OperatorTaskKind::EarlyRedemption => {
                redemption_tasks::instruct_again(tx, &found, now)?;
            }
            // Purchases go on by the bank's word alone, webhooks by their party's; a use of an
            // invoice stands until its own parties take it back; who paid by recourse, and did not,
            // settles that with who claimed.
            OperatorTaskKind::BankBooking
            | OperatorTaskKind::DiscountPayout
            | OperatorTaskKind::Webhook
            | OperatorTaskKind::InvoiceUse
            | OperatorTaskKind::RecoursePayment => {}
        }
        tx.operator_task_close(task, &who.subject(), note, now)?;
        Ok(())
    })
}
