//! pain.013 `CreditorPaymentActivationRequest`: presentation, the holders asking the obligor to pay.

use chrono::{DateTime, NaiveDate, Utc};

use super::identification::{AccountParty, write_account, write_bank};
use super::pain001::{CreditTransfer, check, control_sum, write_creditor, write_payment_id};
use super::writing::{MessageWriter, WriteError};

/// The version written.
pub const MESSAGE_NAME: &str = "pain.013.001.07";

/// A request to one debtor to pay what is due on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRequest {
    /// At most 35 characters. Also the payment information id.
    pub message_id: String,
    /// When the message is made.
    pub created_at: DateTime<Utc>,
    /// Who asks on the creditors' behalf.
    pub initiator_name: String,
    /// Who is asked to pay, from which account.
    pub debtor: AccountParty,
    /// The day payment is due.
    pub requested_execution_date: NaiveDate,
    /// After that day the request is void, if it ever is.
    pub expiry_date: Option<NaiveDate>,
    /// What is claimed, one line for each creditor and account.
    pub claims: Vec<CreditTransfer>,
}

/// Writes the message; the same request always gives the same bytes.
///
/// # Errors
/// [`WriteError`], as for pain.001.
pub fn write(request: &PaymentRequest) -> Result<String, WriteError> {
    check(&request.claims)?;
    let mut out = MessageWriter::new(MESSAGE_NAME);
    out.open_all(&["CdtrPmtActvtnReq", "GrpHdr"]);
    out.text("MsgId", &request.message_id, 35)?;
    out.time("CreDtTm", request.created_at);
    out.code("NbOfTxs", &request.claims.len().to_string());
    out.code("CtrlSum", &control_sum(&request.claims)?);
    out.open("InitgPty");
    out.text("Nm", &request.initiator_name, 140)?;
    out.close(2);

    out.open("PmtInf");
    out.text("PmtInfId", &request.message_id, 35)?;
    out.code("PmtMtd", "TRF");
    out.open("ReqdExctnDt");
    out.code("Dt", &request.requested_execution_date.to_string());
    out.close(1);
    if let Some(expiry) = request.expiry_date {
        out.open("XpryDt");
        out.code("Dt", &expiry.to_string());
        out.close(1);
    }
    out.open("Dbtr");
    out.text("Nm", &request.debtor.name, 140)?;
    out.close(1);
    write_account(&mut out, "DbtrAcct", &request.debtor.account)?;
    write_bank(&mut out, "DbtrAgt", &request.debtor.bank_code)?;
    for claim in &request.claims {
        out.open("CdtTrfTx");
        write_payment_id(&mut out, claim)?;
        out.open("Amt");
        out.amount("InstdAmt", claim.amount, claim.currency);
        out.close(1);
        out.code("ChrgBr", "DEBT");
        write_creditor(&mut out, claim)?;
        out.close(1);
    }
    out.finish()
}
