//! Papers by the day they are due.

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

/// Face, paid and outstanding of every paper ever issued, by due date.
pub const MATURITIES: Statement = Statement {
    name: "maturities",
    columns: &[
        text("due-date"),
        text("paper"),
        text("obligor"),
        text("payee"),
        text("issue-date"),
        text("state"),
        text("currency"),
        figures("face"),
        figures("paid"),
        figures("outstanding"),
    ],
    filters: Filters {
        dates: true,
        words: (
            "state",
            &[
                "pending_acceptance",
                "active",
                "refused",
                "withdrawn",
                "part_settled",
                "settled",
                "void",
            ],
        ),
        party: true,
        paper: true,
    },
    rows: "SELECT p.due_date, p.number, o.name, o.name_en, y.name, y.name_en, p.issue_date, s.word, \
             p.currency, p.face, p.paid, \
             CASE WHEN p.state IN (1, 2, 5) THEN p.face - p.paid ELSE 0 END, p.due_date::text, p.no \
           FROM paper p JOIN party o ON o.no = p.obligor JOIN party y ON y.no = p.payee \
           JOIN (VALUES (1, 'pending_acceptance'), (2, 'active'), (3, 'refused'), (4, 'withdrawn'), \
             (5, 'part_settled'), (6, 'settled'), (8, 'void')) s (code, word) ON s.code = p.state \
           WHERE ($1 IS NULL OR p.due_date >= $1) AND ($2 IS NULL OR p.due_date <= $2) \
             AND ($3 IS NULL OR s.word = $3) AND ($5 IS NULL OR p.number = $5) \
             AND ($4 IS NULL OR strpos(lower(concat_ws(' ', o.name, o.name_en, y.name, y.name_en)), \
               lower($4)) > 0) \
             AND ($7 IS NULL OR (p.due_date, p.no) > ($6::date, $7))",
    order: "p.due_date, p.no",
    totals: "SELECT p.currency, count(*), sum(p.face)::text, sum(p.paid)::text, \
               sum(CASE WHEN p.state IN (1, 2, 5) THEN p.face - p.paid ELSE 0 END)::text \
             FROM paper p JOIN party o ON o.no = p.obligor JOIN party y ON y.no = p.payee \
             JOIN (VALUES (1, 'pending_acceptance'), (2, 'active'), (3, 'refused'), \
               (4, 'withdrawn'), (5, 'part_settled'), (6, 'settled'), (8, 'void')) s (code, word) \
               ON s.code = p.state \
             WHERE ($1 IS NULL OR p.due_date >= $1) AND ($2 IS NULL OR p.due_date <= $2) \
               AND ($3 IS NULL OR s.word = $3) AND ($5 IS NULL OR p.number = $5) \
               AND ($4 IS NULL OR strpos(lower(concat_ws(' ', o.name, o.name_en, y.name, \
                 y.name_en)), lower($4)) > 0) \
             GROUP BY p.currency ORDER BY p.currency",
    sums: &["face", "paid", "outstanding"],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let code: String = row.try_get(8)?;
    let currency = currency(&code)?;
    Ok(vec![
        Cell::Date(row.try_get(0)?),
        Cell::Paper(row.try_get(1)?),
        party(row, 2)?,
        party(row, 4)?,
        Cell::Date(row.try_get(6)?),
        Cell::Word(format!("state-{}", row.try_get::<_, &str>(7)?)),
        Cell::Text(code),
        money(row, 9, currency)?,
        money(row, 10, currency)?,
        money(row, 11, currency)?,
    ])
}
