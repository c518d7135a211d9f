//! The journal as a list.

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

/// Names of the acts, for the filter (`ledger_core::act`, `name`).
const ACTS: &[&str] = &[
    "open_book",
    "enrol_party",
    "enrol_key",
    "revoke_key",
    "issue",
    "accept",
    "refuse",
    "withdraw",
    "split",
    "transfer_offer",
    "transfer_accept",
    "transfer_decline",
    "pledge",
    "pledge_release",
    "transfer_recall",
    "discount_agree",
    "discount_complete",
    "discount_release",
    "settle",
    "discount_agree_by_card",
    "discount_reverse",
    "discount_complete_registered",
    "retransfer_offer",
    "freeze",
    "unfreeze",
    "transfer_lapse",
    "extend",
    "void",
    "redemption_accept",
    "redemption_complete",
    "redemption_release",
    "default",
    "late_interest",
    "recourse_agree",
    "recourse_complete",
    "recourse_release",
    "correct",
    "write_off",
    "join",
];

/// Every entry, in the order of its book.
pub const JOURNAL: Statement = Statement {
    name: "journal",
    columns: &[
        figures("entry"),
        text("date"),
        text("act"),
        text("paper"),
        text("range"),
        text("holder"),
        text("counterparty"),
        text("currency"),
        figures("units"),
        text("hash"),
    ],
    filters: Filters {
        dates: true,
        words: ("act", ACTS),
        party: true,
        paper: true,
    },
    rows: "SELECT e.no & ((1::bigint << 40) - 1), e.date, a.name, p.number, e.lo, e.mid, h.name, \
             h.name_en, c.name, c.name_en, p.currency, e.mid - e.lo, e.hash, ''::text, e.no \
           FROM entry e LEFT JOIN paper p ON p.no = e.paper LEFT JOIN party h ON h.no = e.holder \
           LEFT JOIN party c ON c.no = e.counterparty \
           LEFT JOIN (VALUES (1, 'open_book'), (2, 'enrol_party'), (3, 'enrol_key'), \
             (4, 'revoke_key'), (5, 'issue'), (6, 'accept'), (7, 'refuse'), (8, 'withdraw'), \
             (9, 'split'), (10, 'transfer_offer'), (11, 'transfer_accept'), \
             (12, 'transfer_decline'), (13, 'pledge'), (14, 'pledge_release'), \
             (30, 'transfer_recall'), (31, 'discount_agree'), \
             (32, 'discount_complete'), (33, 'discount_release'), (34, 'settle'), \
             (35, 'discount_agree_by_card'), (36, 'discount_reverse'), \
             (37, 'discount_complete_registered'), \
             (38, 'retransfer_offer'), (15, 'freeze'), (16, 'unfreeze'), (40, 'transfer_lapse'), \
             (20, 'extend'), (21, 'void'), (17, 'redemption_accept'), \
             (25, 'redemption_complete'), (26, 'redemption_release'), \
             (18, 'default'), (39, 'late_interest'), (19, 'recourse_agree'), \
             (41, 'recourse_complete'), (42, 'recourse_release'), \
             (43, 'correct'), (44, 'write_off'), (45, 'join')) a (code, name) \
             ON a.code = e.kind \
           WHERE ($1 IS NULL OR e.date >= $1) AND ($2 IS NULL OR e.date <= $2) \
             AND ($3 IS NULL OR a.name = $3) AND ($5 IS NULL OR p.number = $5) \
             AND ($4 IS NULL OR strpos(lower(concat_ws(' ', h.name, h.name_en, c.name, c.name_en)), \
               lower($4)) > 0) \
             AND ($1 IS NULL OR e.no >= (SELECT min(entries_from(k.no, $1)) FROM book k)) \
             AND ($2 IS NULL OR e.no < (SELECT max(entries_until(k.no, $2)) FROM book k)) \
             AND ($7 IS NULL OR e.no > $7)",
    order: "e.no",
    totals: "SELECT p.currency, count(*), coalesce(sum(e.mid - e.lo), 0)::text \
             FROM entry e LEFT JOIN paper p ON p.no = e.paper LEFT JOIN party h ON h.no = e.holder \
             LEFT JOIN party c ON c.no = e.counterparty \
             LEFT JOIN (VALUES (1, 'open_book'), (2, 'enrol_party'), (3, 'enrol_key'), \
               (4, 'revoke_key'), (5, 'issue'), (6, 'accept'), (7, 'refuse'), (8, 'withdraw'), \
               (9, 'split'), (10, 'transfer_offer'), (11, 'transfer_accept'), \
               (12, 'transfer_decline'), (13, 'pledge'), (14, 'pledge_release'), \
             (30, 'transfer_recall'), (31, 'discount_agree'), \
               (32, 'discount_complete'), (33, 'discount_release'), (34, 'settle'), \
             (35, 'discount_agree_by_card'), (36, 'discount_reverse'), \
             (37, 'discount_complete_registered'), \
             (38, 'retransfer_offer'), (15, 'freeze'), (16, 'unfreeze'), (40, 'transfer_lapse'), \
             (20, 'extend'), (21, 'void'), (17, 'redemption_accept'), \
             (25, 'redemption_complete'), (26, 'redemption_release'), \
             (18, 'default'), (39, 'late_interest'), (19, 'recourse_agree'), \
             (41, 'recourse_complete'), (42, 'recourse_release'), \
             (43, 'correct'), (44, 'write_off'), (45, 'join')) a (code, name) \
               ON a.code = e.kind \
             WHERE ($1 IS NULL OR e.date >= $1) AND ($2 IS NULL OR e.date <= $2) \
               AND ($3 IS NULL OR a.name = $3) AND ($5 IS NULL OR p.number = $5) \
               AND ($4 IS NULL OR strpos(lower(concat_ws(' ', h.name, h.name_en, c.name, \
                 c.name_en)), lower($4)) > 0) \
             GROUP BY p.currency ORDER BY p.currency NULLS FIRST",
    sums: &["units"],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let number: Option<String> = row.try_get(3)?;
    let code: Option<String> = row.try_get(10)?;
    let about_paper = |cell: Cell| {
        if number.is_some() { cell } else { Cell::Empty }
    };
    let act: Option<&str> = row.try_get(2)?;
    Ok(vec![
        Cell::Count(row.try_get(0)?),
        Cell::Date(row.try_get(1)?),
        Cell::Word(act.map_or_else(|| "act-unknown".to_owned(), |act| format!("act-{act}"))),
        number.clone().map_or(Cell::Empty, Cell::Paper),
        about_paper(Cell::Range(row.try_get(4)?, row.try_get(5)?)),
        party(row, 6)?,
        party(row, 8)?,
        code.clone().map_or(Cell::Empty, Cell::Text),
        match code {
            Some(code) => money(row, 11, currency(&code)?)?,
            None => Cell::Empty,
        },
        Cell::digest(row.try_get(12)?),
    ])
}
