//! camt.053 (statement), camt.054 (credit and debit notification) and camt.052 (intraday report):
//! the bank's word on what it has booked, and so the platform's only evidence of money.
//!
//! Any version from 001.02 on is read, by local names.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;

use super::document::{self, Element, ReadError};
use super::identification::{Remittance, Side, read_account, read_remittance};

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
    let document = document::read(bytes)?;
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

fn report(kind: ReportKind, message_id: &str, found: &Element) -> Result<AccountReport, ReadError> {
    let account = read_account(found.required("Acct")?)?;
    let mut entries = Vec::new();
    for entry in found.all("Ntry") {
        read_entry(&account, entry, &mut entries)?;
    }
    Ok(AccountReport {
        kind,
        message_id: message_id.to_owned(),
        report_id: found.required_text(&["Id"])?.to_owned(),
        balances: found.all("Bal").map(balance).collect::<Result<_, _>>()?,
        account,
        entries,
    })
}

fn balance(found: &Element) -> Result<Balance, ReadError> {
    let (minor, currency) = minor_units(found.required("Amt")?)?;
    let side = Side::read(found.required_text(&["CdtDbtInd"])?)?;
    let choice = found.required("Tp")?.required("CdOrPrtry")?;
    let code = match choice.optional_text(&["Cd"])? {
        Some(code) => code,
        None => choice.required_text(&["Prtry"])?,
    };
    Ok(Balance {
        code: code.to_owned(),
        minor: match side {
            Side::Credit => minor,
            Side::Debit => minor.saturating_neg(),
        },
        currency,
        date: date(found, "Dt")?.ok_or_else(|| ReadError::Missing("Bal/Dt".to_owned()))?,
    })
}

/// Reads one `Ntry`: as one entry, or as one for each `TxDtls` when they are several and add up.
fn read_entry(
    account: &str,
    found: &Element,
    entries: &mut Vec<StatementEntry>,
) -> Result<(), ReadError> {
    let details: Vec<&Element> = found
        .all("NtryDtls")
        .flat_map(|group| group.all("TxDtls"))
        .collect();
    let whole = entry(
        account,
        found,
        details.first().copied().filter(|_| details.len() == 1),
    )?;
    if details.len() > 1 {
        let parts = details
            .iter()
            .enumerate()
            .map(|(index, detail)| part(&whole, index, detail))
            .collect::<Result<Option<Vec<_>>, _>>()?;
        let sum = parts.as_ref().and_then(|parts| {
            parts
                .iter()
                .try_fold(Amount::ZERO, |sum, part| sum.checked_add(part.amount))
        });
        // Details that don't say their amounts, or don't add up, explain nothing: the entry then
        // stands as a whole and reconciliation will show it as unexpected.
        if let Some(parts) = parts.filter(|_| sum == Some(whole.amount)) {
            entries.extend(parts);
            return Ok(());
        }
    }
    entries.push(whole);
    Ok(())
}

fn entry(
    account: &str,
    found: &Element,
    only_detail: Option<&Element>,
) -> Result<StatementEntry, ReadError> {
    let (amount, currency) = amount(found.required("Amt")?)?;
    // Up to version 07 the status is the element's own text, later it is in Cd.
    let status = found.required("Sts")?;
    let status = status.optional_text(&["Cd"])?.unwrap_or(status.text());
    let mut entry = StatementEntry {
        account: account.to_owned(),
        amount,
        currency,
        side: Side::read(found.required_text(&["CdtDbtInd"])?)?,
        status: if status == "BOOK" {
            EntryStatus::Booked
        } else {
            EntryStatus::NotBooked
        },
        booking_date: date(found, "BookgDt")?,
        value_date: date(found, "ValDt")?,
        servicer_reference: found.optional_text(&["AcctSvcrRef"])?.map(str::to_owned),
        ordered_by_message: None,
        instruction_id: None,
        end_to_end_id: None,
        counterparty_name: None,
        counterparty_account: None,
        remittance: Remittance::default(),
        returned: None,
    };
    if let Some(detail) = only_detail {
        describe(&mut entry, detail)?;
    }
    Ok(entry)
}

/// One detail of a batch entry as an entry of its own, if it says its amount.
fn part(
    whole: &StatementEntry,
    index: usize,
    detail: &Element,
) -> Result<Option<StatementEntry>, ReadError> {
    let own = match detail.optional("Amt")? {
        Some(own) => Some(own),
        None => match detail.optional("AmtDtls")? {
            Some(amounts) => match amounts.optional("TxAmt")? {
                Some(transaction) => transaction.optional("Amt")?,
                None => None,
            },
            None => None,
        },
    };
    let Some(own) = own else { return Ok(None) };
    let (amount, currency) = amount(own)?;
    let mut part = StatementEntry {
        amount,
        currency,
        // Two details must not look like a repetition of each other.
        servicer_reference: whole
            .servicer_reference
            .as_ref()
            .map(|reference| format!("{reference}#{}", index.saturating_add(1))),
        ..whole.clone()
    };
    if let Some(side) = detail.optional_text(&["CdtDbtInd"])? {
        part.side = Side::read(side)?;
    }
    describe(&mut part, detail)?;
    // A detail against the direction of its entry would have to be subtracted: not a plain batch.
    Ok((part.side == whole.side && part.currency == whole.currency).then_some(part))
}

/// Adds what `TxDtls` tells: references, the other side, remittance, return.
fn describe(entry: &mut StatementEntry, detail: &Element) -> Result<(), ReadError> {
    let owned = |path: &[&str]| Ok::<_, ReadError>(detail.optional_text(path)?.map(str::to_owned));
    if let Some(reference) = owned(&["Refs", "AcctSvcrRef"])? {
        entry.servicer_reference = Some(reference);
    }
    entry.ordered_by_message = owned(&["Refs", "MsgId"])?;
    entry.instruction_id = owned(&["Refs", "InstrId"])?;
    entry.end_to_end_id = owned(&["Refs", "EndToEndId"])?.filter(|id| id != "NOTPROVIDED");
    entry.remittance = read_remittance(detail)?;
    if let Some(returned) = detail.optional("RtrInf")? {
        let code = match returned.optional("Rsn")? {
            Some(reason) => reason
                .optional_text(&["Cd"])?
                .or(reason.optional_text(&["Prtry"])?),
            None => None,
        };
        entry.returned = Some(ReturnInfo {
            code: code.map(str::to_owned),
            text: returned
                .all("AddtlInf")
                .map(|line| line.text().to_owned())
                .collect(),
        });
    }
    let Some(parties) = detail.optional("RltdPties")? else {
        return Ok(());
    };
    let (party, account) = match entry.side {
        Side::Credit => ("Dbtr", "DbtrAcct"),
        Side::Debit => ("Cdtr", "CdtrAcct"),
    };
    // From version 08 on the name is inside Pty.
    entry.counterparty_name = parties
        .optional_text(&[party, "Pty", "Nm"])?
        .or(parties.optional_text(&[party, "Nm"])?)
        .map(str::to_owned);
    entry.counterparty_account = parties.optional(account)?.map(read_account).transpose()?;
    Ok(())
}

fn currency(amount: &Element) -> Result<Currency, ReadError> {
    let code = amount.attribute("Ccy")?;
    code.parse()
        .map_err(|unknown: ledger_core::currency::UnknownCurrency| {
            ReadError::bad_value("Amt/@Ccy", code, unknown.to_string())
        })
}

fn amount(found: &Element) -> Result<(Amount, Currency), ReadError> {
    let currency = currency(found)?;
    let amount = Amount::parse(found.text(), currency)
        .map_err(|error| ReadError::bad_value("Amt", found.text(), error.to_string()))?;
    Ok((amount, currency))
}

/// Minor units of any size that fits, for balances.
fn minor_units(found: &Element) -> Result<(i64, Currency), ReadError> {
    let currency = currency(found)?;
    let refuse = |why: &str| ReadError::bad_value("Amt", found.text(), why);
    let (whole, fraction) = found.text().split_once('.').unwrap_or((found.text(), ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return Err(refuse("digits with an optional decimal point"));
    }
    let Some(missing) = usize::from(currency.exponent()).checked_sub(fraction.len()) else {
        return Err(refuse("more decimal places than the currency has"));
    };
    format!("{whole}{fraction}{}", "0".repeat(missing))
        .parse()
        .map(|minor| (minor, currency))
        .map_err(|_too_long| refuse("an amount that fits"))
}

/// The day of `name/Dt` or `name/DtTm`, as the bank writes it: its own local day.
fn date(holder: &Element, name: &str) -> Result<Option<NaiveDate>, ReadError> {
    let text = match holder.optional_text(&[name, "Dt"])? {
        Some(day) => Some(day),
        None => holder.optional_text(&[name, "DtTm"])?,
    };
    let Some(text) = text else { return Ok(None) };
    text.get(..10)
        .and_then(|day| day.parse::<NaiveDate>().ok())
        .map(Some)
        .ok_or_else(|| ReadError::bad_value(name, text, "a date such as 2026-05-29"))
}
