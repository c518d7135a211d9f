//! What a finance provider has bought and what became of it, added up by the database.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Date;
use diesel::sql_types::Integer;
use diesel::sql_types::Text;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;

use crate::columns::CurrencyCode;
use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;

/// Purchases of one obligor's papers in one currency, made in one month, of one length. All amounts
/// in minor units. What was bought is still held, was paid, came back or was passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseFigures {
    /// Who owes.
    pub obligor: PartyId,
    /// In what.
    pub currency: Currency,
    /// First day of the month of purchase.
    pub month: NaiveDate,
    /// Length from purchase to due date: 0 up to 30 days, 1 to 60, 2 to 90, 3 to 180, 4 beyond.
    pub tenor: i32,
    /// How many purchases.
    pub purchases: i64,
    /// Face bought.
    pub bought: i64,
    /// Of that, still held.
    pub held: i64,
    /// Of what is held, due before the business date and not paid.
    pub overdue: i64,
    /// Paid at maturity.
    pub matured: i64,
    /// The purchase was undone, because its money came back.
    pub returned: i64,
    /// Interest of the purchases whose price is known.
    pub charge: i64,
    /// Face times days of the same purchases: what the interest is weighed against.
    pub face_days: i128,
}

#[derive(QueryableByName)]
struct FiguresRow {
    #[diesel(sql_type = PartyUuid)]
    obligor: PartyId,
    #[diesel(sql_type = CurrencyCode)]
    currency: Currency,
    #[diesel(sql_type = Date)]
    month: NaiveDate,
    #[diesel(sql_type = Integer)]
    tenor: i32,
    #[diesel(sql_type = BigInt)]
    purchases: i64,
    #[diesel(sql_type = BigInt)]
    bought: i64,
    #[diesel(sql_type = BigInt)]
    held: i64,
    #[diesel(sql_type = BigInt)]
    overdue: i64,
    #[diesel(sql_type = BigInt)]
    matured: i64,
    #[diesel(sql_type = BigInt)]
    returned: i64,
    #[diesel(sql_type = BigInt)]
    charge: i64,
    // Beyond what a bigint holds: minor units times days.
    #[diesel(sql_type = Text)]
    face_days: String,
}

impl FiguresRow {
    fn into_figures(self) -> Result<PurchaseFigures, StoreError> {
        let face_days = self.face_days.parse().map_err(|error| {
            StoreError::Corrupt(format!("face days {}: {error}", self.face_days))
        })?;
        Ok(PurchaseFigures {
            obligor: self.obligor,
            currency: self.currency,
            month: self.month,
            tenor: self.tenor,
            purchases: self.purchases,
            bought: self.bought,
            held: self.held,
            overdue: self.overdue,
            matured: self.matured,
            returned: self.returned,
            charge: self.charge,
            face_days,
        })
    }
}

impl ReadTx<'_> {
    /// The figures of `owner`'s purchases from `from` to `to`, both days included, by obligor,
    /// currency, month and length.
    ///
    /// The first record of a use says what was bought; the later ones of the same purchase are what
    /// is left of it after a part was sold on.
    ///
    /// # Errors
    /// Database errors only.
    pub fn purchase_figures(
        &mut self,
        owner: PartyId,
        (from, to): (NaiveDate, NaiveDate),
        today: NaiveDate,
    ) -> Result<Vec<PurchaseFigures>, StoreError> {
        let rows: Vec<FiguresRow> = sql_query(
            "WITH piece AS ( \
               SELECT u.no, coalesce(u.quote, u.retransfer) AS bought_by, u.quote, u.retransfer, \
                 u.obligor, u.currency, u.used_on, u.amount, u.state, u.released_why, \
                 p.due_date, p.state AS paper_state, \
                 row_number() OVER (PARTITION BY coalesce(u.quote, u.retransfer) ORDER BY u.no) = 1 \
                   AS is_first \
               FROM limit_use u JOIN paper p ON p.id = u.paper \
               WHERE u.owner = $1 AND u.used_on BETWEEN $2 AND $3), \
             each AS ( \
               SELECT f.obligor, f.currency, date_trunc('month', f.used_on)::date AS month, \
                 width_bucket(f.due_date - f.used_on, ARRAY[31, 61, 91, 181]) AS tenor, \
                 f.amount AS bought, s.held, s.overdue, s.matured, s.returned, \
                 CASE WHEN q.id IS NOT NULL THEN q.charge \
                      WHEN r.price <= f.amount THEN f.amount - r.price END AS charge, \
                 CASE WHEN q.id IS NOT NULL THEN (q.terms ->> 'days')::bigint \
                      ELSE f.due_date - f.used_on END AS days \
               FROM piece f \
               JOIN (SELECT bought_by, \
                   coalesce(sum(amount) FILTER (WHERE state = 'used'), 0) AS held, \
                   coalesce(sum(amount) FILTER (WHERE state = 'used' AND due_date < $4 \
                     AND paper_state IN (2, 5)), 0) AS overdue, \
                   coalesce(sum(amount) FILTER (WHERE released_why IN ('settled', 'redeemed')), 0) \
                     AS matured, \
                   coalesce(sum(amount) FILTER (WHERE released_why = 'reversed'), 0) AS returned \
                 FROM piece GROUP BY bought_by) s USING (bought_by) \
               LEFT JOIN quote q ON q.id = f.quote \
               LEFT JOIN retransfer r ON r.id = f.retransfer \
               WHERE f.is_first) \
             SELECT obligor, currency, month, tenor, count(*) AS purchases, \
               sum(bought)::bigint AS bought, sum(held)::bigint AS held, \
               sum(overdue)::bigint AS overdue, sum(matured)::bigint AS matured, \
               sum(returned)::bigint AS returned, coalesce(sum(charge), 0)::bigint AS charge, \
               coalesce(sum(bought::numeric * days) FILTER (WHERE charge IS NOT NULL), 0)::text \
                 AS face_days \
             FROM each GROUP BY obligor, currency, month, tenor \
             ORDER BY currency, month, obligor, tenor",
        )
        .bind::<PartyUuid, _>(owner)
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Date, _>(today)
        .load(self.conn)?;
        rows.into_iter().map(FiguresRow::into_figures).collect()
    }
}
