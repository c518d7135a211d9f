//! Returns: a settled payment goes back the way it came, at once when the operator orders it, or some
//! business steps after it was booked when the bank was told so beforehand.

use postgres::Row;

use crate::bookings::{self, Posting};
use crate::books::Unit;
use crate::decision::short_of_money;
use crate::error::BankError;
use crate::faults::Fault;

/// The reason where nobody gives one: none is given.
pub(crate) const NO_REASON: &str = "MS03";

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
    let creditor: String = payment.get("creditor_account");
    if let Some((_, text)) = short_of_money(unit, &creditor, payment.get("amount"))? {
        return Err(BankError::Conflict(text));
    }
    book_back(unit, &payment, reason)
}

/// Notes that a payment which was just booked comes back, as a fault says.
pub(crate) fn foresee(unit: &mut Unit<'_>, payment: i64, fault: &Fault) -> Result<(), BankError> {
    unit.sql.execute(
        "UPDATE payment SET return_steps = $2, return_reason = $3 WHERE id = $1",
        &[
            &payment,
            &fault.steps.unwrap_or(1),
            &fault.reason.as_deref().unwrap_or(NO_REASON),
        ],
    )?;
    Ok(())
}

/// Takes `count` business steps off what is to come back, and sends back what is due. What the
/// creditor has spent meanwhile waits until the money is there.
pub(crate) fn step(unit: &mut Unit<'_>, count: i32) -> Result<(), BankError> {
    unit.sql.execute(
        "UPDATE payment SET return_steps = greatest(0, return_steps - $1)
         WHERE return_steps IS NOT NULL",
        &[&count],
    )?;
    let due = unit.sql.query(
        "SELECT * FROM payment WHERE return_steps = 0 AND NOT returned ORDER BY id",
        &[],
    )?;
    for payment in &due {
        let creditor: String = payment.get("creditor_account");
        if short_of_money(unit, &creditor, payment.get("amount"))?.is_none() {
            let reason: String = payment.get("return_reason");
            book_back(unit, payment, &reason)?;
        }
    }
    Ok(())
}

fn book_back(unit: &mut Unit<'_>, payment: &Row, reason: &str) -> Result<String, BankError> {
    let id: i64 = payment.get("id");
    let batch = bookings::new_batch(unit)?;
    let reference = bookings::post(
        unit,
        batch,
        &Posting {
            debtor_account: payment.get("creditor_account"),
            debtor_name: payment.get("creditor_name"),
            creditor_account: payment.get("debtor_account"),
            creditor_name: payment.get("debtor_name"),
            amount: payment.get("amount"),
            currency: payment.get("currency"),
            payment: Some(id),
            return_reason: Some(reason),
        },
    )?;
    unit.sql.execute(
        "UPDATE payment SET returned = true, return_steps = NULL WHERE id = $1",
        &[&id],
    )?;
    bookings::notify(unit, batch)?;
    Ok(reference)
}
