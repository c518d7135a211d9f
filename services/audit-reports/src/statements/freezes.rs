//! What was frozen by order: on whose, until when, by which two people, and how it ended.

use postgres::Row;

use crate::cell::Cell;
use crate::error::AuditError;
use crate::statement::Filters;
use crate::statement::Statement;
use crate::statement::currency;
use crate::statement::figures;
use crate::statement::party;
use crate::statement::text;

/// Every fragment that an order caught, newest entry last.
pub const FREEZES: Statement = Statement {
    name: "freezes",
    columns: &[
        figures("entry"),
        text("date"),
        text("authority"),
        text("order-reference"),
        text("paper"),
        text("range"),
        text("holder"),
        text("currency"),
        figures("units"),
        text("until"),
        text("entered-by"),
        text("decided-by"),
        figures("end-entry"),
        text("ended-on"),
    ],
    filters: Filters {
        dates: true,
        words: ("", &[]),
        party: true,
        paper: true,
    },
    rows: "SELECT e.no & ((1::bigint << 40) - 1), e.date, f.authority, f.reference, p.number, z.lo, \
             z.hi, h.name, h.name_en, p.currency, z.hi - z.lo, f.until, f.maker_name, \
             d.decider_name, x.no & ((1::bigint << 40) - 1), x.date, ''::text, e.no \
           FROM frozen_fragment z JOIN freeze_proposal f ON f.id = z.freeze_order \
           JOIN freeze_decision d ON d.proposal = f.id JOIN entry e ON e.no = z.entry \
           JOIN paper p ON p.id = z.paper JOIN party h ON h.id = z.holder \
           LEFT JOIN entry x ON x.no = z.end_entry \
           WHERE ($1 IS NULL OR e.date >= $1) AND ($2 IS NULL OR e.date <= $2) \
             AND ($3 IS NULL OR $3 = '') AND ($5 IS NULL OR p.number = $5) \
             AND ($4 IS NULL OR strpos(lower(h.name || ' ' || h.name_en), lower($4)) > 0) \
             AND ($7 IS NULL OR e.no > $7)",
    order: "e.no",
    totals: "SELECT p.currency, count(*), sum(z.hi - z.lo)::text \
             FROM frozen_fragment z JOIN entry e ON e.no = z.entry \
             JOIN paper p ON p.id = z.paper JOIN party h ON h.id = z.holder \
             WHERE ($1 IS NULL OR e.date >= $1) AND ($2 IS NULL OR e.date <= $2) \
               AND ($3 IS NULL OR $3 = '') AND ($5 IS NULL OR p.number = $5) \
               AND ($4 IS NULL OR strpos(lower(h.name || ' ' || h.name_en), lower($4)) > 0) \
             GROUP BY p.currency ORDER BY p.currency",
    sums: &["units"],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let code: String = row.try_get(9)?;
    let currency = currency(&code)?;
    let ended: Option<i64> = row.try_get(14)?;
    let ended_on: Option<chrono::NaiveDate> = row.try_get(15)?;
    Ok(vec![
        Cell::Count(row.try_get(0)?),
        Cell::Date(row.try_get(1)?),
        Cell::Text(row.try_get(2)?),
        Cell::Text(row.try_get(3)?),
        Cell::Paper(row.try_get(4)?),
        Cell::Range(row.try_get(5)?, row.try_get(6)?),
        party(row, 7)?,
        Cell::Text(code),
        Cell::Money(i128::from(row.try_get::<_, i64>(10)?), currency),
        Cell::Date(row.try_get(11)?),
        Cell::Text(row.try_get(12)?),
        Cell::Text(row.try_get(13)?),
        ended.map_or(Cell::Empty, Cell::Count),
        ended_on.map_or(Cell::Empty, Cell::Date),
    ])
}
