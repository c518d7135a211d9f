//! Transfers taken back by both their sides: which entry was corrected by which, and why. The words of the
//! reason are held against the digest in the signed entry.

use ledger_core::correction::TransferCorrection;
use ledger_core::correction::reason_digest;
use postgres::Row;

use crate::cell::Cell;
use crate::error::AuditError;
use crate::statement::Filters;
use crate::statement::Statement;
use crate::statement::currency;
use crate::statement::figures;
use crate::statement::party;
use crate::statement::text;

/// Every correction that has taken effect, newest entry last.
pub const CORRECTIONS: Statement = Statement {
    name: "corrections",
    columns: &[
        figures("entry"),
        text("date"),
        figures("corrected-entry"),
        text("paper"),
        text("range"),
        text("given-back-by"),
        text("given-back-to"),
        text("proposed-by"),
        text("currency"),
        figures("units"),
        text("correction-reason"),
        text("reason-check"),
    ],
    filters: Filters {
        dates: true,
        words: ("", &[]),
        party: true,
        paper: true,
    },
    rows: "SELECT e.no & ((1::bigint << 40) - 1), e.date, c.transfer & ((1::bigint << 40) - 1), \
             p.number, c.lo, c.hi, h.name, h.name_en, g.name, g.name_en, \
             w.name, w.name_en, p.currency, c.hi - c.lo, c.reason, c.body, ''::text, e.no \
           FROM transfer_correction c JOIN entry e ON e.no = c.entry \
           JOIN paper p ON p.id = c.paper JOIN party h ON h.id = c.holder \
           JOIN party g ON g.id = c.giver JOIN party w ON w.id = c.proposer \
           WHERE ($1 IS NULL OR e.date >= $1) AND ($2 IS NULL OR e.date <= $2) \
             AND ($3 IS NULL OR $3 = '') AND ($5 IS NULL OR p.number = $5) \
             AND ($4 IS NULL OR strpos(lower(concat_ws(' ', h.name, h.name_en, g.name, g.name_en)), \
               lower($4)) > 0) \
             AND ($7 IS NULL OR e.no > $7)",
    order: "e.no",
    totals: "SELECT p.currency, count(*), sum(c.hi - c.lo)::text \
             FROM transfer_correction c JOIN entry e ON e.no = c.entry \
             JOIN paper p ON p.id = c.paper JOIN party h ON h.id = c.holder \
             JOIN party g ON g.id = c.giver \
             WHERE ($1 IS NULL OR e.date >= $1) AND ($2 IS NULL OR e.date <= $2) \
               AND ($3 IS NULL OR $3 = '') AND ($5 IS NULL OR p.number = $5) \
               AND ($4 IS NULL OR strpos(lower(concat_ws(' ', h.name, h.name_en, g.name, \
                 g.name_en)), lower($4)) > 0) \
             GROUP BY p.currency ORDER BY p.currency",
    sums: &["units"],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let code: String = row.try_get(12)?;
    let currency = currency(&code)?;
    let reason: String = row.try_get(14)?;
    let signed: Vec<u8> = row.try_get(15)?;
    let holds = TransferCorrection::from_bytes(&signed)
        .is_ok_and(|signed| signed.reason == reason_digest(&signed.id, &reason));
    let check = if holds { "check-holds" } else { "check-broken" };
    Ok(vec![
        Cell::Count(row.try_get(0)?),
        Cell::Date(row.try_get(1)?),
        Cell::Count(row.try_get(2)?),
        Cell::Paper(row.try_get(3)?),
        Cell::Range(row.try_get(4)?, row.try_get(5)?),
        party(row, 6)?,
        party(row, 8)?,
        party(row, 10)?,
        Cell::Text(code),
        Cell::Money(i128::from(row.try_get::<_, i64>(13)?), currency),
        Cell::Text(reason),
        Cell::Word(check.to_owned()),
    ])
}
