//! Requests to pay: accepted as far as the debtor's money goes that is not promised already, claim
//! by claim in their order. What a promise was for is drawn by the payments that follow.

use crate::accounts;
use crate::books::Unit;
use crate::error::BankError;
use crate::order::{Order, OrderedPayment};
use crate::status_report::{Line, Report};

/// Promises what there is, and answers. The same request again is answered as the first was.
pub(crate) fn promise(unit: &mut Unit<'_>, request: &Order) -> Result<Report, BankError> {
    let before = promised(unit, &request.message_id)?;
    let accepted = if before.len() == request.payments.len() {
        before
    } else {
        promise_anew(unit, request)?
    };
    let lines = request.payments.iter().zip(accepted);
    Ok(Report {
        message_id: request.message_id.clone(),
        message_name: request.message_name.to_owned(),
        refused: None,
        lines: lines
            .map(|(payment, accepted)| line(payment, accepted))
            .collect(),
    })
}

fn promise_anew(unit: &mut Unit<'_>, request: &Order) -> Result<Vec<i64>, BankError> {
    let Some(first) = request.payments.first() else {
        return Ok(Vec::new());
    };
    let debtor = &first.debtor.account;
    forget(unit, request)?;
    let mut free = accounts::get(unit, debtor)?.balance_minor - open_promises(unit, debtor)?;
    let mut accepted = Vec::with_capacity(request.payments.len());
    for payment in &request.payments {
        // A request names one debtor; what is asked of another is not this one's to promise.
        let own = payment.debtor.account == *debtor;
        let part = if own {
            payment.amount.min(free).max(0)
        } else {
            0
        };
        free -= part;
        accepted.push(part);
    }
    let total: i64 = accepted.iter().sum();
    if total > 0 {
        unit.sql.execute(
            "INSERT INTO promise (message_id, debtor_account, amount) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
            &[&request.message_id, debtor, &total],
        )?;
    }
    let positions: Vec<i32> = (0..).take(accepted.len()).collect();
    let ids: Vec<&str> = request
        .payments
        .iter()
        .map(|payment| payment.end_to_end_id.as_str())
        .collect();
    unit.sql.execute(
        "INSERT INTO promised_claim (message_id, position, end_to_end_id, accepted)
         SELECT $1, t.* FROM unnest($2::integer[], $3::text[], $4::bigint[]) AS t
         ON CONFLICT DO NOTHING",
        &[&request.message_id, &positions, &ids, &accepted],
    )?;
    Ok(accepted)
}

/// What is asked for again is promised once: earlier requests for the same payments, whose answers
/// may have been lost, bind nothing any more.
fn forget(unit: &mut Unit<'_>, request: &Order) -> Result<(), BankError> {
    let ids: Vec<&str> = request
        .payments
        .iter()
        .map(|payment| payment.end_to_end_id.as_str())
        .collect();
    unit.sql.execute(
        "WITH gone AS (DELETE FROM promised_claim
           WHERE end_to_end_id = ANY($1) AND message_id <> $2 RETURNING message_id, accepted),
         freed AS (SELECT message_id, sum(accepted)::bigint AS accepted FROM gone GROUP BY 1)
         UPDATE promise p SET drawn = least(p.amount, p.drawn + f.accepted)
         FROM freed f WHERE p.message_id = f.message_id",
        &[&ids, &request.message_id],
    )?;
    Ok(())
}

fn promised(unit: &mut Unit<'_>, message_id: &str) -> Result<Vec<i64>, BankError> {
    let rows = unit.sql.query(
        "SELECT accepted FROM promised_claim WHERE message_id = $1 ORDER BY position",
        &[&message_id],
    )?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

fn open_promises(unit: &mut Unit<'_>, debtor: &str) -> Result<i64, BankError> {
    let row = unit.sql.query_one(
        "SELECT coalesce(sum(amount - drawn), 0)::bigint FROM promise
         WHERE debtor_account = $1 AND drawn < amount",
        &[&debtor],
    )?;
    Ok(row.get(0))
}

/// A payment is booked: the promise that it was asked for in is drawn by so much, and what is left of
/// it from those that its debtor has open, the oldest first. A part that is paid later has an id of
/// its own, so has a payment that is made again, and one sum may pay what several requests asked for.
pub(crate) fn draw(
    unit: &mut Unit<'_>,
    debtor: &str,
    end_to_end_id: &str,
    amount: i64,
) -> Result<(), BankError> {
    unit.sql.execute(
        "WITH open AS (
           SELECT p.message_id, p.amount - p.drawn AS free,
             sum(p.amount - p.drawn) OVER (ORDER BY c.message_id IS NULL, p.promised_at
               ROWS UNBOUNDED PRECEDING) AS so_far
           FROM promise p LEFT JOIN promised_claim c
             ON c.message_id = p.message_id AND c.end_to_end_id = $2
           WHERE p.debtor_account = $1 AND p.drawn < p.amount)
         UPDATE promise p SET drawn = p.drawn + least(o.free, $3::bigint - (o.so_far - o.free))::bigint
         FROM open o WHERE p.message_id = o.message_id AND o.so_far - o.free < $3::bigint",
        &[&debtor, &end_to_end_id, &amount],
    )?;
    Ok(())
}

fn line(payment: &OrderedPayment, accepted: i64) -> Line {
    let short = |text: &str| vec![("AM04".to_owned(), text.to_owned())];
    let (status, reasons) = if accepted == payment.amount {
        ("ACCP", Vec::new())
    } else if accepted > 0 {
        ("ACWC", short("insufficient funds: accepted in part"))
    } else {
        ("RJCT", short("insufficient funds"))
    };
    Line {
        payment_information_id: payment.payment_information_id.clone(),
        instruction_id: payment.instruction_id.clone(),
        end_to_end_id: payment.end_to_end_id.clone(),
        status: status.to_owned(),
        reasons,
        accepted: (status == "ACWC").then(|| (accepted, payment.currency.clone())),
        servicer_ref: None,
    }
}
