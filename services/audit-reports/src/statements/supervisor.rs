//! The daily file for the supervisor (银发〔2025〕77号 art. 19): what was issued, passed on, financed,
//! undone and paid on a day, and what became overdue. The columns are fixed; a new one goes to the end.

use postgres::Row;

use crate::cell::Cell;
use crate::error::AuditError;
use crate::statement::Filters;
use crate::statement::Statement;
use crate::statement::currency;
use crate::statement::figures;
use crate::statement::money;
use crate::statement::party;
use crate::statement::text;

/// All events as rows of one form: day, event, paper, range, from, to, currency, amount, due date,
/// certificate, reference, and a number that puts them in order. A payment is booked on the bank's
/// day; a paper becomes overdue on the day after its due date. Settling a paper in parts books each
/// holder's credits one by one.
macro_rules! events {
    () => {
        "(SELECT e.date, 'issue' AS event, p.number, e.lo, e.mid AS hi, o.name AS from_name, \
            o.name_en AS from_en, h.name AS to_name, h.name_en AS to_en, p.currency, \
            e.mid - e.lo AS amount, p.due_date, NULL::text AS certificate, \
            encode(e.hash, 'hex') AS reference, e.no \
          FROM entry e JOIN paper p ON p.no = e.paper JOIN party o ON o.no = p.obligor \
          JOIN party h ON h.no = e.holder WHERE e.kind = 5 \
          UNION ALL \
          SELECT e.date, CASE WHEN e.kind = 11 AND b.kind = 38 THEN 'retransfer' \
            WHEN e.kind = 11 THEN 'transfer' WHEN e.kind = 36 THEN 'reversal' \
            ELSE 'finance' END, p.number, e.lo, e.mid, f.name, f.name_en, h.name, h.name_en, \
            p.currency, e.mid - e.lo, p.due_date, g.certificate, encode(e.hash, 'hex'), e.no \
          FROM entry e JOIN entry b ON b.no = e.spent >> 1 JOIN paper p ON p.no = e.paper \
          JOIN party f ON f.no = b.holder JOIN party h ON h.no = e.holder \
          LEFT JOIN discount d ON e.kind IN (32, 37) AND d.lock_entry = b.no \
          LEFT JOIN discount_registration g ON g.quote = d.quote \
          WHERE e.kind IN (11, 32, 36, 37) \
          UNION ALL \
          SELECT s.booking_date, 'payment', p.number, NULL, NULL, f.name, f.name_en, h.name, \
            h.name_en, i.currency, i.amount, p.due_date, NULL, \
            coalesce(i.netted_in, i.end_to_end_id), \
            (1::bigint << 61) + s.no \
          FROM payment_instruction i JOIN paper p ON p.id = i.paper_id \
          JOIN party f ON f.id = i.debtor JOIN party h ON h.id = i.creditor \
          JOIN LATERAL (SELECT b.no, b.booking_date FROM statement_entry b \
            WHERE b.end_to_end_id = coalesce(i.netted_in, i.end_to_end_id) ORDER BY b.no LIMIT 1) s ON true \
          WHERE i.kind IN ('settlement_credit', 'early_redemption') AND i.state = 'settled' \
          UNION ALL \
          SELECT p.due_date + 1, 'overdue', p.number, NULL, NULL, o.name, o.name_en, NULL, NULL, \
            p.currency, p.face - p.paid, p.due_date, NULL, p.number, (1::bigint << 62) + p.no \
          FROM paper p JOIN party o ON o.no = p.obligor \
          WHERE p.state IN (2, 5) AND p.due_date < (SELECT today FROM business_date)) x"
    };
}

/// The events by day.
pub const SUPERVISOR: Statement = Statement {
    name: "supervisor",
    columns: &[
        text("date"),
        text("event"),
        text("paper"),
        text("range"),
        text("from-party"),
        text("to-party"),
        text("currency"),
        figures("amount"),
        text("due-date"),
        text("certificate"),
        text("reference"),
    ],
    filters: Filters {
        dates: true,
        words: (
            "event",
            &[
                "issue",
                "transfer",
                "retransfer",
                "finance",
                "reversal",
                "payment",
                "overdue",
            ],
        ),
        party: true,
        paper: true,
    },
    rows: concat!(
        "SELECT x.date, x.event, x.number, x.lo, x.hi, x.from_name, x.from_en, x.to_name, x.to_en, \
           x.currency, x.amount, x.due_date, x.certificate, x.reference, x.date::text, x.no FROM ",
        events!(),
        " WHERE ($1 IS NULL OR x.date >= $1) AND ($2 IS NULL OR x.date <= $2) \
            AND ($3 IS NULL OR x.event = $3) AND ($5 IS NULL OR x.number = $5) \
            AND ($4 IS NULL OR strpos(lower(concat_ws(' ', x.from_name, x.from_en, x.to_name, \
              x.to_en)), lower($4)) > 0) \
            AND ($7 IS NULL OR (x.date, x.no) > ($6::date, $7))"
    ),
    order: "x.date, x.no",
    totals: concat!(
        "SELECT x.currency, count(*), sum(x.amount)::text FROM ",
        events!(),
        " WHERE ($1 IS NULL OR x.date >= $1) AND ($2 IS NULL OR x.date <= $2) \
            AND ($3 IS NULL OR x.event = $3) AND ($5 IS NULL OR x.number = $5) \
            AND ($4 IS NULL OR strpos(lower(concat_ws(' ', x.from_name, x.from_en, x.to_name, \
              x.to_en)), lower($4)) > 0) \
          GROUP BY x.currency ORDER BY x.currency"
    ),
    sums: &["amount"],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let code: String = row.try_get(9)?;
    let currency = currency(&code)?;
    let certificate: Option<String> = row.try_get(12)?;
    let range: (Option<i64>, Option<i64>) = (row.try_get(3)?, row.try_get(4)?);
    Ok(vec![
        Cell::Date(row.try_get(0)?),
        Cell::Word(format!("event-{}", row.try_get::<_, &str>(1)?)),
        Cell::Paper(row.try_get(2)?),
        match range {
            (Some(lo), Some(hi)) => Cell::Range(lo, hi),
            _ => Cell::Empty,
        },
        party(row, 5)?,
        party(row, 7)?,
        Cell::Text(code),
        money(row, 10, currency)?,
        Cell::Date(row.try_get(11)?),
        certificate.map_or(Cell::Empty, Cell::Text),
        Cell::Text(row.try_get(13)?),
    ])
}
