//! camt.053 (statement), camt.054 (credit and debit notification) and camt.052 (intraday report):
//! the bank's word on what it has booked, and so the platform's only evidence of money.
//!
//! Any version from 001.02 on is read, by local names.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;

use super::camt_sections::report;
use super::document::ReadError;
use super::growing;
use super::identification::{Remittance, Side};

/// Which of the three messages a report stood in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportKind {
    /// camt.052, intraday.
    Intraday,
    /// camt.053, the end-of-day statement.
    Statement,
    /// camt.054, single credits and debits.
    Notification,
}

/// What the bank reports of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountReport {
    /// The message it stood in.
    pub kind: ReportKind,
    /// The id of that message.
    pub message_id: String,
    /// The id of this statement or notification.
    pub report_id: String,
    /// The account number.
    pub account: String,
    /// Balances, if the message has any.
    pub balances: Vec<Balance>,
    /// Entries in the order of the message; a batch entry with complete details is one entry for
    /// each of its details.
    pub entries: Vec<StatementEntry>,
}

/// A balance of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// `OPBD` opening booked, `CLBD` closing booked, `ITBD` interim booked, …
    pub code: String,
    /// In minor units, below zero when the account is overdrawn. Not an [`Amount`], because a
    /// bank account may be larger or lower than anything the ledger takes.
    pub minor: i64,
    /// Its currency.
    pub currency: Currency,
    /// The day it holds for.
    pub date: NaiveDate,
}

/// Whether an entry counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryStatus {
    /// Booked: evidence.
    Booked,
    /// Pending, informational or future: no evidence.
    NotBooked,
}

/// Why money came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnInfo {
    /// External return reason, such as `AC04`.
    pub code: Option<String>,
    /// What the bank adds.
    pub text: Vec<String>,
}

/// One movement on the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementEntry {
    /// The account it stands on.
    pub account: String,
    /// How much.
    pub amount: Amount,
    /// In what.
    pub currency: Currency,
    /// In or out, seen from the account.
    pub side: Side,
    /// Booked or only announced.
    pub status: EntryStatus,
    /// The day it was booked.
    pub booking_date: Option<NaiveDate>,
    /// The day it counts for interest.
    pub value_date: Option<NaiveDate>,
    /// The bank's own reference: what a repetition is recognised by.
    pub servicer_reference: Option<String>,
    /// The message that ordered it.
    pub ordered_by_message: Option<String>,
    /// The debtor's reference.
    pub instruction_id: Option<String>,
    /// The reference that travelled with the payment; `NOTPROVIDED` is read as none.
    pub end_to_end_id: Option<String>,
    /// Name of the other side.
    pub counterparty_name: Option<String>,
    /// Account of the other side.
    pub counterparty_account: Option<String>,
    /// What for.
    pub remittance: Remittance,
    /// Present when this entry is money coming back.
    pub returned: Option<ReturnInfo>,
}

impl AccountReport {
    /// The opening booked balance, if the report has one.
    #[must_use]
    pub fn opening(&self) -> Option<&Balance> {
        self.balance("OPBD").or_else(|| self.balance("PRCD"))
    }

    /// The closing booked balance: present only on a final statement of a day.
    #[must_use]
    pub fn closing(&self) -> Option<&Balance> {
        self.balance("CLBD")
    }

    /// The balance with this code.
    #[must_use]
    pub fn balance(&self, code: &str) -> Option<&Balance> {
        self.balances.iter().find(|balance| balance.code == code)
    }

    /// What the booked entries add up to, in minor units, credits above zero. `None` if it does
    /// not fit.
    #[must_use]
    pub fn movement_minor(&self) -> Option<i64> {
        self.entries
            .iter()
            .filter(|entry| entry.status == EntryStatus::Booked)
            .try_fold(0_i64, |sum, entry| match entry.side {
                Side::Credit => sum.checked_add(entry.amount.minor()),
                Side::Debit => sum.checked_sub(entry.amount.minor()),
            })
    }

    /// Whether opening + entries = closing to the cent. `None` without both balances.
    #[must_use]
    pub fn adds_up(&self) -> Option<bool> {
        let (opening, closing) = (self.opening()?, self.closing()?);
        let reached = opening.minor.checked_add(self.movement_minor()?)?;
        Some(opening.currency == closing.currency && reached == closing.minor)
    }
}

/// Reads a camt.052, camt.053 or camt.054 into one report for each account section.
///
/// # Errors
/// [`ReadError`]: not such a message, an amount that is not exact, or an entry that lacks what it
/// needs. One bad entry refuses the whole message: half a statement is no evidence.
pub fn read(bytes: &[u8]) -> Result<Vec<AccountReport>, ReadError> {
    let document = growing::read(bytes)?;
    let (kind, family, body, section) = match document.message_name.get(..8) {
        Some("camt.052") => (ReportKind::Intraday, "camt.052", "BkToCstmrAcctRpt", "Rpt"),
        Some("camt.053") => (ReportKind::Statement, "camt.053", "BkToCstmrStmt", "Stmt"),
        _ => (
            ReportKind::Notification,
            "camt.054",
            "BkToCstmrDbtCdtNtfctn",
            "Ntfctn",
        ),
    };
    let body = document.body(family, 2, body)?;
    let message_id = body.required_text(&["GrpHdr", "MsgId"])?;
    let reports = body
        .all(section)
        .map(|found| report(kind, message_id, found))
        .collect::<Result<Vec<_>, _>>()?;
    if reports.is_empty() {
        return Err(ReadError::Missing(format!("{}/{section}", body.name)));
    }
    Ok(reports)
}
