//! Asks a person of the operator to look at something: a task, and a letter about it.

use chrono::DateTime;
use chrono::Utc;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::operator_tasks::OperatorTask;
use ledger_store::unit_of_work::WriteTx;

use crate::error::AppError;
use crate::letters;
use crate::notice::Notice;
use crate::notice_tasks::OperatorTasks;
use crate::notice_tasks::TaskTold;

/// Tasks that one letter names; the page shows the rest.
const TASKS_NAMED: usize = 20;

/// Opens tasks and tells the operator's people of those that are new, all of a unit of work in one
/// letter: each task is told of once, however often a job comes upon what it is about.
pub(crate) fn ask(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    tasks: &[OperatorTask],
) -> Result<(), AppError> {
    if tasks.is_empty() {
        return Ok(());
    }
    let new = tx.operator_tasks_add(tasks)?;
    if new.is_empty() {
        return Ok(());
    }
    let told = tasks
        .iter()
        .filter(|task| new.contains(&task.id))
        .take(TASKS_NAMED)
        .map(|task| TaskTold {
            about: task.kind.word().to_owned(),
            code: task.code.clone(),
            detail: task.detail.clone(),
        });
    let notice = Notice::OperatorTasks(OperatorTasks {
        count: u32::try_from(new.len()).unwrap_or(u32::MAX),
        tasks: told.collect(),
    });
    let operators = tx.parties_of_kind(PartyKind::Operator)?;
    let notices: Vec<(PartyId, Notice)> = operators
        .into_iter()
        .map(|party| (party.id, notice.clone()))
        .collect();
    letters::tell_parties(tx, now, &notices)
}
