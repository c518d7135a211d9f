//! pain.002 `CustomerPaymentStatusReport`: what a bank says about an order.
//!
//! A status is a word, not evidence: a payment has happened when a camt.054 or camt.053 says so.

use ledger_core::amount::Amount;
use ledger_core::currency::Currency;

use super::camt_sections::amount;
use super::document::{Element, ReadError};
use super::growing;

/// What a status code means for whoever waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatusMeaning {
    /// The bank says it has paid (`ACSC`, `ACCC`).
    Settled,
    /// Taken, not yet paid (`ACCP`, `ACTC`, `ACSP`, `ACWC`, `ACWP`, `ACFC`, `PDNG`, `RCVD`).
    Pending,
    /// Will not be paid (`RJCT`, `CANC`).
    Rejected,
    /// Of a group: look at its transactions (`PART`, `PATC`).
    Partial,
    /// A code this reader does not know: ask a person.
    Unrecognised,
}

/// A status as it came, such as `ACSC`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StatusCode(String);

impl StatusCode {
    /// The four letters.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0
    }

    /// What they mean.
    #[must_use]
    pub fn meaning(&self) -> StatusMeaning {
        match self.0.as_str() {
            "ACSC" | "ACCC" => StatusMeaning::Settled,
            "ACCP" | "ACTC" | "ACSP" | "ACWC" | "ACWP" | "ACFC" | "PDNG" | "RCVD" => {
                StatusMeaning::Pending
            }
            "RJCT" | "CANC" => StatusMeaning::Rejected,
            "PART" | "PATC" => StatusMeaning::Partial,
            _ => StatusMeaning::Unrecognised,
        }
    }

    /// Whether it says that nothing was ordered by it: the bank agrees to pay once it is told to
    /// (`ACCP`, or `ACWC` to another amount), or it does not.
    #[must_use]
    pub fn orders_nothing(&self) -> bool {
        matches!(self.0.as_str(), "ACCP" | "ACWC" | "RJCT" | "CANC")
    }

    fn read(text: &str) -> Result<StatusCode, ReadError> {
        let shaped = text.len() == 4 && text.bytes().all(|b| b.is_ascii_uppercase());
        if shaped {
            Ok(StatusCode(text.to_owned()))
        } else {
            Err(ReadError::bad_value("status", text, "four capital letters"))
        }
    }
}

/// A reason with its ISO code (`AM04`) or the bank's own, and free text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReason {
    /// The external code or the bank's proprietary one, if there is one.
    pub code: Option<String>,
    /// What the bank adds.
    pub text: Vec<String>,
}

/// The answer to one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReport {
    /// The bank's id of this report.
    pub message_id: String,
    /// The message this answers.
    pub original_message_id: String,
    /// Its name, such as `pain.001.001.09`.
    pub original_message_name: String,
    /// Status of the whole, if the bank gives one.
    pub group_status: Option<StatusCode>,
    /// Reasons for the whole.
    pub group_reasons: Vec<StatusReason>,
    /// One per transaction the bank speaks of.
    pub transactions: Vec<TransactionStatus>,
}

/// The answer to one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionStatus {
    /// Our reference.
    pub instruction_id: Option<String>,
    /// The reference to the creditor.
    pub end_to_end_id: Option<String>,
    /// Its own status, or the one of its payment information block or group.
    pub status: StatusCode,
    /// Reasons, such as `AM04`; a repetition carries `AM05` beside the status of the first.
    pub reasons: Vec<StatusReason>,
    /// The bank's reference, if it has booked.
    pub servicer_reference: Option<String>,
    /// In an answer to a presentation: how much the debtor will pay, where that is another sum than
    /// was asked (`PmtCondSts/AccptdAmt`).
    pub accepted: Option<(Amount, Currency)>,
}

impl TransactionStatus {
    /// Whether a reason with this code is given.
    #[must_use]
    pub fn has_reason(&self, code: &str) -> bool {
        self.reasons.iter().any(|r| r.code.as_deref() == Some(code))
    }
}

impl StatusReport {
    /// What the report says of one transaction: its own line, else the status of the whole
    /// unless that is only partial.
    #[must_use]
    pub fn status_of(&self, end_to_end_id: &str) -> Option<(&StatusCode, &[StatusReason])> {
        let own = self
            .transactions
            .iter()
            .find(|t| t.end_to_end_id.as_deref() == Some(end_to_end_id));
        match (own, &self.group_status) {
            (Some(own), _) => Some((&own.status, &own.reasons)),
            (None, Some(group)) if group.meaning() != StatusMeaning::Partial => {
                Some((group, &self.group_reasons))
            }
            _ => None,
        }
    }
}

/// Reads a pain.002, any version of variant 001 from 03 on.
///
/// # Errors
/// [`ReadError`]: not such a message, or one that lacks or repeats what it needs.
pub fn read(bytes: &[u8]) -> Result<StatusReport, ReadError> {
    let document = growing::read(bytes)?;
    report(document.body("pain.002", 3, "CstmrPmtStsRpt")?)
}

/// The shape pain.002 and pain.014 share.
pub(crate) fn report(body: &Element) -> Result<StatusReport, ReadError> {
    let group = body.required("OrgnlGrpInfAndSts")?;
    let group_status = status(group, "GrpSts")?;
    let mut transactions = Vec::new();
    for block in body.all("OrgnlPmtInfAndSts") {
        let block_status = status(block, "PmtInfSts")?;
        let block_reasons = reasons(block)?;
        for found in block.all("TxInfAndSts") {
            let inherited = block_status.as_ref().or(group_status.as_ref());
            let mut transaction = transaction(found, inherited)?;
            if transaction.reasons.is_empty() {
                transaction.reasons.clone_from(&block_reasons);
            }
            transactions.push(transaction);
        }
    }
    Ok(StatusReport {
        message_id: body.required_text(&["GrpHdr", "MsgId"])?.to_owned(),
        original_message_id: group.required_text(&["OrgnlMsgId"])?.to_owned(),
        original_message_name: group.required_text(&["OrgnlMsgNmId"])?.to_owned(),
        group_status,
        group_reasons: reasons(group)?,
        transactions,
    })
}

fn transaction(
    found: &Element,
    inherited: Option<&StatusCode>,
) -> Result<TransactionStatus, ReadError> {
    let owned = |name| Ok(found.optional_text(&[name])?.map(str::to_owned));
    let status = status(found, "TxSts")?
        .or_else(|| inherited.cloned())
        .ok_or_else(|| ReadError::Missing("TxInfAndSts/TxSts".to_owned()))?;
    Ok(TransactionStatus {
        instruction_id: owned("OrgnlInstrId")?,
        end_to_end_id: owned("OrgnlEndToEndId")?,
        status,
        reasons: reasons(found)?,
        servicer_reference: owned("AcctSvcrRef")?,
        accepted: match found.optional("PmtCondSts")? {
            Some(status) => status.optional("AccptdAmt")?.map(amount).transpose()?,
            None => None,
        },
    })
}

fn status(holder: &Element, name: &str) -> Result<Option<StatusCode>, ReadError> {
    holder
        .optional_text(&[name])?
        .map(StatusCode::read)
        .transpose()
}

fn reasons(holder: &Element) -> Result<Vec<StatusReason>, ReadError> {
    let mut reasons = Vec::new();
    for found in holder.all("StsRsnInf") {
        let code = match found.optional("Rsn")? {
            Some(reason) => reason
                .optional_text(&["Cd"])?
                .or(reason.optional_text(&["Prtry"])?),
            None => None,
        };
        reasons.push(StatusReason {
            code: code.map(str::to_owned),
            text: found
                .all("AddtlInf")
                .map(|line| line.text().to_owned())
                .collect(),
        });
    }
    Ok(reasons)
}
