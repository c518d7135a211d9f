//! Takes orders: what is paid at once, what waits, what is rejected and why, and that nothing is
//! ever paid twice.
//!
//! Precedence of reasons: a fault of the sandbox; debtor unknown AC02, closed AC04, at another
//! bank RC01; creditor unknown AC01, closed AC04, at another bank RC01; currency AM03; nothing to
//! pay AM01; to itself AG01; then a delay or a later execution date makes it wait; money short AM04.

use chrono::NaiveDate;
use postgres::Row;

use crate::accounts;
use crate::bookings::{self, Posting};
use crate::books::Unit;
use crate::error::BankError;
use crate::faults;
use crate::order::{Order, OrderedPayment};
use crate::status_report::{Line, Report};

/// An ISO reason code and words for people.
type Reason = (String, String);

/// Takes an order and answers it. A message id that has been taken is answered with what became
/// of the first, and so is a payment whose end-to-end id the debtor has used.
pub(crate) fn take(unit: &mut Unit<'_>, order: &Order) -> Result<Report, BankError> {
    let added = unit.sql.execute(
        "INSERT INTO customer_order (message_id, message_name) VALUES ($1, $2)
         ON CONFLICT DO NOTHING",
        &[&order.message_id, &order.message_name],
    )?;
    if added == 0 {
        return if is_the_same(unit, order)? {
            let mut report = report(unit, &order.message_id)?;
            report.mark_repeated();
            Ok(report)
        } else {
            Ok(Report::refused(
                &order.message_id,
                order.message_name,
                "AM05",
                "another order has this message id",
            ))
        };
    }
    let batch = bookings::new_batch(unit)?;
    for (position, payment) in order.payments.iter().enumerate() {
        let position = i32::try_from(position)
            .map_err(|_too_many| BankError::Malformed("too many payments".to_owned()))?;
        let first = first_of(unit, payment)?;
        let (id, repeated) = match first {
            Some((id, true)) => (Some(id), true),
            Some((_, false)) => (None, true),
            None => (Some(enter(unit, batch, &order.message_id, payment)?), false),
        };
        unit.sql.execute(
            "INSERT INTO order_line (message_id, position, payment_information_id, instruction_id,
                                     end_to_end_id, payment, repeated)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                &order.message_id,
                &position,
                &payment.payment_information_id,
                &payment.instruction_id,
                &payment.end_to_end_id,
                &id,
                &repeated,
            ],
        )?;
    }
    bookings::notify(unit, batch)?;
    report(unit, &order.message_id)
}

/// What the books say now of an order that was taken.
pub(crate) fn report(unit: &mut Unit<'_>, message_id: &str) -> Result<Report, BankError> {
    let order = unit
        .sql
        .query_opt(
            "SELECT message_name FROM customer_order WHERE message_id = $1",
            &[&message_id],
        )?
        .ok_or_else(|| BankError::Unknown(format!("no order has the message id {message_id}")))?;
    let rows = unit.sql.query(
        "SELECT l.payment_information_id, l.instruction_id, l.end_to_end_id, l.repeated,
                p.status, p.reason, p.reason_text, p.servicer_ref
         FROM order_line l LEFT JOIN payment p ON p.id = l.payment
         WHERE l.message_id = $1 ORDER BY l.position",
        &[&message_id],
    )?;
    Ok(Report {
        message_id: message_id.to_owned(),
        message_name: order.get(0),
        refused: None,
        lines: rows.iter().map(line).collect(),
    })
}

/// Books what has waited long enough.
pub(crate) fn book_due(unit: &mut Unit<'_>) -> Result<u64, BankError> {
    let due = unit.sql.query(
        "SELECT * FROM payment WHERE status = 'ACCP' AND steps_left = 0 AND execution_date <= $1
         ORDER BY id",
        &[&unit.today],
    )?;
    let batch = bookings::new_batch(unit)?;
    let mut booked = 0_u64;
    for row in &due {
        let id: i64 = row.get("id");
        let (debtor, creditor): (String, String) =
            (row.get("debtor_account"), row.get("creditor_account"));
        let (debtor_name, creditor_name): (String, String) =
            (row.get("debtor_name"), row.get("creditor_name"));
        let (amount, currency): (i64, String) = (row.get("amount"), row.get("currency"));
        let parties = Parties {
            debtor: (&debtor, None),
            creditor: (&creditor, None),
        };
        let reason = match objection(unit, &parties, amount, &currency)? {
            Some(reason) => Some(reason),
            None => short_of_money(unit, &debtor, amount)?,
        };
        let posting = Posting {
            debtor_account: &debtor,
            debtor_name: &debtor_name,
            creditor_account: &creditor,
            creditor_name: &creditor_name,
            amount,
            currency: &currency,
            payment: Some(id),
            return_reason: None,
        };
        booked = booked.saturating_add(u64::from(reason.is_none()));
        settle(unit, batch, &posting, id, reason)?;
    }
    bookings::notify(unit, batch)?;
    Ok(booked)
}

/// Takes `count` business steps off everything that waits, then books what is due.
pub(crate) fn step(unit: &mut Unit<'_>, count: i32) -> Result<u64, BankError> {
    unit.sql.execute(
        "UPDATE payment SET steps_left = greatest(0, steps_left - $1) WHERE status = 'ACCP'",
        &[&count],
    )?;
    book_due(unit)
}

/// Moves the business date forward; a later date is one business step.
pub(crate) fn set_business_date(unit: &mut Unit<'_>, date: NaiveDate) -> Result<u64, BankError> {
    if date < unit.today {
        let text = format!("the business date is {} and never goes back", unit.today);
        return Err(BankError::Conflict(text));
    }
    if date == unit.today {
        return Ok(0);
    }
    bookings::release_held(unit, None)?;
    unit.sql
        .execute("UPDATE bank_day SET today = $1", &[&date])?;
    unit.today = date;
    step(unit, 1)
}

/// Sends a settled payment back: books it the other way, once.
pub(crate) fn give_back(
    unit: &mut Unit<'_>,
    debtor_account: &str,
    end_to_end_id: &str,
    reason: &str,
) -> Result<String, BankError> {
    let payment = unit
        .sql
        .query_opt(
            "SELECT * FROM payment WHERE debtor_account = $1 AND end_to_end_id = $2",
            &[&debtor_account, &end_to_end_id],
        )?
        .ok_or_else(|| BankError::Unknown(format!("no payment {end_to_end_id}")))?;
    let (status, returned): (String, bool) = (payment.get("status"), payment.get("returned"));
    if status != "ACSC" || returned {
        return Err(BankError::Conflict(format!(
            "{end_to_end_id} is not there to be returned"
        )));
    }
    let (id, amount): (i64, i64) = (payment.get("id"), payment.get("amount"));
    let creditor: String = payment.get("creditor_account");
    if let Some((_, text)) = short_of_money(unit, &creditor, amount)? {
        return Err(BankError::Conflict(text));
    }
    let batch = bookings::new_batch(unit)?;
    let reference = bookings::post(
        unit,
        batch,
        &Posting {
            debtor_account: &creditor,
            debtor_name: payment.get("creditor_name"),
            creditor_account: debtor_account,
            creditor_name: payment.get("debtor_name"),
            amount,
            currency: payment.get("currency"),
            payment: Some(id),
            return_reason: Some(reason),
        },
    )?;
    unit.sql
        .execute("UPDATE payment SET returned = true WHERE id = $1", &[&id])?;
    bookings::notify(unit, batch)?;
    Ok(reference)
}

/// Why a request to pay can't be accepted, if it can't.
pub(crate) fn refuse_request(
    unit: &mut Unit<'_>,
    payment: &OrderedPayment,
) -> Result<Option<Reason>, BankError> {
    let Some(debtor) = accounts::find(unit, &payment.debtor.account)? else {
        return Ok(Some(reason("AC02", "no such debtor account")));
    };
    Ok(if debtor.closed {
        Some(reason("AC04", "the debtor account is closed"))
    } else if debtor.standing_authority {
        None
    } else {
        Some(reason("MD01", "the debtor has given no standing authority"))
    })
}

fn reason(code: &str, text: &str) -> Reason {
    (code.to_owned(), text.to_owned())
}

/// The payment that has this debtor's end-to-end id, and whether it is the same payment.
fn first_of(
    unit: &mut Unit<'_>,
    payment: &OrderedPayment,
) -> Result<Option<(i64, bool)>, BankError> {
    let row = unit.sql.query_opt(
        "SELECT id, creditor_account = $3 AND amount = $4 AND currency = $5 FROM payment
         WHERE debtor_account = $1 AND end_to_end_id = $2",
        &[
            &payment.debtor.account,
            &payment.end_to_end_id,
            &payment.creditor.account,
            &payment.amount,
            &payment.currency,
        ],
    )?;
    Ok(row.map(|row| (row.get(0), row.get(1))))
}

/// Whether an order is the one stored under its message id, payment by payment.
fn is_the_same(unit: &mut Unit<'_>, order: &Order) -> Result<bool, BankError> {
    let stored = unit.sql.query(
        "SELECT l.end_to_end_id, l.instruction_id, o.message_name
         FROM order_line l JOIN customer_order o USING (message_id)
         WHERE message_id = $1 ORDER BY position",
        &[&order.message_id],
    )?;
    if stored.len() != order.payments.len() {
        return Ok(false);
    }
    for (row, payment) in stored.iter().zip(&order.payments) {
        let (end_to_end_id, instruction_id): (String, Option<String>) = (row.get(0), row.get(1));
        let message_name: String = row.get(2);
        let same_line = end_to_end_id == payment.end_to_end_id
            && instruction_id == payment.instruction_id
            && message_name == order.message_name;
        if !same_line || !first_of(unit, payment)?.is_some_and(|(_, same)| same) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Writes a new payment into the books, decided.
fn enter(
    unit: &mut Unit<'_>,
    batch: i64,
    message_id: &str,
    payment: &OrderedPayment,
) -> Result<i64, BankError> {
    let id: i64 = unit
        .sql
        .query_one(
            "INSERT INTO payment (message_id, instruction_id, end_to_end_id, debtor_account,
                                  debtor_name, creditor_account, creditor_name, amount, currency,
                                  execution_date, reference, lines, status)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'ACCP') RETURNING id",
            &[
                &message_id,
                &payment.instruction_id,
                &payment.end_to_end_id,
                &payment.debtor.account,
                &payment.debtor.name,
                &payment.creditor.account,
                &payment.creditor.name,
                &payment.amount,
                &payment.currency,
                &payment.execution_date,
                &payment.reference,
                &payment.lines,
            ],
        )?
        .get(0);
    let creditor = payment.creditor.account.as_str();
    let mut refused = match faults::strikes(unit, "reject", Some(creditor))? {
        Some(fault) => Some((
            fault.reason.unwrap_or_else(|| "MS03".to_owned()),
            "the bank was told to reject this".to_owned(),
        )),
        None => {
            let parties = Parties {
                debtor: (&payment.debtor.account, payment.debtor.bank_code.as_deref()),
                creditor: (creditor, payment.creditor.bank_code.as_deref()),
            };
            objection(unit, &parties, payment.amount, &payment.currency)?
        }
    };
    if refused.is_none() {
        if let Some(fault) = faults::strikes(unit, "delay", Some(creditor))? {
            unit.sql.execute(
                "UPDATE payment SET steps_left = $2 WHERE id = $1",
                &[&id, &fault.steps.unwrap_or(1)],
            )?;
            return Ok(id);
        }
        if payment.execution_date > unit.today {
            return Ok(id);
        }
        refused = short_of_money(unit, &payment.debtor.account, payment.amount)?;
    }
    let posting = Posting {
        debtor_account: &payment.debtor.account,
        debtor_name: &payment.debtor.name,
        creditor_account: creditor,
        creditor_name: &payment.creditor.name,
        amount: payment.amount,
        currency: &payment.currency,
        payment: Some(id),
        return_reason: None,
    };
    settle(unit, batch, &posting, id, refused)?;
    Ok(id)
}

/// The account and, where named, the bank of both sides.
struct Parties<'p> {
    debtor: (&'p str, Option<&'p str>),
    creditor: (&'p str, Option<&'p str>),
}

/// What speaks against a payment apart from the money being there.
fn objection(
    unit: &mut Unit<'_>,
    parties: &Parties<'_>,
    amount: i64,
    currency: &str,
) -> Result<Option<Reason>, BankError> {
    for ((number, bank), role, unknown) in [
        (parties.debtor, "debtor", "AC02"),
        (parties.creditor, "creditor", "AC01"),
    ] {
        let Some(account) = accounts::find(unit, number)? else {
            return Ok(Some(reason(
                unknown,
                &format!("no {role} account {number}"),
            )));
        };
        if account.closed {
            return Ok(Some(reason(
                "AC04",
                &format!("the {role} account is closed"),
            )));
        }
        if bank.is_some_and(|bank| bank != account.bank_code) {
            let text = format!("the {role} account is not at this bank");
            return Ok(Some(reason("RC01", &text)));
        }
        if account.currency != currency {
            let text = format!("the {role} account is in {}", account.currency);
            return Ok(Some(reason("AM03", &text)));
        }
    }
    Ok(if amount == 0 {
        Some(reason("AM01", "nothing to pay"))
    } else if parties.debtor.0 == parties.creditor.0 {
        Some(reason("AG01", "debtor and creditor are the same account"))
    } else {
        None
    })
}

fn short_of_money(
    unit: &mut Unit<'_>,
    debtor: &str,
    amount: i64,
) -> Result<Option<Reason>, BankError> {
    let balance = accounts::get(unit, debtor)?.balance_minor;
    Ok((balance < amount).then(|| reason("AM04", "insufficient funds")))
}

/// Books the payment, or marks it rejected.
fn settle(
    unit: &mut Unit<'_>,
    batch: i64,
    posting: &Posting<'_>,
    id: i64,
    refused: Option<Reason>,
) -> Result<(), BankError> {
    let (status, reference) = match refused {
        Some(_) => ("RJCT", None),
        None => ("ACSC", Some(bookings::post(unit, batch, posting)?)),
    };
    let (code, text) = refused.unzip();
    unit.sql.execute(
        "UPDATE payment SET status = $2, reason = $3, reason_text = $4, servicer_ref = $5
         WHERE id = $1",
        &[&id, &status, &code, &text, &reference],
    )?;
    Ok(())
}

fn line(row: &Row) -> Line {
    let mut reasons = Vec::new();
    let status: Option<String> = row.get("status");
    let code: Option<String> = row.get("reason");
    let text: Option<String> = row.get("reason_text");
    if let Some(code) = code {
        reasons.push((code, text.unwrap_or_default()));
    }
    match (&status, row.get("repeated")) {
        (None, _) => reasons.push(reason("AM05", "another payment has this end-to-end id")),
        (Some(_), true) => reasons.push(reason("AM05", Report::REPEATED)),
        (Some(_), false) => {}
    }
    Line {
        payment_information_id: row.get("payment_information_id"),
        instruction_id: row.get("instruction_id"),
        end_to_end_id: row.get("end_to_end_id"),
        status: status.unwrap_or_else(|| "RJCT".to_owned()),
        reasons,
        servicer_ref: row.get("servicer_ref"),
    }
}
