//! The access log: who came to the doors.

use postgres::Row;

use crate::cell::Cell;
use crate::error::AuditError;
use crate::statement::Filters;
use crate::statement::Statement;
use crate::statement::party;
use crate::statement::text;

/// Sign-ins and refusals at the doors, newest first. Days are those of UTC.
pub const ACCESS: Statement = Statement {
    name: "access",
    columns: &[
        text("at"),
        text("happened"),
        text("person"),
        text("party"),
        text("email"),
        text("action"),
        text("source"),
        text("detail"),
    ],
    filters: Filters {
        dates: true,
        words: (
            "access",
            &[
                "signed_in",
                "sign_in_failed",
                "signed_out",
                "locked",
                "forbidden",
                "password_set",
            ],
        ),
        party: true,
        paper: false,
    },
    rows: "SELECT a.at, a.kind, u.display_name, y.name, y.name_en, a.email, a.action, a.source, \
             a.detail, ''::text, a.no \
           FROM access_log a LEFT JOIN app_user u ON u.id = a.user_id \
           LEFT JOIN party y ON y.id = a.party \
           WHERE ($1 IS NULL OR a.at >= $1::timestamp AT TIME ZONE 'UTC') \
             AND ($2 IS NULL OR a.at < ($2 + 1)::timestamp AT TIME ZONE 'UTC') \
             AND ($3 IS NULL OR a.kind = $3) \
             AND ($4 IS NULL OR strpos(lower(concat_ws(' ', y.name, y.name_en)), lower($4)) > 0) \
             AND ($7 IS NULL OR a.no < $7)",
    order: "a.no DESC",
    totals: "SELECT NULL::text, count(*) FROM access_log a LEFT JOIN party y ON y.id = a.party \
             WHERE ($1 IS NULL OR a.at >= $1::timestamp AT TIME ZONE 'UTC') \
               AND ($2 IS NULL OR a.at < ($2 + 1)::timestamp AT TIME ZONE 'UTC') \
               AND ($3 IS NULL OR a.kind = $3) \
               AND ($4 IS NULL OR strpos(lower(concat_ws(' ', y.name, y.name_en)), lower($4)) > 0)",
    sums: &[],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let words = |at: usize| Ok::<_, AuditError>(Cell::Text(row.try_get(at)?));
    Ok(vec![
        Cell::Moment(row.try_get(0)?),
        Cell::Word(format!("access-{}", row.try_get::<_, &str>(1)?)),
        row.try_get::<_, Option<String>>(2)?
            .map_or(Cell::Empty, Cell::Text),
        party(row, 3)?,
        words(5)?,
        words(6)?,
        words(7)?,
        words(8)?,
    ])
}
