//! What holders have written off in their own books: how much, why, on what evidence.

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

/// Every write-off, in the order of the book.
pub const WRITE_OFFS: Statement = Statement {
    name: "write-offs",
    columns: &[
        figures("entry"),
        text("date"),
        text("paper"),
        text("range"),
        text("holder"),
        text("currency"),
        figures("units"),
        figures("written-off"),
        text("write-off-reason"),
        text("evidence"),
        text("hash"),
    ],
    filters: Filters {
        dates: true,
        words: ("", &[]),
        party: true,
        paper: true,
    },
    // What the journal holds is the measure: a record without its entry shows no hash.
    rows: "SELECT w.entry & ((1::bigint << 40) - 1), w.written_off_on, p.number, w.lo, w.hi, h.name, \
             h.name_en, w.currency, w.hi - w.lo, w.amount, w.reason, w.evidence, e.hash, ''::text, \
             w.entry \
           FROM write_off w JOIN paper p ON p.id = w.paper JOIN party h ON h.id = w.holder \
           LEFT JOIN entry e ON e.no = w.entry AND e.paper = p.no AND e.lo = w.lo AND e.hi = w.hi \
             AND e.holder = h.no AND e.kind = 44 \
           WHERE ($1 IS NULL OR w.written_off_on >= $1) AND ($2 IS NULL OR w.written_off_on <= $2) \
             AND ($3 IS NULL OR $3 = '') AND ($5 IS NULL OR p.number = $5) \
             AND ($4 IS NULL OR strpos(lower(h.name || ' ' || h.name_en), lower($4)) > 0) \
             AND ($7 IS NULL OR w.entry > $7)",
    order: "w.entry",
    totals: "SELECT w.currency, count(*), sum(w.hi - w.lo)::text, sum(w.amount)::text \
             FROM write_off w JOIN paper p ON p.id = w.paper JOIN party h ON h.id = w.holder \
             WHERE ($1 IS NULL OR w.written_off_on >= $1) \
               AND ($2 IS NULL OR w.written_off_on <= $2) \
               AND ($3 IS NULL OR $3 = '') AND ($5 IS NULL OR p.number = $5) \
               AND ($4 IS NULL OR strpos(lower(h.name || ' ' || h.name_en), lower($4)) > 0) \
             GROUP BY w.currency ORDER BY w.currency",
    sums: &["units", "written-off"],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let code: String = row.try_get(7)?;
    let currency = currency(&code)?;
    Ok(vec![
        Cell::Count(row.try_get(0)?),
        Cell::Date(row.try_get(1)?),
        Cell::Paper(row.try_get(2)?),
        Cell::Range(row.try_get(3)?, row.try_get(4)?),
        party(row, 5)?,
        Cell::Text(code),
        money(row, 8, currency)?,
        money(row, 9, currency)?,
        Cell::Text(row.try_get(10)?),
        Cell::Text(row.try_get(11)?),
        Cell::digest(row.try_get(12)?),
    ])
}
