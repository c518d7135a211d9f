//! What a person has to see to about pay-outs of purchases: the bank has not said what became of the
//! money, it came back too late, or the purchase can't be concluded.

use chrono::DateTime;
use chrono::Utc;
use ledger_core::id::InstructionId;
use ledger_core::id::QuoteId;
use ledger_core::rule_pack::RegistrationDuty;
use ledger_core::rule_pack::RulePack;
use ledger_store::operator_tasks::OperatorTaskKind;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::quotes::DiscountState;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;

use crate::app::App;
use crate::error::AppError;
use crate::payment_tasks;
use crate::payment_tasks::AskedAgain;
use crate::payment_tasks::PaymentFault;
use crate::supplier_quotes::read;

/// What is wrong with a pay-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PayoutFault {
    /// The pay date is over, and no bank has proved the payment or refused it.
    Unproven,
    /// The money came back after the provider had used the fragment.
    ReturnedAfterUse,
    /// The money arrived, and the rules of the day want a certificate that nobody has recorded.
    NotRegistered,
    /// Money went out for a purchase that was over.
    BookedAfterEnd,
}

impl PayoutFault {
    /// The task about it, by its stable code.
    const fn as_asked(self) -> PaymentFault {
        let (code, words, again) = match self {
            PayoutFault::Unproven => (
                "payout_unproven",
                "the pay date is over and the bank has not proved it",
                AskedAgain::Daily,
            ),
            PayoutFault::ReturnedAfterUse => (
                "payout_returned_after_use",
                "it came back after the finance provider had used the fragment",
                AskedAgain::Never,
            ),
            PayoutFault::NotRegistered => (
                "payout_not_registered",
                "it is paid, and no certificate is on record",
                AskedAgain::Daily,
            ),
            PayoutFault::BookedAfterEnd => (
                "payout_booked_after_end",
                "the bank booked it after the purchase was over",
                AskedAgain::Never,
            ),
        };
        PaymentFault {
            kind: OperatorTaskKind::DiscountPayout,
            code,
            words,
            again,
        }
    }
}

/// Lets purchases follow what banks say of their pay-outs (no answer makes them `unknown`: both sides
/// stay locked, and the bank is asked again), and asks a person about those that a day later are still
/// neither proved nor refused, and about those that are paid and lack the certificate the rules want.
/// The scheduler's job; gives how many purchases changed.
///
/// # Errors
/// The store's.
pub fn watch(app: &App) -> Result<usize, AppError> {
    let now = app.clock.now();
    app.store.write(|tx| {
        let changed = tx.discounts_follow_banks()?;
        let late = unproven(tx)?;
        ask(tx, now, PayoutFault::Unproven, &late)?;
        let unregistered = unregistered(tx)?;
        ask(tx, now, PayoutFault::NotRegistered, &unregistered)?;
        Ok(changed)
    })
}

/// Paid, but without the certificate that the entry has to state today.
fn unregistered(tx: &mut ReadTx<'_>) -> Result<Vec<InstructionId>, AppError> {
    let pack = RulePack::on(tx.business_date_today()?);
    if pack.registration.says != RegistrationDuty::InJournal {
        return Ok(Vec::new());
    }
    let paid = tx.discounts_waiting_for(&[InstructionState::Settled])?;
    let waiting = tx.discounts_by_instructions(&paid)?;
    let quotes: Vec<QuoteId> = waiting.iter().map(|discount| discount.quote).collect();
    let registered = tx.registrations_by_quotes(&quotes)?;
    Ok(waiting
        .into_iter()
        .filter(|discount| registered.iter().all(|known| known.quote != discount.quote))
        .map(|discount| discount.instruction)
        .collect())
}

/// Pay-outs on their way whose pay date is over: neither proved nor refused.
fn unproven(tx: &mut ReadTx<'_>) -> Result<Vec<InstructionId>, AppError> {
    let today = tx.business_date_today()?;
    let mut late = Vec::new();
    for state in [DiscountState::Paying, DiscountState::Unknown] {
        for (discount, row) in tx.discounts_in_state(state)? {
            if read(&row)?.pay_date < today {
                late.push(discount.instruction);
            }
        }
    }
    let found = payment_tasks::unproven(tx, &late)?;
    Ok(found.into_iter().map(|payout| payout.id).collect())
}

/// Opens a task for each of these pay-outs, but for those about which a person was asked lately.
pub(crate) fn ask(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    fault: PayoutFault,
    payouts: &[InstructionId],
) -> Result<(), AppError> {
    let payouts = tx.instructions_by_ids(payouts)?;
    payment_tasks::ask(tx, now, fault.as_asked(), &payouts)
}

/// Opens a task for each pay-out among these payments that a bank booked although it had been
/// refused and its purchase is over.
pub(crate) fn note_booked(
    tx: &mut WriteTx<'_>,
    booked: &[Instruction],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let refused = &[InstructionState::Rejected];
    let over = payment_tasks::among(booked, InstructionKind::DiscountPayout, refused);
    payment_tasks::ask(tx, now, PayoutFault::BookedAfterEnd.as_asked(), &over)
}
