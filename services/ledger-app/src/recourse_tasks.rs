//! What a person has to see to about recourse: the bank has not said what became of a payment, it came
//! back after the fragment had moved, or it was booked after the claim had ended without it. A fragment
//! is not taken from who paid by a machine: whether it was paid after all is between the two and their
//! banks.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::id::InstructionId;
use ledger_store::operator_tasks::OperatorTaskKind;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::recourse_claims::ClaimState;
use ledger_store::unit_of_work::WriteTx;

use crate::error::AppError;
use crate::payment_tasks;
use crate::payment_tasks::AskedAgain;
use crate::payment_tasks::PaymentFault;

const KIND: OperatorTaskKind = OperatorTaskKind::RecoursePayment;

/// The day of a payment is over, and the bank has said nothing: the fragment waits, and with it the
/// paper's next round.
const UNPROVEN: PaymentFault = PaymentFault {
    kind: KIND,
    code: "recourse_unproven",
    words: "its day is over and the bank has not proved it",
    again: AskedAgain::Daily,
};

/// The money did not stay, and the fragment has moved.
const RETURNED: PaymentFault = PaymentFault {
    kind: KIND,
    code: "recourse_returned",
    words: "it came back after the fragment had moved",
    again: AskedAgain::Never,
};

/// The bank booked what it had refused, and the fragment is still its holder's.
const BOOKED_AFTER_END: PaymentFault = PaymentFault {
    kind: KIND,
    code: "recourse_booked_after_end",
    words: "the bank booked it after it had refused it",
    again: AskedAgain::Never,
};

/// Asks about payments whose day is over and that are neither proved nor refused.
pub(crate) fn watch(
    tx: &mut WriteTx<'_>,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let waiting: Vec<InstructionId> = tx.recourse_payments_waiting()?;
    let mut late = payment_tasks::unproven(tx, &waiting)?;
    late.retain(|one| one.business_date < today);
    payment_tasks::ask(tx, now, UNPROVEN, &late)
}

/// Opens a task for each of these recourse payments that came back too late.
pub(crate) fn note_returned(
    tx: &mut WriteTx<'_>,
    changed: &[Instruction],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let returned = &[InstructionState::Returned];
    let mut back = payment_tasks::among(changed, InstructionKind::RecoursePayment, returned);
    if back.is_empty() {
        return Ok(());
    }
    let ids: Vec<InstructionId> = back.iter().map(|one| one.id).collect();
    let moved = tx.recourse_payments_ended(&ids, ClaimState::Paid)?;
    back.retain(|one| moved.contains(&one.id));
    payment_tasks::ask(tx, now, RETURNED, &back)
}

/// Opens a task for each of these recourse payments that a bank booked although it had refused
/// it: who paid has neither the money nor the fragment.
pub(crate) fn note_booked(
    tx: &mut WriteTx<'_>,
    booked: &[Instruction],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    // A booking that came while the fragment was given back is settled, and its claim is over.
    let either = &[InstructionState::Rejected, InstructionState::Settled];
    let mut over = payment_tasks::among(booked, InstructionKind::RecoursePayment, either);
    if over.is_empty() {
        return Ok(());
    }
    let ids: Vec<InstructionId> = over.iter().map(|one| one.id).collect();
    let unpaid = tx.recourse_payments_ended(&ids, ClaimState::Unpaid)?;
    over.retain(|one| one.state == InstructionState::Rejected || unpaid.contains(&one.id));
    payment_tasks::ask(tx, now, BOOKED_AFTER_END, &over)
}
