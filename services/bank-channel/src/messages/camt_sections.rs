//! The sections of a camt message, element by element.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;

use super::camt::{AccountReport, Balance, EntryStatus, ReportKind, ReturnInfo, StatementEntry};
use super::document::{Element, ReadError};
use super::identification::{Remittance, Side, read_account, read_remittance};

/// One statement, report or notification.
pub(crate) fn report(
    kind: ReportKind,
    message_id: &str,
    found: &Element,
) -> Result<AccountReport, ReadError> {
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

pub(crate) fn amount(found: &Element) -> Result<(Amount, Currency), ReadError> {
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
