//! What is to be disclosed of each obligor up to a day, month by month (信息披露): what it promised,
//! what is outstanding, what became overdue and still is; and whether it counts as overdue or as
//! persistently overdue then.
//!
//! The figures are those that acceptors of bills disclose (公告〔2020〕第19号); an obligor is
//! persistently overdue (持续逾期) with three or more defaults in the six months to the day and
//! either something still owed on the day or a default in its month.

use postgres::Row;

use crate::cell::Cell;
use crate::error::AuditError;
use crate::statement::Filters;
use crate::statement::Statement;
use crate::statement::currency;
use crate::statement::figures;
use crate::statement::party;
use crate::statement::text;

/// One row an obligor and currency, as of the last day asked for (the platform's day, if none is).
/// Accepted in the year and overdue in five years are sums of faces and of what was owed at the
/// cut-off; outstanding and overdue are what had not come on the day.
macro_rules! figures_of {
    () => {
        "(SELECT o.no, o.name, o.name_en, p.currency, \
            coalesce(sum(p.face) FILTER (WHERE p.issue_date >= date_trunc('year', k.day)::date), 0) \
              AS accepted, \
            coalesce(sum(p.face - r.paid), 0) AS outstanding, \
            coalesce(sum(d.owed) FILTER (WHERE d.recorded_on > (k.day - interval '5 years')::date), 0) \
              AS overdue_ever, \
            coalesce(sum(p.face - r.paid) FILTER (WHERE d.recorded_on IS NOT NULL), 0) AS overdue, \
            count(d.recorded_on) FILTER (WHERE d.recorded_on > (k.day - interval '6 months')::date) \
              AS defaults, \
            count(d.recorded_on) FILTER (WHERE d.recorded_on >= date_trunc('month', k.day)::date) \
              AS in_month, k.day \
          FROM (SELECT coalesce($2, (SELECT today FROM business_date)) AS day) k \
          CROSS JOIN paper p JOIN party o ON o.no = p.obligor \
          LEFT JOIN paper_default d ON d.paper_id = p.id AND d.recorded_on <= k.day \
          CROSS JOIN LATERAL (SELECT coalesce(sum(s.cash), 0)::bigint + coalesce((SELECT sum(x.hi - x.lo) \
            FROM redemption x WHERE x.paper = p.id AND x.state = 'redeemed' \
            AND x.ended_on <= k.day), 0)::bigint AS paid \
            FROM settlement_run s WHERE s.paper_id = p.id AND s.state = 'completed' \
            AND coalesce(s.paid_on, s.due_date) <= k.day) r \
          WHERE p.issue_date <= k.day AND p.state IN (2, 5, 6) \
          GROUP BY o.no, p.currency, k.day) x \
         CROSS JOIN LATERAL (SELECT CASE WHEN x.defaults >= 3 AND (x.overdue > 0 OR x.in_month > 0) \
           THEN 'persistent' WHEN x.overdue > 0 THEN 'overdue' ELSE 'clean' END) AS s (word)"
    };
}

/// Obligors by name.
pub const DISCLOSURE: Statement = Statement {
    name: "disclosure",
    columns: &[
        text("as-of"),
        text("obligor"),
        text("standing"),
        text("currency"),
        figures("accepted-in-year"),
        figures("outstanding"),
        figures("overdue-five-years"),
        figures("overdue-now"),
        figures("defaults-six-months"),
        figures("defaults-in-month"),
    ],
    filters: Filters {
        dates: true,
        words: ("standing", &["clean", "overdue", "persistent"]),
        party: true,
        paper: false,
    },
    rows: concat!(
        "SELECT x.day, x.name, x.name_en, s.word, x.currency, x.accepted::text, \
           x.outstanding::text, x.overdue_ever::text, x.overdue::text, x.defaults, x.in_month, \
           x.currency, x.no::bigint FROM ",
        figures_of!(),
        " WHERE ($1 IS NULL OR x.day >= $1) AND ($3 IS NULL OR s.word = $3) \
            AND ($5 IS NULL OR false) \
            AND ($4 IS NULL OR strpos(lower(x.name || ' ' || x.name_en), lower($4)) > 0) \
            AND ($7 IS NULL OR (x.no, x.currency COLLATE \"C\") > ($7, $6))"
    ),
    order: "x.no, x.currency COLLATE \"C\"",
    totals: concat!(
        "SELECT x.currency, count(*), sum(x.accepted)::text, sum(x.outstanding)::text, \
           sum(x.overdue_ever)::text, sum(x.overdue)::text FROM ",
        figures_of!(),
        " WHERE ($1 IS NULL OR x.day >= $1) AND ($3 IS NULL OR s.word = $3) \
            AND ($5 IS NULL OR false) \
            AND ($4 IS NULL OR strpos(lower(x.name || ' ' || x.name_en), lower($4)) > 0) \
          GROUP BY x.currency ORDER BY x.currency"
    ),
    sums: &[
        "accepted-in-year",
        "outstanding",
        "overdue-five-years",
        "overdue-now",
    ],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let code: String = row.try_get(4)?;
    let currency = currency(&code)?;
    let sum = |at: usize| {
        let digits: String = row.try_get(at)?;
        let minor = digits
            .parse()
            .map_err(|_digits| AuditError::unreadable("disclosure", "a sum"))?;
        Ok::<_, AuditError>(Cell::Money(minor, currency))
    };
    Ok(vec![
        Cell::Date(row.try_get(0)?),
        party(row, 1)?,
        Cell::Word(format!("standing-{}", row.try_get::<_, &str>(3)?)),
        Cell::Text(code),
        sum(5)?,
        sum(6)?,
        sum(7)?,
        sum(8)?,
        Cell::Count(row.try_get(9)?),
        Cell::Count(row.try_get(10)?),
    ])
}
