//! Returns: a settled payment goes back the way it came.

use crate::bookings::{self, Posting};
use crate::books::Unit;
use crate::decision::short_of_money;
use crate::error::BankError;

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
