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
    rows: "SELECT h.name, h.name_en, h.kind, p.currency, count(DISTINCT l.paper), count(*), \
             coalesce(sum(l.hi - l.lo) FILTER (WHERE l.state IN (2, 9)), 0)::text, \
             coalesce(sum(l.hi - l.lo) FILTER (WHERE l.state NOT IN (2, 9)), 0)::text, \
             sum(l.hi - l.lo)::text, p.currency, h.no::bigint \
           FROM live_fragment_now l JOIN paper p ON p.no = l.paper JOIN party h ON h.no = l.holder \
           WHERE p.state IN (1, 2, 5) AND l.state <> 8 AND ($3 IS NULL OR h.kind = $3) \
             AND ($4 IS NULL OR strpos(lower(h.name || ' ' || h.name_en), lower($4)) > 0) \
             AND ($7 IS NULL OR (h.no, p.currency COLLATE \"C\") > ($7, $6)) \
           GROUP BY h.no, p.currency",
    order: "h.no, p.currency COLLATE \"C\"",
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
