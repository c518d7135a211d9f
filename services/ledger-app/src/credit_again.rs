//! Credits at maturity that a bank did not make: a task for each, and, once a person has closed it,
//! a new attempt under ids of its own. Never two attempts at once: one takes another's place only
//! after the bank's no, has one successor at most, and none at all if the bank booked it.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::Utc;
use ledger_core::id::PaperId;
use ledger_store::operator_tasks::OperatorTask;
use ledger_store::operator_tasks::OperatorTaskKind;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::settlements::RunState;
use ledger_store::unit_of_work::WriteTx;

use crate::ask_operator;
use crate::error::AppError;
use crate::payment_tasks;
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

/// Opens a task for each settlement credit among these payments, about which a bank's word has just
/// changed something, that was rejected or came back.
pub(crate) fn note_not_made(
    tx: &mut WriteTx<'_>,
    changed: &[Instruction],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let mut faulty = Vec::new();
    for credit in changed {
        match (credit.kind, credit.state) {
            (InstructionKind::SettlementCredit, InstructionState::Rejected) => {
                faulty.push((credit.clone(), CreditFault::Rejected));
            }
            (InstructionKind::SettlementCredit, InstructionState::Returned) => {
                faulty.push((credit.clone(), CreditFault::Returned));
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
        .filter(|payment| payment.kind == InstructionKind::SettlementCredit)
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
        let reason = match credit.reason.as_str() {
            "" => "none given",
            reason => reason,
        };
        let together = match &credit.netted_in {
            Some(payment) => format!(" (in one sum with others, {payment})"),
            None => String::new(),
        };
        let detail = format!(
            "{number}: {} to {}, {}{together}: {}; the bank's reason: {reason}",
            wording::money(credit.amount, credit.currency),
            credit.creditor_name,
            credit.end_to_end_id,
            fault.words(),
        );
        let about = (OperatorTaskKind::SettlementCredit, fault.code());
        tasks.push(payment_tasks::task(about, credit, detail, now)?);
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
    let credit = payment_tasks::subject_of(tx, task)?;
    let Some(run) = credit.run else {
        return Ok(());
    };
    let wanted = tx.settlement_lock(run)?.state == RunState::Instructed;
    if !wanted || !payment_tasks::is_free_for_another(tx, &credit)? {
        return Ok(());
    }
    let ids: (&[u8], &str) = (b"tallystick/credit-again", "TS");
    payment_tasks::instruct_once_more(tx, credit, ids, task, now)
}
