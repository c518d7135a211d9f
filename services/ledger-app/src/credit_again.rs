//! Credits at maturity that a bank did not make: a task for each, and, once a person has closed it,
//! a new attempt under ids of its own. Never two attempts at once: one takes another's place only
//! after the bank's no, has one successor at most, and none at all if the bank booked it.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::Utc;
use ledger_core::id::InstructionId;
use ledger_core::id::PaperId;
use ledger_store::operator_tasks::OperatorTask;
use ledger_store::operator_tasks::OperatorTaskKind;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::settlements::RunState;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::ask_operator;
use crate::error::AppError;
use crate::maturing_papers::derived;
use crate::random;
use crate::wording;

/// What is wrong with a credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CreditFault {
    Rejected,
    Returned,
    BookedAfterRejection,
}

impl CreditFault {
    /// Stable code of the task about it.
    const fn code(self) -> &'static str {
        match self {
            CreditFault::Rejected => "credit_rejected",
            CreditFault::Returned => "credit_returned",
            CreditFault::BookedAfterRejection => "credit_booked_after_rejection",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            CreditFault::Rejected => "the bank rejected it",
            CreditFault::Returned => "it came back",
            CreditFault::BookedAfterRejection => {
                "the bank rejected it, another attempt took its place, and now it is booked"
            }
        }
    }
}

/// Opens a task for each settlement credit among these end-to-end ids, about which a bank's word has
/// just changed something, that was rejected or came back.
pub(crate) fn note_not_made(
    tx: &mut WriteTx<'_>,
    changed: &[String],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    if changed.is_empty() {
        return Ok(());
    }
    let mut faulty = Vec::new();
    for credit in tx.instructions_by_end_to_end(changed)? {
        match (credit.kind, credit.state) {
            (InstructionKind::SettlementCredit, InstructionState::Rejected) => {
                faulty.push((credit, CreditFault::Rejected));
            }
            (InstructionKind::SettlementCredit, InstructionState::Returned) => {
                faulty.push((credit, CreditFault::Returned));
            }
            _ => {}
        }
    }
    open_tasks(tx, &faulty, now)
}

/// These are booked: what waits in the place of one of them is held back, with a task for a person.
pub(crate) fn note_booked(
    tx: &mut WriteTx<'_>,
    booked: &[String],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let replaced = tx.replacements_hold(booked)?.into_iter();
    let faulty: Vec<_> = replaced
        .map(|credit| (credit, CreditFault::BookedAfterRejection))
        .collect();
    open_tasks(tx, &faulty, now)
}

fn open_tasks(
    tx: &mut WriteTx<'_>,
    faulty: &[(Instruction, CreditFault)],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    if faulty.is_empty() {
        return Ok(());
    }
    let papers: Vec<PaperId> = faulty.iter().map(|(credit, _)| credit.paper_id).collect();
    let numbers: HashMap<PaperId, String> = tx
        .papers_by_ids(&papers)?
        .into_iter()
        .map(|record| (record.paper.id, record.paper.number))
        .collect();
    let mut tasks = Vec::with_capacity(faulty.len());
    for (credit, fault) in faulty {
        let number = numbers.get(&credit.paper_id).map_or("", String::as_str);
        tracing::error!(paper = number, id = %credit.id, code = fault.code(), reason = %credit.reason, "a credit is not made");
        let reason = match credit.reason.as_str() {
            "" => "none given",
            reason => reason,
        };
        tasks.push(OperatorTask {
            id: Uuid::from_bytes(random::bytes()?),
            kind: OperatorTaskKind::SettlementCredit,
            subject: credit.id.to_string(),
            code: fault.code().to_owned(),
            detail: format!(
                "{number}: {} to {}, {}: {}; the bank's reason: {reason}",
                wording::money(credit.amount, credit.currency),
                credit.creditor_name,
                credit.end_to_end_id,
                fault.words(),
            ),
            opened_at: now,
            closed_at: None,
            closed_by: None,
            note: String::new(),
        });
    }
    ask_operator::ask(tx, now, &tasks)
}

/// Instructs a credit again that was rejected or came back, unless the bank booked it after all,
/// another attempt took its place, or its run needs it no more.
pub(crate) fn instruct_again(
    tx: &mut WriteTx<'_>,
    task: &OperatorTask,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let id: Uuid = task
        .subject
        .parse()
        .map_err(|_not_an_id| AppError::Internal(format!("task {} names no payment", task.id)))?;
    let id = InstructionId::from_bytes(id.into_bytes());
    let credit = tx.instruction_lock(id)?;
    let Some(run) = credit.run else {
        return Ok(());
    };
    let wanted = tx.settlement_lock(run)?.state == RunState::Instructed;
    let not_made = match credit.state {
        InstructionState::Returned => true,
        InstructionState::Rejected => {
            let own = std::slice::from_ref(&credit.end_to_end_id);
            tx.statement_entries_by_end_to_end(own)?.is_empty()
        }
        _ => false,
    };
    if !wanted || !not_made || tx.payment_replaced(id)? {
        return Ok(());
    }
    // The id follows from the attempt before: there is no way to two of them.
    let next = derived(b"tallystick/credit-again", &[id.bytes()]);
    let again = Instruction {
        id: InstructionId::from_bytes(next),
        end_to_end_id: format!("TS{}", hex::encode(next)),
        message_id: None,
        state: InstructionState::Created,
        reason: String::new(),
        evidence: None,
        business_date: tx.business_date_today()?,
        attempts: 0,
        next_attempt_at: now,
        ..credit
    };
    Ok(tx.instruction_replace(id, &again, task.id)?)
}
