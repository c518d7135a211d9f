//! What finance providers bought: the statement of one of them, by its name, or of all.

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

/// Every purchase by the day it was signed, with price, certificate and proof.
pub const PURCHASES: Statement = Statement {
    name: "purchases",
    columns: &[
        text("date"),
        text("provider"),
        text("seller"),
        text("obligor"),
        text("paper"),
        text("range"),
        text("due-date"),
        text("currency"),
        figures("face"),
        figures("proceeds"),
        figures("income"),
        text("state"),
        text("certificate"),
        text("proof"),
    ],
    filters: Filters {
        dates: true,
        words: (
            "purchase",
            &[
                "signed",
                "registered",
                "paying",
                "unknown",
                "funded",
                "reversed",
            ],
        ),
        party: true,
        paper: true,
    },
    rows: "SELECT i.business_date, b.name, b.name_en, s.name, s.name_en, o.name, o.name_en, \
             p.number, r.lo, r.hi, p.due_date, r.currency, r.amount, q.proceeds, q.charge, \
             d.state, g.certificate, d.evidence, i.business_date::text, d.lock_entry \
           FROM discount d JOIN quote q ON q.id = d.quote \
           JOIN finance_request r ON r.id = q.request JOIN paper p ON p.id = r.paper_id \
           JOIN party s ON s.id = r.holder JOIN party b ON b.id = q.provider \
           JOIN party o ON o.no = p.obligor JOIN payment_instruction i ON i.id = d.instruction \
           LEFT JOIN discount_registration g ON g.quote = d.quote \
           WHERE ($1 IS NULL OR i.business_date >= $1) AND ($2 IS NULL OR i.business_date <= $2) \
             AND ($3 IS NULL OR d.state = $3) AND ($5 IS NULL OR p.number = $5) \
             AND ($4 IS NULL OR strpos(lower(concat_ws(' ', b.name, b.name_en)), lower($4)) > 0) \
             AND ($7 IS NULL OR (i.business_date, d.lock_entry) > ($6::date, $7))",
    order: "i.business_date, d.lock_entry",
    totals: "SELECT r.currency, count(*), sum(r.amount)::text, sum(q.proceeds)::text, \
               sum(q.charge)::text \
             FROM discount d JOIN quote q ON q.id = d.quote \
             JOIN finance_request r ON r.id = q.request JOIN paper p ON p.id = r.paper_id \
             JOIN party b ON b.id = q.provider \
             JOIN payment_instruction i ON i.id = d.instruction \
             WHERE ($1 IS NULL OR i.business_date >= $1) AND ($2 IS NULL OR i.business_date <= $2) \
               AND ($3 IS NULL OR d.state = $3) AND ($5 IS NULL OR p.number = $5) \
               AND ($4 IS NULL OR strpos(lower(concat_ws(' ', b.name, b.name_en)), lower($4)) > 0) \
             GROUP BY r.currency ORDER BY r.currency",
    sums: &["face", "proceeds", "income"],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let code: String = row.try_get(11)?;
    let currency = currency(&code)?;
    let certificate: Option<String> = row.try_get(16)?;
    let evidence: Option<&[u8]> = row.try_get(17)?;
    Ok(vec![
        Cell::Date(row.try_get(0)?),
        party(row, 1)?,
        party(row, 3)?,
        party(row, 5)?,
        Cell::Paper(row.try_get(7)?),
        Cell::Range(row.try_get(8)?, row.try_get(9)?),
        Cell::Date(row.try_get(10)?),
        Cell::Text(code),
        money(row, 12, currency)?,
        money(row, 13, currency)?,
        money(row, 14, currency)?,
        Cell::Word(format!("purchase-{}", row.try_get::<_, &str>(15)?)),
        certificate.map_or(Cell::Empty, Cell::Text),
        Cell::digest(evidence),
    ])
}
