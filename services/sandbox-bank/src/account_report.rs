//! What the bank tells of an account: camt.054 for a booking batch, camt.053 for a day.

use chrono::NaiveDate;
use postgres::Row;

use crate::accounts;
use crate::bookings;
use crate::books::Unit;
use crate::clock;
use crate::error::BankError;
use crate::xml_out::{account_id, amount, around, cut, document, leaf, maybe_leaf};

/// Bookings with what their payment says about itself.
const BOOKINGS: &str = "SELECT b.*, p.message_id, p.instruction_id, p.end_to_end_id, p.reference,
    p.lines FROM booking b LEFT JOIN payment p ON p.id = b.payment";

/// The next notification after a cursor: its own cursor, message id and XML.
pub(crate) fn camt054(
    unit: &mut Unit<'_>,
    account: Option<&str>,
    after: i64,
) -> Result<Option<(i64, String, String)>, BankError> {
    if let Some(number) = account {
        accounts::get(unit, number)?;
    }
    let Some(row) = unit.sql.query_opt(
        "SELECT * FROM notification WHERE cursor > $1 AND ($2::text IS NULL OR account = $2)
         ORDER BY cursor LIMIT 1",
        &[&after, &account],
    )?
    else {
        return Ok(None);
    };
    let number: String = row.get("account");
    let message_id: String = row.get("message_id");
    let (batch, stamp): (i64, String) = (row.get("batch"), row.get("stamp"));
    let of_batch = format!("{BOOKINGS} WHERE b.batch = $1 AND b.account = $2 ORDER BY b.id");
    let bookings = unit.sql.query(&of_batch, &[&batch, &number])?;
    let notification = [
        leaf("Id", &message_id),
        leaf("CreDtTm", &stamp),
        account_block(unit, &number)?,
        bookings.iter().map(entry).collect(),
    ]
    .concat();
    let body = header(&message_id, &stamp) + &around("Ntfctn", &notification);
    let xml = document("camt.054.001.08", &around("BkToCstmrDbtCdtNtfctn", &body));
    Ok(Some((row.get("cursor"), message_id, xml)))
}

/// The statement of a day: message id and XML. While the day is still open its last balance is
/// interim (ITBD), never closing (CLBD).
pub(crate) fn camt053(
    unit: &mut Unit<'_>,
    number: &str,
    date: NaiveDate,
) -> Result<(String, String), BankError> {
    let account = accounts::get(unit, number)?;
    if date > unit.today {
        return Err(BankError::Unknown(format!(
            "{date} has not begun, today is {}",
            unit.today
        )));
    }
    let opening: i64 = unit
        .sql
        .query_one(
            "SELECT coalesce(sum(CASE side WHEN 'CRDT' THEN amount ELSE -amount END), 0)::bigint
             FROM booking WHERE account = $1 AND booked_on < $2",
            &[&number, &date],
        )?
        .get(0);
    let of_day = format!("{BOOKINGS} WHERE b.account = $1 AND b.booked_on = $2 ORDER BY b.id");
    let bookings = unit.sql.query(&of_day, &[&number, &date])?;
    let closing = bookings.iter().fold(opening, |balance, row| {
        let amount: i64 = row.get("amount");
        match row.get("side") {
            "CRDT" => balance.saturating_add(amount),
            _ => balance.saturating_sub(amount),
        }
    });
    let last = if date < unit.today { "CLBD" } else { "ITBD" };
    let (message_id, stamp) = (bookings::new_message_id(unit, "STM")?, clock::stamp());
    let statement = [
        leaf("Id", &message_id),
        leaf("CreDtTm", &stamp),
        account_block(unit, number)?,
        balance("OPBD", opening, &account.currency, date),
        balance(last, closing, &account.currency, date),
        bookings.iter().map(entry).collect(),
    ]
    .concat();
    let body = header(&message_id, &stamp) + &around("Stmt", &statement);
    let xml = document("camt.053.001.08", &around("BkToCstmrStmt", &body));
    Ok((message_id, xml))
}

fn header(message_id: &str, stamp: &str) -> String {
    around(
        "GrpHdr",
        &(leaf("MsgId", message_id) + &leaf("CreDtTm", stamp)),
    )
}

fn account_block(unit: &mut Unit<'_>, number: &str) -> Result<String, BankError> {
    let account = accounts::get(unit, number)?;
    let inside = [
        account_id(number),
        leaf("Ccy", &account.currency),
        around("Ownr", &leaf("Nm", &account.owner)),
    ]
    .concat();
    Ok(around("Acct", &inside))
}

fn balance(code: &str, minor: i64, currency: &str, date: NaiveDate) -> String {
    let side = if minor < 0 { "DBIT" } else { "CRDT" };
    let inside = [
        around("Tp", &around("CdOrPrtry", &leaf("Cd", code))),
        amount("Amt", minor, currency),
        leaf("CdtDbtInd", side),
        around("Dt", &leaf("Dt", &date.to_string())),
    ]
    .concat();
    around("Bal", &inside)
}

fn entry(row: &Row) -> String {
    let currency: &str = row.get("currency");
    let (side, reference): (&str, &str) = (row.get("side"), row.get("servicer_ref"));
    let day: NaiveDate = row.get("booked_on");
    let day = leaf("Dt", &day.to_string());
    let inside = [
        amount("Amt", row.get("amount"), currency),
        leaf("CdtDbtInd", side),
        around("Sts", &leaf("Cd", "BOOK")),
        around("BookgDt", &day),
        around("ValDt", &day),
        leaf("AcctSvcrRef", reference),
        bank_transaction_code(row),
        around("NtryDtls", &around("TxDtls", &details(row))),
    ]
    .concat();
    around("Ntry", &inside)
}

/// ISO bank transaction code: issued or received domestic credit transfer, a return of one, or a
/// cash deposit at the counter.
fn bank_transaction_code(row: &Row) -> String {
    let returned: Option<&str> = row.get("return_reason");
    let payment: Option<i64> = row.get("payment");
    let (family, sub_family) = match (payment, row.get("side")) {
        (None, _) => ("CNTR", "CDPT"),
        (Some(_), "CRDT") => ("RCDT", if returned.is_some() { "RRTN" } else { "DMCT" }),
        (Some(_), _) => ("ICDT", if returned.is_some() { "RRTN" } else { "DMCT" }),
    };
    let family = leaf("Cd", family) + &leaf("SubFmlyCd", sub_family);
    let domain = leaf("Cd", "PMNT") + &around("Fmly", &family);
    around("BkTxCd", &around("Domn", &domain))
}

fn details(row: &Row) -> String {
    let end_to_end_id: Option<&str> = row.get("end_to_end_id");
    let (currency, side): (&str, &str) = (row.get("currency"), row.get("side"));
    let (party, account) = if side == "CRDT" {
        ("Dbtr", "DbtrAcct")
    } else {
        ("Cdtr", "CdtrAcct")
    };
    let references = [
        maybe_leaf("MsgId", row.get("message_id")),
        leaf("AcctSvcrRef", row.get("servicer_ref")),
        maybe_leaf("InstrId", row.get("instruction_id")),
        leaf("EndToEndId", end_to_end_id.unwrap_or("NOTPROVIDED")),
    ]
    .concat();
    let other = leaf("Nm", row.get("other_name"));
    let parties = around(party, &around("Pty", &other))
        + &around(account, &account_id(row.get("other_account")));
    [
        around("Refs", &references),
        amount("Amt", row.get("amount"), currency),
        leaf("CdtDbtInd", side),
        around("RltdPties", &parties),
        remittance(row),
        return_information(row),
    ]
    .concat()
}

fn remittance(row: &Row) -> String {
    let lines: Option<Vec<String>> = row.get("lines");
    let reference: Option<&str> = row.get("reference");
    let mut inside: String = lines
        .iter()
        .flatten()
        .map(|line| leaf("Ustrd", line))
        .collect();
    if let Some(reference) = reference {
        let creditor = around("CdtrRefInf", &leaf("Ref", reference));
        inside.push_str(&around("Strd", &creditor));
    }
    if inside.is_empty() {
        return inside;
    }
    around("RmtInf", &inside)
}

fn return_information(row: &Row) -> String {
    let reason: Option<&str> = row.get("return_reason");
    reason.map_or_else(String::new, |code| {
        let text = cut(&format!("returned by the bank: {code}"), 105);
        around(
            "RtrInf",
            &(around("Rsn", &leaf("Cd", code)) + &leaf("AddtlInf", &text)),
        )
    })
}
