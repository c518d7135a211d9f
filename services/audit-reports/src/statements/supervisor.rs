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

/// A row of an entry `e` about the paper `p`, from the giver `f` to the holder `h`.
macro_rules! of_entry {
    ($event:literal, $giver_and_kinds:literal, $certificate:literal, $key:literal) => {
        concat!(
            "SELECT e.date, ",
            $event,
            " AS event, p.number, e.lo, e.mid AS hi, f.name AS from_name, f.name_en AS from_en, \
              h.name AS to_name, h.name_en AS to_en, p.currency, e.mid - e.lo AS amount, \
              p.due_date, ",
            $certificate,
            " AS certificate, encode(e.hash, 'hex') AS reference, ",
            $key,
            "::text AS key, e.no FROM entry e JOIN paper p ON p.no = e.paper \
              JOIN party h ON h.no = e.holder ",
            $giver_and_kinds
        )
    };
}

/// Issues. Approved days later, one lies behind entries of later days.
macro_rules! issues {
    () => {
        of_entry!(
            "'issue'",
            "JOIN party f ON f.no = p.obligor WHERE e.kind = 5",
            "NULL::text",
            "'i'"
        )
    };
}

/// Whatever else made somebody a holder, from the book `k` between the numbers of `w`.
macro_rules! transfers {
    () => {
        of_entry!(
            "CASE WHEN e.kind = 11 AND b.kind = 38 THEN 'retransfer' \
               WHEN e.kind = 11 THEN 'transfer' WHEN e.kind = 36 THEN 'reversal' \
               ELSE 'finance' END",
            "JOIN entry b ON b.no = e.spent >> 1 JOIN party f ON f.no = b.holder \
             LEFT JOIN discount d ON e.kind IN (32, 37) AND d.lock_entry = b.no \
             LEFT JOIN discount_registration g ON g.quote = d.quote \
             WHERE e.kind IN (11, 32, 36, 37) AND e.no >= w.first AND e.no < w.after",
            "g.certificate",
            "''"
        )
    };
}

/// Payments, booked on the bank's day. Settling a paper in parts books each holder's credits one by one;
/// several in one sum have one booking.
macro_rules! payments {
    () => {
        "SELECT s.booking_date AS date, 'payment' AS event, p.number, NULL::bigint AS lo, \
            NULL::bigint AS hi, f.name AS from_name, f.name_en AS from_en, h.name AS to_name, \
            h.name_en AS to_en, i.currency, i.amount, p.due_date, NULL::text AS certificate, \
            coalesce(i.netted_in, i.end_to_end_id) AS reference, i.id::text AS key, \
            (1::bigint << 61) + s.no AS no \
          FROM payment_instruction i JOIN paper p ON p.id = i.paper_id \
          JOIN party f ON f.id = i.debtor JOIN party h ON h.id = i.creditor \
          JOIN LATERAL (SELECT b.no, b.booking_date FROM statement_entry b \
            WHERE b.end_to_end_id = coalesce(i.netted_in, i.end_to_end_id) ORDER BY b.no LIMIT 1) s ON true \
          WHERE i.kind IN ('settlement_credit', 'early_redemption') AND i.state = 'settled'"
    };
}

/// Papers that became overdue, on the day after their due date.
macro_rules! overdue {
    () => {
        "SELECT p.due_date + 1 AS date, 'overdue' AS event, p.number, NULL::bigint AS lo, \
            NULL::bigint AS hi, o.name AS from_name, o.name_en AS from_en, NULL::text AS to_name, \
            NULL::text AS to_en, p.currency, p.face - p.paid AS amount, p.due_date, \
            NULL::text AS certificate, p.number AS reference, ''::text AS key, \
            (1::bigint << 62) + p.no AS no \
          FROM paper p JOIN party o ON o.no = p.obligor \
          WHERE p.state IN (2, 5) AND p.due_date < (SELECT today FROM business_date)"
    };
}

/// What is asked for, on a row `x`.
macro_rules! asked {
    () => {
        "($1 IS NULL OR x.date >= $1) AND ($2 IS NULL OR x.date <= $2) \
            AND ($3 IS NULL OR x.event = $3) AND ($5 IS NULL OR x.number = $5) \
            AND ($4 IS NULL OR strpos(lower(concat_ws(' ', x.from_name, x.from_en, x.to_name, \
              x.to_en)), lower($4)) > 0) \
            AND ($7 IS NULL OR (x.date, x.no, x.key) > \
              (split_part($6, '|', 1)::date, $7, split_part($6, '|', 2)))"
    };
}

/// All events as rows `x` of one form, each kind of them in its order and no more than are wanted. The
/// transfers of a book are in the order of their days as they stand; a page that follows on one of them
/// begins behind it.
macro_rules! events {
    () => {
        concat!(
            "((SELECT y.* FROM book k CROSS JOIN LATERAL ( \
               SELECT CASE WHEN $7 >> 40 = k.no AND split_part($6, '|', 2) = '' THEN $7 + 1 \
                 ELSE entries_from(k.no, greatest($1, split_part($6, '|', 1)::date)) END AS first, \
                 entries_until(k.no, $2) AS after OFFSET 0) w \
              CROSS JOIN LATERAL (SELECT x.* FROM (",
            transfers!(),
            ") x WHERE ",
            asked!(),
            " ORDER BY x.no LIMIT $8) y) UNION ALL (SELECT x.* FROM (",
            issues!(),
            ") x WHERE ",
            asked!(),
            " ORDER BY x.date, x.no LIMIT $8) UNION ALL (SELECT x.* FROM (",
            payments!(),
            ") x WHERE ",
            asked!(),
            " ORDER BY x.date, x.no, x.key LIMIT $8) UNION ALL (SELECT x.* FROM (",
            overdue!(),
            ") x WHERE ",
            asked!(),
            " ORDER BY x.date, x.no LIMIT $8)) x"
        )
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
           x.currency, x.amount, x.due_date, x.certificate, x.reference, \
           x.date || '|' || x.key, x.no FROM ",
        events!(),
    ),
    order: "x.date, x.no, x.key",
    totals: concat!(
        "SELECT x.currency, count(*), sum(x.amount)::text FROM ",
        events!(),
        " GROUP BY x.currency ORDER BY x.currency"
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
