//! What a person has to see to about recourse: a payment that came back after the fragment had moved.
//! The fragment is not taken from who paid by a machine: whether it was paid after all is between the
//! two and their banks.

use chrono::DateTime;
use chrono::Utc;
use ledger_core::id::InstructionId;
use ledger_store::operator_tasks::OperatorTask;
use ledger_store::operator_tasks::OperatorTaskKind;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::ask_operator;
use crate::error::AppError;
use crate::random;
use crate::wording;

/// Opens a task for each payment among these end-to-end ids that came back too late.
pub(crate) fn note_returned(
    tx: &mut WriteTx<'_>,
    changed: &[String],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    if changed.is_empty() {
        return Ok(());
    }
    let mut back = tx.instructions_by_end_to_end(changed)?;
    back.retain(|one| {
        (one.kind, one.state) == (InstructionKind::RecoursePayment, InstructionState::Returned)
    });
    let ids: Vec<InstructionId> = back.iter().map(|one| one.id).collect();
    let moved = tx.recourse_paid_by(&ids)?;
    let mut tasks = Vec::new();
    for one in back.iter().filter(|one| moved.contains(&one.id)) {
        tracing::error!(id = %one.id, "a payment by recourse came back after its fragment had moved");
        tasks.push(OperatorTask {
            id: Uuid::from_bytes(random::bytes()?),
            kind: OperatorTaskKind::RecoursePayment,
            subject: one.id.to_string(),
            code: "recourse_returned".to_owned(),
            detail: format!(
                "{} of {} to {}, {}",
                wording::money(one.amount, one.currency),
                one.debtor_name,
                one.creditor_name,
                one.end_to_end_id,
            ),
            opened_at: now,
            closed_at: None,
            closed_by: None,
            note: String::new(),
        });
    }
    ask_operator::ask(tx, now, &tasks)
}
