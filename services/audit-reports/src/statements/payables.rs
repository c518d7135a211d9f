//! Which payable became which paper.

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

/// Payables as handed in, with the paper that stands for each.
pub const PAYABLES: Statement = Statement {
    name: "payables",
    columns: &[
        text("obligor"),
        text("payable"),
        text("supplier"),
        text("invoice"),
        text("due-date"),
        text("state"),
        text("paper"),
        text("content-digest"),
        text("currency"),
        figures("amount"),
    ],
    filters: Filters {
        dates: true,
        words: (
            "payable-state",
            &[
                "loaded",
                "proposed",
                "issued",
                "rejected",
                "cancelled",
                "replaced",
            ],
        ),
        party: true,
        paper: true,
    },
    rows: "SELECT o.name, o.name_en, a.payable_no, s.name, s.name_en, a.invoice_no, a.due_date, \
             a.state, p.number, a.content_digest, a.currency, a.amount, ''::text, a.no \
           FROM payable a JOIN party o ON o.id = a.obligor JOIN party s ON s.id = a.supplier \
           LEFT JOIN paper p ON p.id = a.paper_id \
           WHERE ($1 IS NULL OR a.due_date >= $1) AND ($2 IS NULL OR a.due_date <= $2) \
             AND ($3 IS NULL OR a.state = $3) AND ($5 IS NULL OR p.number = $5) \
             AND ($4 IS NULL OR strpos(lower(concat_ws(' ', o.name, o.name_en, s.name, s.name_en)), \
               lower($4)) > 0) \
             AND ($7 IS NULL OR a.no > $7)",
    order: "a.no",
    totals: "SELECT a.currency, count(*), sum(a.amount)::text \
             FROM payable a JOIN party o ON o.id = a.obligor JOIN party s ON s.id = a.supplier \
             LEFT JOIN paper p ON p.id = a.paper_id \
             WHERE ($1 IS NULL OR a.due_date >= $1) AND ($2 IS NULL OR a.due_date <= $2) \
               AND ($3 IS NULL OR a.state = $3) AND ($5 IS NULL OR p.number = $5) \
               AND ($4 IS NULL OR strpos(lower(concat_ws(' ', o.name, o.name_en, s.name, \
                 s.name_en)), lower($4)) > 0) \
             GROUP BY a.currency ORDER BY a.currency",
    sums: &["amount"],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let code: String = row.try_get(10)?;
    let currency = currency(&code)?;
    Ok(vec![
        party(row, 0)?,
        Cell::Text(row.try_get(2)?),
        party(row, 3)?,
        Cell::Text(row.try_get(5)?),
        Cell::Date(row.try_get(6)?),
        Cell::Word(format!("payable-state-{}", row.try_get::<_, &str>(7)?)),
        row.try_get::<_, Option<String>>(8)?
            .map_or(Cell::Empty, Cell::Paper),
        Cell::digest(row.try_get(9)?),
        Cell::Text(code),
        money(row, 11, currency)?,
    ])
}
