//! The live fragments of one paper: they tile its face.

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

/// Who holds which range of the paper `$5` now.
pub const LIVE_FRAGMENTS: Statement = Statement {
    name: "live",
    columns: &[
        text("range"),
        text("holder"),
        text("state"),
        text("counterparty"),
        figures("tier"),
        figures("amount"),
    ],
    filters: Filters {
        dates: false,
        words: ("", &[]),
        party: false,
        paper: false,
    },
    rows: "SELECT l.lo, l.hi, h.name, h.name_en, f.word, c.name, c.name_en, l.tier::bigint, \
             p.currency, l.hi - l.lo, ''::text, l.lo \
           FROM live_fragment_now l JOIN paper p ON p.no = l.paper JOIN party h ON h.no = l.holder \
           LEFT JOIN party c ON c.no = l.counterparty \
           LEFT JOIN (VALUES (1, 'pending'), (2, 'held'), (3, 'offered'), (4, 'locked'), \
             (9, 'written_off')) \
             f (code, word) ON f.code = l.state \
           WHERE p.number = $5 AND ($7 IS NULL OR l.lo > $7)",
    order: "l.lo",
    totals: "SELECT p.currency, count(*), sum(l.hi - l.lo)::text \
             FROM live_fragment_now l JOIN paper p ON p.no = l.paper \
             WHERE p.number = $5 GROUP BY p.currency",
    sums: &["amount"],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let currency = currency(row.try_get(8)?)?;
    let state: Option<&str> = row.try_get(4)?;
    Ok(vec![
        Cell::Range(row.try_get(0)?, row.try_get(1)?),
        party(row, 2)?,
        Cell::Word(format!("fragment-{}", state.unwrap_or("unknown"))),
        party(row, 5)?,
        Cell::Count(row.try_get(7)?),
        money(row, 9, currency)?,
    ])
}
