//! What a person has to see to about single payments, whatever they pay, and a second attempt at one
//! that did not reach its creditor.

use chrono::DateTime;
use chrono::Duration;
use chrono::Utc;
use ledger_core::id::InstructionId;
use ledger_store::operator_tasks::OperatorTask;
use ledger_store::operator_tasks::OperatorTaskKind;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::ask_operator;
use crate::error::AppError;
use crate::maturing_papers::derived;
use crate::random;
use crate::wording;

/// How long a closed task keeps the same from being asked again.
const ASKED_LATELY: Duration = Duration::hours(24);

/// What is wrong with a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PaymentFault {
    /// Kind of the task about it.
    pub(crate) kind: OperatorTaskKind,
    /// Stable code of the task.
    pub(crate) code: &'static str,
    /// What the task's detail says of it.
    pub(crate) words: &'static str,
    /// When a person who has closed the task is asked again.
    pub(crate) again: AskedAgain,
}

/// When the same is asked again about a payment, once its task is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AskedAgain {
    /// Never: nothing changes by itself afterwards.
    Never,
    /// When the bank's word makes it so again.
    AtTheNextWord,
    /// A day later, if it still is so.
    Daily,
}

/// Opens a task for each of these payments, but for those about which a person was asked lately.
pub(crate) fn ask(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    fault: PaymentFault,
    payments: &[Instruction],
) -> Result<(), AppError> {
    if payments.is_empty() {
        return Ok(());
    }
    let subjects: Vec<String> = payments.iter().map(|one| one.id.to_string()).collect();
    let since = match fault.again {
        AskedAgain::Never => DateTime::UNIX_EPOCH,
        AskedAgain::AtTheNextWord => now,
        AskedAgain::Daily => now.checked_sub_signed(ASKED_LATELY).unwrap_or(now),
    };
    let known = tx.operator_tasks_known(fault.code, &subjects, since)?;
    let mut tasks = Vec::new();
    for (payment, subject) in payments.iter().zip(subjects) {
        if known.contains(&subject) {
            continue;
        }
        let detail = format!(
            "{} from {} to {}, {}: {}",
            wording::money(payment.amount, payment.currency),
            payment.debtor_name,
            payment.creditor_name,
            payment.end_to_end_id,
            fault.words,
        );
        tasks.push(task((fault.kind, fault.code), payment, detail, now)?);
    }
    ask_operator::ask(tx, now, &tasks)
}

/// An open task about a payment.
pub(crate) fn task(
    (kind, code): (OperatorTaskKind, &'static str),
    payment: &Instruction,
    detail: String,
    now: DateTime<Utc>,
) -> Result<OperatorTask, AppError> {
    tracing::error!(id = %payment.id, code, reason = %payment.reason, "a payment needs a person");
    Ok(OperatorTask {
        id: Uuid::from_bytes(random::bytes()?),
        kind,
        subject: payment.id.to_string(),
        code: code.to_owned(),
        detail,
        opened_at: now,
        closed_at: None,
        closed_by: None,
        note: String::new(),
    })
}

/// Of these payments, those of one kind that are in one of `states`.
pub(crate) fn among(
    payments: &[Instruction],
    kind: InstructionKind,
    states: &[InstructionState],
) -> Vec<Instruction> {
    let meant = |one: &&Instruction| one.kind == kind && states.contains(&one.state);
    payments.iter().filter(meant).cloned().collect()
}

/// Those of these payments that are on their way: neither proved nor refused by the bank.
pub(crate) fn unproven(
    tx: &mut ReadTx<'_>,
    ids: &[InstructionId],
) -> Result<Vec<Instruction>, AppError> {
    let mut found = tx.instructions_by_ids(ids)?;
    found.retain(|one| {
        matches!(
            one.state,
            InstructionState::Sent | InstructionState::Accepted | InstructionState::Unknown
        )
    });
    Ok(found)
}

/// The payment a task is about, locked.
pub(crate) fn subject_of(
    tx: &mut WriteTx<'_>,
    task: &OperatorTask,
) -> Result<Instruction, AppError> {
    let id: Uuid = task
        .subject
        .parse()
        .map_err(|_not_an_id| AppError::Internal(format!("task {} names no payment", task.id)))?;
    Ok(tx.instruction_lock(InstructionId::from_bytes(id.into_bytes()))?)
}

/// That the bank's last word on a payment is still the one that was read before its entry was made; its
/// word is held until the unit of work ends. It may have spoken again meanwhile: the next look concludes.
///
/// # Errors
/// [`AppError::Busy`] if it has.
pub(crate) fn check_word_stands(
    tx: &mut WriteTx<'_>,
    payment: InstructionId,
    word: InstructionState,
) -> Result<(), AppError> {
    if tx.instruction_lock(payment)?.state == word {
        return Ok(());
    }
    Err(AppError::Busy {
        retry_after_seconds: 1,
    })
}

/// Whether a payment can have a second attempt: the bank's no or its return is on record, no booking
/// speaks against it, and nothing has taken its place.
pub(crate) fn is_free_for_another(
    tx: &mut ReadTx<'_>,
    payment: &Instruction,
) -> Result<bool, AppError> {
    let not_made = match payment.state {
        InstructionState::Returned => true,
        InstructionState::Rejected => {
            let own = [payment.booked_as().to_owned()];
            tx.statement_entries_by_end_to_end(&own)?.is_empty()
        }
        _ => false,
    };
    Ok(not_made && !tx.payment_replaced(payment.id)?)
}

/// Instructs the same sum once more, under ids of its own. They follow from the attempt before
/// (`purpose` keeps kinds apart, `prefix` begins the end-to-end id): there is no way to two of them.
pub(crate) fn instruct_once_more(
    tx: &mut WriteTx<'_>,
    payment: Instruction,
    (purpose, prefix): (&'static [u8], &'static str),
    task: &OperatorTask,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let before = payment.id;
    let next = derived(purpose, &[before.bytes()]);
    let again = Instruction {
        id: InstructionId::from_bytes(next),
        end_to_end_id: format!("{prefix}{}", hex::encode(next)),
        message_id: None,
        state: InstructionState::Created,
        reason: String::new(),
        evidence: None,
        business_date: tx.business_date_today()?,
        attempts: 0,
        next_attempt_at: now,
        netted_in: None,
        ..payment
    };
    Ok(tx.instruction_replace(before, &again, task.id)?)
}
