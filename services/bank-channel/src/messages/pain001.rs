//! pain.001 `CustomerCreditTransferInitiation`: the order to a bank to pay, one debtor, n credits.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;

use super::identification::{
    AccountParty, Remittance, write_account, write_bank, write_remittance,
};
use super::writing::{MessageWriter, WriteError};

/// The version written.
pub const MESSAGE_NAME: &str = "pain.001.001.09";
/// How many transfers one message may have. Split larger batches, each with a message id of its
/// own; the size is bounded beside it ([`super::writing::MAX_MESSAGE_BYTES`]).
pub const MAX_TRANSFERS: usize = 2_000;

/// One message: all transfers leave one account on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditTransferBatch {
    /// At most 35 characters; the bank takes a message id once. Also the payment information id.
    pub message_id: String,
    /// When the message is made.
    pub created_at: DateTime<Utc>,
    /// Who pays and from where; also the initiating party.
    pub debtor: AccountParty,
    /// The day the bank is to pay.
    pub requested_execution_date: NaiveDate,
    /// What is paid, at least one and at most [`MAX_TRANSFERS`].
    pub transfers: Vec<CreditTransfer>,
}

/// One credit of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditTransfer {
    /// Our reference to the debtor's bank, at most 35 characters.
    pub instruction_id: String,
    /// The reference that travels to the creditor, at most 35 characters, unique per debtor: it
    /// is what a bank recognises a repetition by.
    pub end_to_end_id: String,
    /// What is paid, more than zero.
    pub amount: Amount,
    /// Its currency.
    pub currency: Currency,
    /// Who is paid and where.
    pub creditor: AccountParty,
    /// What for.
    pub remittance: Remittance,
}

/// Writes the message; the same batch always gives the same bytes.
///
/// # Errors
/// [`WriteError`]: a field that ISO 20022 does not allow, no or too many transfers, a repeated
/// end-to-end id, a transfer of zero.
pub fn write(batch: &CreditTransferBatch) -> Result<String, WriteError> {
    check(&batch.transfers)?;
    let count = batch.transfers.len().to_string();
    let sum = control_sum(&batch.transfers)?;
    let mut out = MessageWriter::new(MESSAGE_NAME);
    out.open_all(&["CstmrCdtTrfInitn", "GrpHdr"]);
    out.text("MsgId", &batch.message_id, 35)?;
    out.time("CreDtTm", batch.created_at);
    out.code("NbOfTxs", &count);
    out.code("CtrlSum", &sum);
    out.open("InitgPty");
    out.text("Nm", &batch.debtor.name, 140)?;
    out.close(2);

    out.open("PmtInf");
    out.text("PmtInfId", &batch.message_id, 35)?;
    out.code("PmtMtd", "TRF");
    out.code("BtchBookg", "false");
    out.code("NbOfTxs", &count);
    out.code("CtrlSum", &sum);
    out.open("ReqdExctnDt");
    out.code("Dt", &batch.requested_execution_date.to_string());
    out.close(1);
    out.open("Dbtr");
    out.text("Nm", &batch.debtor.name, 140)?;
    out.close(1);
    write_account(&mut out, "DbtrAcct", &batch.debtor.account)?;
    write_bank(&mut out, "DbtrAgt", &batch.debtor.bank_code)?;
    out.code("ChrgBr", "DEBT");
    for transfer in &batch.transfers {
        out.open("CdtTrfTxInf");
        write_payment_id(&mut out, transfer)?;
        out.open("Amt");
        out.amount("InstdAmt", transfer.amount, transfer.currency);
        out.close(1);
        write_creditor(&mut out, transfer)?;
        out.close(1);
    }
    out.finish()
}

/// `PmtId` with both references.
pub(crate) fn write_payment_id(
    out: &mut MessageWriter,
    transfer: &CreditTransfer,
) -> Result<(), WriteError> {
    out.open("PmtId");
    out.text("InstrId", &transfer.instruction_id, 35)?;
    out.text("EndToEndId", &transfer.end_to_end_id, 35)?;
    out.close(1);
    Ok(())
}

/// The creditor's bank, name, account, and what the payment is for.
pub(crate) fn write_creditor(
    out: &mut MessageWriter,
    transfer: &CreditTransfer,
) -> Result<(), WriteError> {
    write_bank(out, "CdtrAgt", &transfer.creditor.bank_code)?;
    out.open("Cdtr");
    out.text("Nm", &transfer.creditor.name, 140)?;
    out.close(1);
    write_account(out, "CdtrAcct", &transfer.creditor.account)?;
    write_remittance(out, &transfer.remittance)
}

/// What holds for the transfers of any message.
pub(crate) fn check(transfers: &[CreditTransfer]) -> Result<(), WriteError> {
    if transfers.is_empty() {
        return Err(WriteError::Empty);
    }
    if transfers.len() > MAX_TRANSFERS {
        return Err(WriteError::TooMany {
            limit: MAX_TRANSFERS,
        });
    }
    let mut seen = HashSet::new();
    for transfer in transfers {
        if transfer.amount.is_zero() {
            return Err(WriteError::ZeroAmount(transfer.end_to_end_id.clone()));
        }
        if !seen.insert(transfer.end_to_end_id.as_str()) {
            return Err(WriteError::RepeatedId(transfer.end_to_end_id.clone()));
        }
    }
    Ok(())
}

/// The control sum: the plain sum of the written numbers whatever their currency, as the
/// standard defines it, with as many places as the finest currency has.
pub(crate) fn control_sum(transfers: &[CreditTransfer]) -> Result<String, WriteError> {
    let places = transfers
        .iter()
        .map(|transfer| transfer.currency.exponent())
        .max()
        .unwrap_or(0);
    let mut sum = 0_i128;
    for transfer in transfers {
        let finer = places.saturating_sub(transfer.currency.exponent());
        let scale = 10_i128
            .checked_pow(u32::from(finer))
            .ok_or(WriteError::SumTooLarge)?;
        sum = i128::from(transfer.amount.minor())
            .checked_mul(scale)
            .and_then(|scaled| sum.checked_add(scaled))
            .ok_or(WriteError::SumTooLarge)?;
    }
    let places = usize::from(places);
    let digits = format!("{sum:0>width$}", width = places.saturating_add(1));
    // DecimalNumber has at most 18 digits.
    if digits.len() > 18 {
        return Err(WriteError::SumTooLarge);
    }
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
    Ok(if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    })
}
