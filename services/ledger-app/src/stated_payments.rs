//! What a bank's bookings say of the payments that were asked of it.

use std::collections::HashMap;

use ledger_store::bank_messages::Booking;
use ledger_store::bank_messages::StatementEntry;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionState;
use ledger_store::payments::InstructionWord;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;
use crate::net_credits;
use crate::net_credits::Payment;

/// A word about each payment that these entries book or give back, said of each credit in it.
pub(crate) fn words(
    tx: &mut ReadTx<'_>,
    entries: &[StatementEntry],
    evidence: &str,
) -> Result<Vec<InstructionWord>, AppError> {
    let mut booked: HashMap<&str, Vec<&StatementEntry>> = HashMap::new();
    for entry in entries {
        booked.entry(&entry.end_to_end_id).or_default().push(entry);
    }
    let ids: Vec<String> = booked.keys().map(|id| (*id).to_owned()).collect();
    let mut known = tx.instructions_by_end_to_end(&ids)?;
    known.retain(|one| one.netted_in.is_none());
    known.extend(tx.credits_netted_in(&ids)?);
    let said = |payment: &Payment<'_>| {
        let entries = booked.get(payment.end_to_end_id())?;
        word_about(payment, entries)
    };
    let said: HashMap<&str, InstructionState> = net_credits::payments(&known)?
        .iter()
        .filter_map(|payment| Some((payment.first.booked_as(), said(payment)?)))
        .collect();
    let word = |credit: &Instruction| {
        Some(InstructionWord {
            end_to_end_id: credit.end_to_end_id.clone(),
            state: *said.get(credit.booked_as())?,
            reason: String::new(),
            evidence: Some(evidence.to_owned()),
        })
    };
    Ok(known.iter().filter_map(word).collect())
}

/// What the bookings under its id say of one payment: only the exact amount and currency count, on
/// the debtor's account as a debit or on the creditor's as a credit.
fn word_about(payment: &Payment<'_>, entries: &[&StatementEntry]) -> Option<InstructionState> {
    let between = payment.first;
    let own = |e: &&&StatementEntry| {
        let (side, back) = match e.direction {
            Booking::Debit => (&between.debtor_account, &between.creditor_account),
            Booking::Credit => (&between.creditor_account, &between.debtor_account),
        };
        e.amount == payment.amount
            && e.currency == between.currency
            && e.account == *if e.reversal { back } else { side }
    };
    if entries.iter().filter(own).any(|e| e.reversal) {
        Some(InstructionState::Returned)
    } else if entries.iter().any(|e| own(&e)) {
        Some(InstructionState::Settled)
    } else {
        None
    }
}
