//! What a person has to see to about early payments: the bank has not said what became of one, or one
//! came back after its fragment had been redeemed. What is redeemed is nobody's claim any more, so that
//! the holder is owed the money itself: closing the task instructs it once more.

use chrono::DateTime;
use chrono::Duration;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::id::InstructionId;
use ledger_store::operator_tasks::OperatorTask;
use ledger_store::operator_tasks::OperatorTaskKind;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::redemptions::RedemptionState;
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

/// Code of the task about a payment whose day is over and about which the bank has said nothing.
pub const UNPROVEN: &str = "redemption_unproven";

/// Code of the task about money that did not stay where it was paid, or was not paid at a second try.
pub const NOT_PAID: &str = "redemption_not_paid";

/// Code of the task about money that went out although the bank had refused it and the fragment is its
/// holder's again.
pub const BOOKED_AFTER_END: &str = "redemption_booked_after_end";

/// Asks about payments whose day is over and that are neither proved nor refused.
pub(crate) fn watch(
    tx: &mut WriteTx<'_>,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let late: Vec<InstructionId> = tx
        .redemptions_open()?
        .into_iter()
        .filter(|(_, pay_date)| *pay_date < today)
        .map(|(open, _)| open.instruction)
        .collect();
    let unproven: Vec<Instruction> = tx
        .instructions_by_ids(&late)?
        .into_iter()
        .filter(|payment| {
            matches!(
                payment.state,
                InstructionState::Sent | InstructionState::Accepted | InstructionState::Unknown
            )
        })
        .collect();
    let since = now.checked_sub_signed(ASKED_LATELY).unwrap_or(now);
    ask(tx, now, (UNPROVEN, since), &unproven)
}

/// Asks about early payments among these end-to-end ids, about which a bank's word has just changed
/// something, that did not reach a holder whose fragment is redeemed. One whose fragment still waits is
/// concluded by that word.
pub(crate) fn note_not_paid(
    tx: &mut WriteTx<'_>,
    changed: &[String],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    if changed.is_empty() {
        return Ok(());
    }
    let mut failed = tx.instructions_by_end_to_end(changed)?;
    failed.retain(|payment| {
        payment.kind == InstructionKind::EarlyRedemption
            && matches!(
                payment.state,
                InstructionState::Rejected | InstructionState::Returned
            )
    });
    let ids: Vec<InstructionId> = failed.iter().map(|payment| payment.id).collect();
    let first = tx.redemptions_by_instructions(&ids)?;
    failed.retain(|payment| {
        let of = first.iter().find(|one| one.instruction == payment.id);
        // A payment that took another's place stands in no acceptance.
        of.is_none_or(|one| one.state == RedemptionState::Redeemed)
    });
    ask(tx, now, (NOT_PAID, DateTime::UNIX_EPOCH), &failed)
}

/// Asks about early payments among these end-to-end ids that a bank booked although it had refused them
/// and their fragments were given back.
pub(crate) fn note_booked(
    tx: &mut WriteTx<'_>,
    booked: &[String],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    if booked.is_empty() {
        return Ok(());
    }
    let mut over = tx.instructions_by_end_to_end(booked)?;
    over.retain(|payment| {
        payment.kind == InstructionKind::EarlyRedemption
            && payment.state == InstructionState::Rejected
    });
    ask(tx, now, (BOOKED_AFTER_END, DateTime::UNIX_EPOCH), &over)
}

fn ask(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    (code, since): (&'static str, DateTime<Utc>),
    payments: &[Instruction],
) -> Result<(), AppError> {
    if payments.is_empty() {
        return Ok(());
    }
    let subjects: Vec<String> = payments.iter().map(|one| one.id.to_string()).collect();
    let known = tx.operator_tasks_known(code, &subjects, since)?;
    let mut tasks = Vec::new();
    for payment in payments {
        if known.contains(&payment.id.to_string()) {
            continue;
        }
        tracing::error!(id = %payment.id, code, "an early payment needs a person");
        tasks.push(OperatorTask {
            id: Uuid::from_bytes(random::bytes()?),
            kind: OperatorTaskKind::EarlyRedemption,
            subject: payment.id.to_string(),
            code: code.to_owned(),
            detail: format!(
                "{} from {} to {}, {}: {}",
                wording::money(payment.amount, payment.currency),
                payment.debtor_name,
                payment.creditor_name,
                payment.end_to_end_id,
                payment.state.word(),
            ),
            opened_at: now,
            closed_at: None,
            closed_by: None,
            note: String::new(),
        });
    }
    ask_operator::ask(tx, now, &tasks)
}

/// Whether this payment is still owed: it came back or was refused, nothing took its place, and the
/// fragment it was for is redeemed.
fn is_owed(tx: &mut ReadTx<'_>, payment: &Instruction) -> Result<bool, AppError> {
    let not_paid = match payment.state {
        InstructionState::Returned => true,
        InstructionState::Rejected => {
            let own = std::slice::from_ref(&payment.end_to_end_id);
            tx.statement_entries_by_end_to_end(own)?.is_empty()
        }
        _ => false,
    };
    if !not_paid || tx.payment_replaced(payment.id)? {
        return Ok(false);
    }
    let of = tx.redemptions_by_instructions(&[payment.id])?.pop();
    Ok(of.is_none_or(|one| one.state == RedemptionState::Redeemed))
}

/// A person has closed the task about a payment that did not stay: it is instructed once more, under an
/// id of its own. A task about the bank's silence instructs nothing.
pub(crate) fn instruct_again(
    tx: &mut WriteTx<'_>,
    task: &OperatorTask,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    if task.code != NOT_PAID {
        return Ok(());
    }
    let id: Uuid = task
        .subject
        .parse()
        .map_err(|_not_an_id| AppError::Internal(format!("task {} names no payment", task.id)))?;
    let id = InstructionId::from_bytes(id.into_bytes());
    let payment = tx.instruction_lock(id)?;
    if !is_owed(tx, &payment)? {
        return Ok(());
    }
    // The id follows from the attempt before: there is no way to two of them.
    let next = derived(b"tallystick/early-redemption-again", &[id.bytes()]);
    let again = Instruction {
        id: InstructionId::from_bytes(next),
        end_to_end_id: format!("ER{}", hex::encode(next)),
        message_id: None,
        state: InstructionState::Created,
        reason: String::new(),
        evidence: None,
        business_date: tx.business_date_today()?,
        attempts: 0,
        next_attempt_at: now,
        ..payment
    };
    Ok(tx.instruction_replace(id, &again, task.id)?)
}
