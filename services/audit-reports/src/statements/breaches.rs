//! The 60-day clock of small and medium suppliers (保障中小企业款项支付条例, 国务院令第802号, art. 9): which
//! debts of large obligors end, or ended, past their last day for money, with and without a free
//! choice on record, debt by debt and summed up by obligor and size.
//!
//! The last day is reckoned here by SQL of its own from the table of holidays on record, and not by
//! the program that asks suppliers for their choice. The law is a Chinese one, so that a debt without a
//! paper is counted by the calendar `CN`.

use postgres::Row;

use crate::cell::Cell;
use crate::error::AuditError;
use crate::statement::Column;
use crate::statement::Filters;
use crate::statement::Statement;
use crate::statement::currency;
use crate::statement::figures;
use crate::statement::money;
use crate::statement::party;
use crate::statement::text;

/// Every debt for which the clock runs, with its first and last day, its end and its standing: `late`
/// (past the last day, and nobody chose that), `asked` (it will be, and its payee may still choose),
/// `chosen`, `in_time`. A debt ends when it is paid, else when it is due, else today.
macro_rules! clocks {
    () => {
        "(SELECT w.*, w.ends_on - w.last_day AS days_over, \
            CASE WHEN w.ends_on <= w.last_day THEN 'in_time' \
              WHEN w.ends_on <= business_day_from(w.calendar, w.chosen_until) THEN 'chosen' \
              WHEN w.undecided AND w.today <= w.last_day THEN 'asked' ELSE 'late' END AS word \
          FROM (SELECT v.*, business_day_from(v.calendar, v.first_day + 60) AS last_day, \
              coalesce(v.paid_on, greatest(v.due_date, v.today)) AS ends_on \
            FROM (SELECT a.no, o.no AS obligor_no, o.name AS obligor, o.name_en AS obligor_en, \
                s.name AS supplier, s.name_en AS supplier_en, s.size_class, a.payable_no, \
                a.invoice_no, a.amount, a.currency, p.number, k.today, \
                coalesce(p.calendar, 'CN') AS calendar, \
                coalesce(a.acceptance_date, a.invoice_date, p.issue_date) AS first_day, \
                CASE WHEN a.acceptance_date IS NOT NULL THEN 'acceptance' \
                  WHEN a.invoice_date IS NOT NULL THEN 'invoice' ELSE 'issue' END AS counted_from, \
                business_day_from(coalesce(p.calendar, 'CN'), coalesce(p.due_date, a.due_date)) \
                  AS due_date, r.paid_on, c.until AS chosen_until, \
                (a.state IN ('loaded', 'proposed') OR p.state = 1) AS undecided \
              FROM (SELECT today FROM business_date) k CROSS JOIN payable a \
              JOIN party o ON o.id = a.obligor JOIN party s ON s.id = a.supplier \
              LEFT JOIN paper p ON p.id = a.paper_id \
              LEFT JOIN LATERAL (SELECT max(x.due_date) AS until FROM cash_choice x \
                WHERE x.paper = p.id AND x.due_date <= p.due_date) c ON true \
              LEFT JOIN LATERAL (SELECT greatest(max(coalesce(q.paid_on, q.due_date)), \
                (SELECT max(x.ended_on) FROM redemption x WHERE p.state = 6 AND x.paper = p.id \
                  AND x.state = 'redeemed')) AS paid_on \
                FROM settlement_run q WHERE p.state = 6 AND q.paper_id = p.id \
                AND q.state = 'completed' AND q.entry_no IS NOT NULL) r ON true \
              WHERE o.size_class IN ('large', 'public_body') \
                AND s.size_class NOT IN ('large', 'public_body') \
                AND (a.state IN ('loaded', 'proposed', 'issued', 'rejected') \
                  OR a.state = 'cancelled' AND a.invoice_no <> '' AND NOT EXISTS ( \
                    SELECT FROM payable n WHERE n.obligor = a.obligor AND n.supplier = a.supplier \
                      AND n.invoice_no = a.invoice_no \
                      AND (n.state <> 'cancelled' OR n.id > a.id))) \
                AND (p.id IS NULL OR p.state IN (1, 2, 5, 6))) v \
            WHERE v.first_day IS NOT NULL) w) x"
    };
}

/// The standings of what is past its last day.
const WORDS: &[&str] = &["late", "asked", "chosen"];

/// Debts past their last day, the earliest last day first.
pub const BREACHES: Statement = Statement {
    name: "breaches",
    columns: &[
        text("last-day"),
        text("obligor"),
        text("supplier"),
        text("size"),
        text("payable"),
        text("invoice"),
        text("paper"),
        text("counted-from"),
        text("first-day"),
        text("due-date"),
        text("paid-on"),
        figures("days-over"),
        text("clock-standing"),
        text("chosen-until"),
        text("currency"),
        figures("amount"),
    ],
    filters: Filters {
        dates: true,
        words: ("clock-standing", WORDS),
        party: true,
        paper: true,
    },
    rows: concat!(
        "SELECT x.last_day, x.obligor, x.obligor_en, x.supplier, x.supplier_en, x.size_class, \
           x.payable_no, x.invoice_no, x.number, x.counted_from, x.first_day, x.due_date, x.paid_on, \
           x.days_over, x.word, x.chosen_until, x.currency, x.amount, x.last_day::text, x.no FROM ",
        clocks!(),
        " WHERE x.word <> 'in_time' AND ($1 IS NULL OR x.last_day >= $1) \
            AND ($2 IS NULL OR x.last_day <= $2) AND ($3 IS NULL OR x.word = $3) \
            AND ($5 IS NULL OR x.number = $5) \
            AND ($4 IS NULL OR strpos(lower(concat_ws(' ', x.obligor, x.obligor_en, x.supplier, \
              x.supplier_en)), lower($4)) > 0) \
            AND ($7 IS NULL OR (x.last_day, x.no) > ($6::date, $7))"
    ),
    order: "x.last_day, x.no",
    totals: concat!(
        "SELECT x.currency, count(*), sum(x.amount)::text FROM ",
        clocks!(),
        " WHERE x.word <> 'in_time' AND ($1 IS NULL OR x.last_day >= $1) \
            AND ($2 IS NULL OR x.last_day <= $2) AND ($3 IS NULL OR x.word = $3) \
            AND ($5 IS NULL OR x.number = $5) \
            AND ($4 IS NULL OR strpos(lower(concat_ws(' ', x.obligor, x.obligor_en, x.supplier, \
              x.supplier_en)), lower($4)) > 0) \
          GROUP BY x.currency ORDER BY x.currency"
    ),
    sums: &["amount"],
    line: breach,
};

fn breach(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let code: String = row.try_get(16)?;
    let currency = currency(&code)?;
    let day = |at: usize| {
        let day: Option<chrono::NaiveDate> = row.try_get(at)?;
        Ok::<_, AuditError>(day.map_or(Cell::Empty, Cell::Date))
    };
    let word = |prefix: &str, at: usize| {
        let word: &str = row.try_get(at)?;
        Ok::<_, AuditError>(Cell::Word(format!("{prefix}-{word}")))
    };
    Ok(vec![
        day(0)?,
        party(row, 1)?,
        party(row, 3)?,
        word("size", 5)?,
        Cell::Text(row.try_get(6)?),
        Cell::Text(row.try_get(7)?),
        row.try_get::<_, Option<String>>(8)?
            .map_or(Cell::Empty, Cell::Paper),
        word("counted-from", 9)?,
        day(10)?,
        day(11)?,
        day(12)?,
        Cell::Count(i64::from(row.try_get::<_, i32>(13)?)),
        word("clock-standing", 14)?,
        day(15)?,
        Cell::Text(code),
        money(row, 17, currency)?,
    ])
}

const SUMMED: &[Column] = &[
    text("obligor"),
    text("size"),
    text("currency"),
    figures("debts"),
    figures("amount"),
    figures("late-debts"),
    figures("late-amount"),
    figures("asked-amount"),
    figures("chosen-debts"),
    figures("chosen-amount"),
    figures("most-days-over"),
];

/// One row an obligor, size of suppliers and currency.
macro_rules! summed {
    () => {
        concat!(
            "(SELECT x.obligor_no, x.obligor, x.obligor_en, x.size_class, x.currency, \
                count(*) AS debts, sum(x.amount) AS amount, \
                count(*) FILTER (WHERE x.word = 'late') AS late_debts, \
                coalesce(sum(x.amount) FILTER (WHERE x.word = 'late'), 0) AS late, \
                coalesce(sum(x.amount) FILTER (WHERE x.word = 'asked'), 0) AS asked, \
                count(*) FILTER (WHERE x.word = 'chosen') AS chosen_debts, \
                coalesce(sum(x.amount) FILTER (WHERE x.word = 'chosen'), 0) AS chosen, \
                greatest(max(x.days_over), 0)::bigint AS most \
              FROM ",
            clocks!(),
            " WHERE ($1 IS NULL OR x.last_day >= $1) AND ($2 IS NULL OR x.last_day <= $2) \
                AND ($3 IS NULL OR x.size_class = $3) AND ($5 IS NULL OR x.number = $5) \
                AND ($4 IS NULL OR strpos(lower(x.obligor || ' ' || x.obligor_en), lower($4)) > 0) \
              GROUP BY 1, 2, 3, 4, 5) y"
        )
    };
}

/// All clocks by obligor and size of the supplier: what is past its last day beside the whole.
pub const CLOCKS: Statement = Statement {
    name: "clocks",
    columns: SUMMED,
    filters: Filters {
        dates: true,
        words: ("size", &["medium", "small", "micro", "sole_trader"]),
        party: true,
        paper: false,
    },
    rows: concat!(
        "SELECT y.obligor, y.obligor_en, y.size_class, y.currency, y.debts, y.amount::text, \
           y.late_debts, y.late::text, y.asked::text, y.chosen_debts, y.chosen::text, y.most, \
           y.size_class || ' ' || y.currency, y.obligor_no::bigint FROM ",
        summed!(),
        " WHERE ($7 IS NULL OR (y.obligor_no, (y.size_class || ' ' || y.currency) COLLATE \"C\") \
            > ($7, $6))"
    ),
    order: "y.obligor_no, (y.size_class || ' ' || y.currency) COLLATE \"C\"",
    totals: concat!(
        "SELECT y.currency, count(*), sum(y.amount)::text, sum(y.late)::text, sum(y.asked)::text, \
           sum(y.chosen)::text FROM ",
        summed!(),
        " GROUP BY y.currency ORDER BY y.currency"
    ),
    sums: &["amount", "late-amount", "asked-amount", "chosen-amount"],
    line: sum,
};

fn sum(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let code: String = row.try_get(3)?;
    let currency = currency(&code)?;
    let sum = |at: usize| {
        let digits: String = row.try_get(at)?;
        let minor = digits
            .parse()
            .map_err(|_digits| AuditError::unreadable("clocks", "a sum"))?;
        Ok::<_, AuditError>(Cell::Money(minor, currency))
    };
    let count = |at: usize| Ok::<_, AuditError>(Cell::Count(row.try_get(at)?));
    Ok(vec![
        party(row, 0)?,
        Cell::Word(format!("size-{}", row.try_get::<_, &str>(2)?)),
        Cell::Text(code),
        count(4)?,
        sum(5)?,
        count(6)?,
        sum(7)?,
        sum(8)?,
        count(9)?,
        sum(10)?,
        count(11)?,
    ])
}
