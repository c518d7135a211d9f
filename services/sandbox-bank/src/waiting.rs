//! What waits: payments delayed or ordered for a later day, and the business date they wait for.

use chrono::NaiveDate;

use crate::bookings::{self, Posting};
use crate::books::Unit;
use crate::decision::{Parties, objection, short_of_money};
use crate::error::BankError;
use crate::payments::settle;
use crate::returns;

/// Books what has waited long enough.
fn book_due(unit: &mut Unit<'_>) -> Result<u64, BankError> {
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

/// Takes `count` business steps off everything that waits: sends back what is to come back, then
/// books what is due. Gives how many payments were booked.
pub(crate) fn step(unit: &mut Unit<'_>, count: i32) -> Result<u64, BankError> {
    returns::step(unit, count)?;
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
