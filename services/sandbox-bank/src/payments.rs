//! Takes orders: what is paid at once, what waits, what is rejected and why, and that nothing is
//! ever paid twice.
//!
//! A fault of the sandbox comes before every other reason; what is right but delayed or for a
//! later day waits; the rest is booked at once.

use postgres::Row;

use crate::bookings::{self, Posting};
use crate::books::Unit;
use crate::decision::{Parties, Reason, objection, reason, short_of_money};
use crate::error::BankError;
use crate::faults;
use crate::order::{Order, OrderedPayment};
use crate::promises;
use crate::returns;
use crate::status_report::{Line, Report};

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

/// Books the payment, or marks it rejected.
pub(crate) fn settle(
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
    if status != "ACSC" {
        return Ok(());
    }
    let row = unit
        .sql
        .query_one("SELECT end_to_end_id FROM payment WHERE id = $1", &[&id])?;
    promises::draw(unit, posting.debtor_account, row.get(0), posting.amount)?;
    if let Some(fault) = faults::strikes(unit, "return", Some(posting.creditor_account))? {
        returns::foresee(unit, id, &fault)?;
    }
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
        accepted: None,
        servicer_ref: row.get("servicer_ref"),
    }
}
