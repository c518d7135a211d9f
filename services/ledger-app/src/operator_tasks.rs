//! What the platform asks a person of the operator to look at: runs that were set aside, bookings
//! that are no evidence as they stand.

pub use ledger_store::operator_tasks::OperatorTask;
pub use ledger_store::operator_tasks::OperatorTaskKind;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;

/// Most tasks shown at once.
const SHOWN: i64 = 200;

/// The open tasks, oldest first, at most 200.
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn open(app: &App, who: &Principal) -> Result<Vec<OperatorTask>, AppError> {
    who.may(Action::Operate)?;
    app.store.read(|tx| Ok(tx.operator_tasks_open(SHOWN)?))
}

/// Closes a task with a word on what was done. A run that was set aside goes on where it stood; if
/// what kept it still does, it is set aside again with a new task.
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
        if found.kind == OperatorTaskKind::SettlementRun {
            let run: Uuid = found.subject.parse().map_err(|_not_an_id| {
                AppError::Internal(format!("task {task} names no settlement run"))
            })?;
            tx.settlement_take_up(run, now)?;
        }
        tx.operator_task_close(task, &who.subject(), note, now)?;
        Ok(())
    })
}
