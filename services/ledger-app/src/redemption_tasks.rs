//! What a person has to see to about early payments: the bank has not said what became of one, or one
//! came back after its fragment had been redeemed. What is redeemed is nobody's claim any more, so that
//! the holder is owed the money itself: closing the task instructs it once more.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::id::InstructionId;
use ledger_store::operator_tasks::OperatorTask;
use ledger_store::operator_tasks::OperatorTaskKind;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::redemptions::RedemptionState;
use ledger_store::unit_of_work::WriteTx;

use crate::error::AppError;
use crate::payment_tasks;
use crate::payment_tasks::AskedAgain;
use crate::payment_tasks::PaymentFault;

const KIND: OperatorTaskKind = OperatorTaskKind::EarlyRedemption;

/// The day of a payment is over, and the bank has said nothing.
const UNPROVEN: PaymentFault = PaymentFault {
    kind: KIND,
    code: "redemption_unproven",
    words: "its day is over and the bank has not proved it",
    again: AskedAgain::Daily,
};

/// The money did not stay where it was paid, or was not paid at a second try.
const NOT_PAID: PaymentFault = PaymentFault {
    kind: KIND,
    code: "redemption_not_paid",
    words: "it did not reach the holder, whose fragment is redeemed",
    again: AskedAgain::AtTheNextWord,
};

/// The money went out although the bank had refused it, and the fragment is its holder's again.
const BOOKED_AFTER_END: PaymentFault = PaymentFault {
    kind: KIND,
    code: "redemption_booked_after_end",
    words: "the bank booked it after it had refused it",
    again: AskedAgain::Never,
};

/// Asks about payments whose day is over and that are neither proved nor refused.
pub(crate) fn watch(
    tx: &mut WriteTx<'_>,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let late = tx.redemptions_late(today)?;
    let unproven = payment_tasks::unproven(tx, &late)?;
    payment_tasks::ask(tx, now, UNPROVEN, &unproven)
}

/// Asks about early payments among these payments, about which a bank's word has just changed
/// something, that did not reach a holder whose fragment is redeemed. One whose fragment still waits is
/// concluded by that word.
pub(crate) fn note_not_paid(
    tx: &mut WriteTx<'_>,
    changed: &[Instruction],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let not_paid = &[InstructionState::Rejected, InstructionState::Returned];
    let mut failed = payment_tasks::among(changed, InstructionKind::EarlyRedemption, not_paid);
    if failed.is_empty() {
        return Ok(());
    }
    let ids: Vec<InstructionId> = failed.iter().map(|payment| payment.id).collect();
    let first = tx.redemptions_by_instructions(&ids)?;
    failed.retain(|payment| {
        let of = first.iter().find(|one| one.instruction == payment.id);
        // A payment that took another's place stands in no acceptance.
        of.is_none_or(|one| one.state == RedemptionState::Redeemed)
    });
    payment_tasks::ask(tx, now, NOT_PAID, &failed)
}

/// Asks about early payments among these payments that a bank booked although it had refused them
/// and their fragments were given back.
pub(crate) fn note_booked(
    tx: &mut WriteTx<'_>,
    booked: &[Instruction],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    // A booking that came while the fragment was given back is settled, and its acceptance is over.
    let either = &[InstructionState::Rejected, InstructionState::Settled];
    let mut over = payment_tasks::among(booked, InstructionKind::EarlyRedemption, either);
    let ids: Vec<InstructionId> = over.iter().map(|payment| payment.id).collect();
    let released = if ids.is_empty() {
        Vec::new()
    } else {
        tx.redemptions_by_instructions(&ids)?
    };
    over.retain(|payment| {
        payment.state == InstructionState::Rejected
            || released
                .iter()
                .any(|one| one.instruction == payment.id && one.state == RedemptionState::Released)
    });
    payment_tasks::ask(tx, now, BOOKED_AFTER_END, &over)
}

/// A person has closed the task about a payment that did not stay: unless nothing is owed any more, it is
/// instructed once more. A task about the bank's silence instructs nothing.
pub(crate) fn instruct_again(
    tx: &mut WriteTx<'_>,
    task: &OperatorTask,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    if task.code != NOT_PAID.code {
        return Ok(());
    }
    let payment = payment_tasks::subject_of(tx, task)?;
    if !payment_tasks::is_free_for_another(tx, &payment)? {
        return Ok(());
    }
    let of = tx.redemptions_by_instructions(&[payment.id])?.pop();
    if of.is_some_and(|one| one.state != RedemptionState::Redeemed) {
        return Ok(());
    }
    let ids: (&[u8], &str) = (b"tallystick/early-redemption-again", "ER");
    payment_tasks::instruct_once_more(tx, payment, ids, task, now)
}
