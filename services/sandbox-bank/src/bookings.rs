//! Double entry: every movement is a debit and a credit of one amount in one statement, never
//! changed afterwards; and the notifications that tell of them.

use crate::books::Unit;
use crate::clock;
use crate::error::BankError;
use crate::faults;

/// Money from one account to another.
pub(crate) struct Posting<'p> {
    pub(crate) debtor_account: &'p str,
    pub(crate) debtor_name: &'p str,
    pub(crate) creditor_account: &'p str,
    pub(crate) creditor_name: &'p str,
    /// Minor units, more than zero.
    pub(crate) amount: i64,
    pub(crate) currency: &'p str,
    pub(crate) payment: Option<i64>,
    pub(crate) return_reason: Option<&'p str>,
}

/// A number for a new booking batch.
pub(crate) fn new_batch(unit: &mut Unit<'_>) -> Result<i64, BankError> {
    Ok(unit
        .sql
        .query_one("SELECT nextval('batch_number')", &[])?
        .get(0))
}

/// A number for a message this bank writes, never given twice.
pub(crate) fn new_message_id(unit: &mut Unit<'_>, prefix: &str) -> Result<String, BankError> {
    let row = unit
        .sql
        .query_one("SELECT nextval('message_number')", &[])?;
    let number: i64 = row.get(0);
    Ok(format!("SB-{prefix}-{number:012}"))
}

/// Books both legs and moves both balances; gives the bank's reference. The caller has checked
/// that the money is there; the database refuses an overdraft all the same.
pub(crate) fn post(
    unit: &mut Unit<'_>,
    batch: i64,
    posting: &Posting<'_>,
) -> Result<String, BankError> {
    let number: i64 = unit
        .sql
        .query_one("SELECT nextval('servicer_number')", &[])?
        .get(0);
    let reference = format!("SBTX{number:012}");
    let (debit, credit) = (format!("{reference}D"), format!("{reference}C"));
    unit.sql.execute(
        "INSERT INTO booking (batch, account, side, amount, currency, booked_on, servicer_ref,
                              payment, other_account, other_name, return_reason)
         VALUES ($1, $2, 'DBIT', $6, $7, $8, $9, $11, $4, $5, $12),
                ($1, $4, 'CRDT', $6, $7, $8, $10, $11, $2, $3, $12)",
        &[
            &batch,
            &posting.debtor_account,
            &posting.debtor_name,
            &posting.creditor_account,
            &posting.creditor_name,
            &posting.amount,
            &posting.currency,
            &unit.today,
            &debit,
            &credit,
            &posting.payment,
            &posting.return_reason,
        ],
    )?;
    let moved = unit.sql.execute(
        "UPDATE account SET balance = balance + CASE id WHEN $1 THEN -$3::bigint ELSE $3 END
         WHERE id IN ($1, $2)",
        &[
            &posting.debtor_account,
            &posting.creditor_account,
            &posting.amount,
        ],
    )?;
    if moved == 2 {
        Ok(reference)
    } else {
        Err(BankError::Internal(format!(
            "{moved} accounts moved, not two"
        )))
    }
}

/// Queues one camt.054 for each account the batch touched, as the faults in force will have it.
pub(crate) fn notify(unit: &mut Unit<'_>, batch: i64) -> Result<(), BankError> {
    let accounts = unit.sql.query(
        "SELECT account FROM booking JOIN account ON account.id = account
         WHERE batch = $1 AND NOT may_go_negative GROUP BY account ORDER BY min(booking.id)",
        &[&batch],
    )?;
    for row in accounts {
        let account: String = row.get(0);
        if faults::strikes(unit, "reorder_notification", None)?.is_some() {
            queue(unit, &account, batch, false)?;
            continue;
        }
        queue(unit, &account, batch, true)?;
        if faults::strikes(unit, "duplicate_notification", None)?.is_some() {
            queue(unit, &account, batch, true)?;
        }
        release_held(unit, Some(&account))?;
    }
    Ok(())
}

/// Lets held notifications out, behind what is out already.
pub(crate) fn release_held(unit: &mut Unit<'_>, account: Option<&str>) -> Result<(), BankError> {
    unit.sql.execute(
        "UPDATE notification SET cursor = nextval('notification_cursor')
         WHERE cursor IS NULL AND ($1::text IS NULL OR account = $1)",
        &[&account],
    )?;
    Ok(())
}

fn queue(unit: &mut Unit<'_>, account: &str, batch: i64, out: bool) -> Result<(), BankError> {
    let message_id = new_message_id(unit, "NTF")?;
    unit.sql.execute(
        "INSERT INTO notification (cursor, account, batch, message_id, stamp)
         VALUES (CASE WHEN $5 THEN nextval('notification_cursor') END, $1, $2, $3, $4)",
        &[&account, &batch, &message_id, &clock::stamp(), &out],
    )?;
    Ok(())
}
