//! Settlement runs and their clearing sheets.

use postgres::Row;

use crate::cell::Cell;
use crate::error::AuditError;
use crate::statement::Filters;
use crate::statement::Statement;
use crate::statement::currency;
use crate::statement::figures;
use crate::statement::party;
use crate::statement::text;

/// What each run shared out, what banks were told to pay and what they proved to have paid.
pub const SETTLEMENTS: Statement = Statement {
    name: "settlements",
    columns: &[
        text("due-date"),
        text("sheet"),
        text("obligor"),
        text("state"),
        text("currency"),
        figures("cash"),
        figures("instructions"),
        figures("instructed"),
        figures("proved"),
        figures("entry"),
        text("sheet-digest"),
    ],
    filters: Filters {
        dates: true,
        words: (
            "run",
            &[
                "planned",
                "locked",
                "presented",
                "funded",
                "short",
                "instructed",
                "reconciling",
                "completed",
                "failed",
            ],
        ),
        party: true,
        paper: true,
    },
    rows: "SELECT r.due_date, p.number, o.name, o.name_en, r.state, p.currency, \
             CASE WHEN coalesce(r.cash, r.interest_cash) IS NOT NULL \
               THEN coalesce(r.cash, 0) + coalesce(r.interest_cash, 0) END, i.count, \
             i.instructed, i.proved, r.entry_no & ((1::bigint << 40) - 1), r.sheet_digest, \
             r.due_date::text, p.no * 4096 + r.round \
           FROM settlement_run r JOIN paper p ON p.id = r.paper_id JOIN party o ON o.no = p.obligor \
           CROSS JOIN LATERAL (SELECT count(*), coalesce(sum(amount), 0)::bigint AS instructed, \
             coalesce(sum(amount) FILTER (WHERE state = 'settled'), 0)::bigint AS proved \
             FROM payment_instruction p WHERE run = r.id \
               AND NOT EXISTS (SELECT FROM payment_again x WHERE x.replaced = p.id)) i \
           WHERE ($1 IS NULL OR r.due_date >= $1) AND ($2 IS NULL OR r.due_date <= $2) \
             AND ($3 IS NULL OR r.state = $3) AND ($5 IS NULL OR p.number = $5) \
             AND ($4 IS NULL OR strpos(lower(o.name || ' ' || o.name_en), lower($4)) > 0) \
             AND ($7 IS NULL OR (r.due_date, p.no * 4096 + r.round) > ($6::date, $7))",
    order: "r.due_date, p.no * 4096 + r.round",
    totals: "SELECT p.currency, count(*), coalesce(sum(coalesce(r.cash, 0) + coalesce(r.interest_cash, 0)), 0)::text, \
               sum(i.instructed)::text, sum(i.proved)::text \
             FROM settlement_run r JOIN paper p ON p.id = r.paper_id \
             JOIN party o ON o.no = p.obligor \
             CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS instructed, \
               coalesce(sum(amount) FILTER (WHERE state = 'settled'), 0) AS proved \
               FROM payment_instruction p WHERE run = r.id \
               AND NOT EXISTS (SELECT FROM payment_again x WHERE x.replaced = p.id)) i \
             WHERE ($1 IS NULL OR r.due_date >= $1) AND ($2 IS NULL OR r.due_date <= $2) \
               AND ($3 IS NULL OR r.state = $3) AND ($5 IS NULL OR p.number = $5) \
               AND ($4 IS NULL OR strpos(lower(o.name || ' ' || o.name_en), lower($4)) > 0) \
             GROUP BY p.currency ORDER BY p.currency",
    sums: &["cash", "instructed", "proved"],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let code: String = row.try_get(5)?;
    let currency = currency(&code)?;
    let money = |at: usize| {
        let minor: Option<i64> = row.try_get(at)?;
        Ok::<_, AuditError>(minor.map_or(Cell::Empty, |m| Cell::Money(i128::from(m), currency)))
    };
    Ok(vec![
        Cell::Date(row.try_get(0)?),
        Cell::Sheet(row.try_get(1)?),
        party(row, 2)?,
        Cell::Word(format!("run-{}", row.try_get::<_, &str>(4)?)),
        Cell::Text(code),
        money(6)?,
        Cell::Count(row.try_get(7)?),
        money(8)?,
        money(9)?,
        row.try_get::<_, Option<i64>>(10)?
            .map_or(Cell::Empty, Cell::Count),
        Cell::digest(row.try_get(11)?),
    ])
}
