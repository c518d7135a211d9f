//! Who holds how much of papers that are not yet paid, by currency.

use postgres::Row;

use crate::cell::Cell;
use crate::error::AuditError;
use crate::statement::Filters;
use crate::statement::Statement;
use crate::statement::currency;
use crate::statement::figures;
use crate::statement::party;
use crate::statement::text;

/// Held amounts: the live fragments of open papers. Their sum is the face of those
/// papers less what is redeemed, which is nobody's claim any more.
pub const BALANCES: Statement = Statement {
    name: "balances",
    columns: &[
        text("party"),
        text("kind"),
        text("currency"),
        figures("papers"),
        figures("fragments"),
        figures("free"),
        figures("bound"),
        figures("held"),
    ],
    filters: Filters {
        dates: false,
        words: ("kind", &["supplier", "finance_provider"]),
        party: true,
        paper: false,
    },
    // Holder by holder in their order: a page ends where it is full, and reads no further.
    rows: "SELECT h.name, h.name_en, h.kind, s.currency, s.papers, s.fragments, s.free, s.bound, \
             s.held, s.currency, h.no::bigint \
           FROM party h CROSS JOIN LATERAL ( \
             SELECT p.currency COLLATE \"C\" AS currency, count(DISTINCT l.paper) AS papers, \
               count(*) AS fragments, \
               coalesce(sum(l.hi - l.lo) FILTER (WHERE l.state IN (2, 9)), 0)::text AS free, \
               coalesce(sum(l.hi - l.lo) FILTER (WHERE l.state NOT IN (2, 9)), 0)::text AS bound, \
               sum(l.hi - l.lo)::text AS held \
             FROM live_fragment_now l JOIN paper p ON p.no = l.paper \
             WHERE l.holder = h.no AND p.state IN (1, 2, 5) AND l.state <> 8 \
             GROUP BY p.currency) s \
           WHERE ($3 IS NULL OR h.kind = $3) \
             AND ($4 IS NULL OR strpos(lower(h.name || ' ' || h.name_en), lower($4)) > 0) \
             AND ($7 IS NULL OR (h.no, s.currency) > ($7, $6))",
    order: "h.no, s.currency",
    totals: "SELECT p.currency, count(*), \
               coalesce(sum(l.hi - l.lo) FILTER (WHERE l.state IN (2, 9)), 0)::text, \
               coalesce(sum(l.hi - l.lo) FILTER (WHERE l.state NOT IN (2, 9)), 0)::text, \
               sum(l.hi - l.lo)::text \
             FROM live_fragment_now l JOIN paper p ON p.no = l.paper JOIN party h ON h.no = l.holder \
             WHERE p.state IN (1, 2, 5) AND l.state <> 8 AND ($3 IS NULL OR h.kind = $3) \
               AND ($4 IS NULL OR strpos(lower(h.name || ' ' || h.name_en), lower($4)) > 0) \
             GROUP BY p.currency ORDER BY p.currency",
    sums: &["free", "bound", "held"],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let code: String = row.try_get(3)?;
    let currency = currency(&code)?;
    let sum = |at: usize| {
        let digits: String = row.try_get(at)?;
        let minor = digits
            .parse()
            .map_err(|_digits| AuditError::unreadable("balances", "a sum"))?;
        Ok::<_, AuditError>(Cell::Money(minor, currency))
    };
    Ok(vec![
        party(row, 0)?,
        Cell::Word(format!("kind-{}", row.try_get::<_, &str>(2)?)),
        Cell::Text(code),
        Cell::Count(row.try_get(4)?),
        Cell::Count(row.try_get(5)?),
        sum(6)?,
        sum(7)?,
        sum(8)?,
    ])
}
