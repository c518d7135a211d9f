//! Papers that were not paid on their due date: what was and is owed of each, and who was told.

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

/// Every recorded default, by the day it was recorded on. Late interest is listed once it is fixed:
/// when the last of the face has come.
pub const OVERDUE: Statement = Statement {
    name: "overdue",
    columns: &[
        text("recorded-on"),
        text("paper"),
        text("obligor"),
        text("due-date"),
        text("state"),
        text("cured-on"),
        figures("days-late"),
        text("currency"),
        figures("face"),
        figures("owed-then"),
        figures("owed-now"),
        figures("interest-asked"),
        figures("interest-paid"),
        text("reason"),
        figures("parties-told"),
        figures("letters-written"),
        figures("letters-taken"),
    ],
    filters: Filters {
        dates: true,
        words: ("default", &["open", "cured"]),
        party: true,
        paper: true,
    },
    rows: "SELECT d.recorded_on, p.number, o.name, o.name_en, d.due_date, s.word, d.cured_on, \
             coalesce(d.cured_on, (SELECT today FROM business_date)) - d.due_date, d.currency, p.face, \
             d.owed, p.face - p.paid, p.interest_asked, p.interest_paid, d.reason, n.parties, \
             n.written, n.taken, d.recorded_on::text, p.no \
           FROM paper_default d JOIN paper p ON p.id = d.paper_id JOIN party o ON o.id = d.obligor \
           CROSS JOIN LATERAL (SELECT CASE WHEN d.cured_on IS NULL THEN 'open' ELSE 'cured' END) \
             AS s (word) \
           CROSS JOIN LATERAL (SELECT count(DISTINCT x.party), count(*), count(l.sent_at) \
             FROM dishonour_notice x JOIN outbox l ON l.id = x.letter WHERE x.paper_id = d.paper_id) \
             AS n (parties, written, taken) \
           WHERE ($1 IS NULL OR d.recorded_on >= $1) AND ($2 IS NULL OR d.recorded_on <= $2) \
             AND ($3 IS NULL OR s.word = $3) AND ($5 IS NULL OR p.number = $5) \
             AND ($4 IS NULL OR strpos(lower(o.name || ' ' || o.name_en), lower($4)) > 0) \
             AND ($7 IS NULL OR (d.recorded_on, p.no) > ($6::date, $7))",
    order: "d.recorded_on, p.no",
    totals: "SELECT d.currency, count(*), sum(d.owed)::text, sum(p.face - p.paid)::text, \
               sum(p.interest_asked)::text, sum(p.interest_paid)::text \
             FROM paper_default d JOIN paper p ON p.id = d.paper_id JOIN party o ON o.id = d.obligor \
             WHERE ($1 IS NULL OR d.recorded_on >= $1) AND ($2 IS NULL OR d.recorded_on <= $2) \
               AND ($3 IS NULL OR $3 = CASE WHEN d.cured_on IS NULL THEN 'open' ELSE 'cured' END) \
               AND ($5 IS NULL OR p.number = $5) \
               AND ($4 IS NULL OR strpos(lower(o.name || ' ' || o.name_en), lower($4)) > 0) \
             GROUP BY d.currency ORDER BY d.currency",
    sums: &["owed-then", "owed-now", "interest-asked", "interest-paid"],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let code: String = row.try_get(8)?;
    let currency = currency(&code)?;
    let cured: Option<chrono::NaiveDate> = row.try_get(6)?;
    Ok(vec![
        Cell::Date(row.try_get(0)?),
        Cell::Paper(row.try_get(1)?),
        party(row, 2)?,
        Cell::Date(row.try_get(4)?),
        Cell::Word(format!("default-{}", row.try_get::<_, &str>(5)?)),
        cured.map_or(Cell::Empty, Cell::Date),
        Cell::Count(i64::from(row.try_get::<_, i32>(7)?)),
        Cell::Text(code),
        money(row, 9, currency)?,
        money(row, 10, currency)?,
        money(row, 11, currency)?,
        money(row, 12, currency)?,
        money(row, 13, currency)?,
        Cell::Text(row.try_get(14)?),
        Cell::Count(row.try_get(15)?),
        Cell::Count(row.try_get(16)?),
        Cell::Count(row.try_get(17)?),
    ])
}
