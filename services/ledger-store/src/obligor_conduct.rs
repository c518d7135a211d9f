//! How an obligor has paid so far, and how far a finance provider stands with it, counted by the
//! database.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bool;
use diesel::sql_types::Date;
use diesel::sql_types::Integer;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;

use crate::columns::CurrencyCode;
use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;

/// How an obligor's papers of some time were paid, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Conduct {
    /// Currency.
    #[diesel(sql_type = CurrencyCode)]
    pub currency: Currency,
    /// Papers paid in full on their due date or before.
    #[diesel(sql_type = BigInt)]
    pub on_time: i64,
    /// Papers paid in full after it.
    #[diesel(sql_type = BigInt)]
    pub late: i64,
    /// The longest of these delays, in days.
    #[diesel(sql_type = Integer)]
    pub worst_delay: i32,
    /// Papers past their date of which a part was paid.
    #[diesel(sql_type = BigInt)]
    pub short: i64,
    /// Papers past their date and not paid in full.
    #[diesel(sql_type = BigInt)]
    pub overdue: i64,
    #[diesel(sql_type = Text)]
    paid_face: String,
    #[diesel(sql_type = Text)]
    overdue_face: String,
}

/// How far a provider stands with an obligor, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Exposure {
    /// Currency.
    #[diesel(sql_type = CurrencyCode)]
    pub currency: Currency,
    #[diesel(sql_type = Text)]
    held: String,
    #[diesel(sql_type = Text)]
    committed: String,
    #[diesel(sql_type = Text)]
    offered: String,
}

fn sum(digits: &str) -> Result<i128, StoreError> {
    digits
        .parse()
        .map_err(|_digits| StoreError::Corrupt(format!("a sum reads {digits:?}")))
}

impl Conduct {
    /// Faces of the papers paid in full, minor units; wider than an amount, since it is a sum.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn paid_minor(&self) -> Result<i128, StoreError> {
        sum(&self.paid_face)
    }

    /// What is past its date and not paid, minor units.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn overdue_minor(&self) -> Result<i128, StoreError> {
        sum(&self.overdue_face)
    }
}

impl Exposure {
    /// Face of fragments held, minor units.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn held_minor(&self) -> Result<i128, StoreError> {
        sum(&self.held)
    }

    /// Face of purchases signed and not yet paid for, minor units.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn committed_minor(&self) -> Result<i128, StoreError> {
        sum(&self.committed)
    }

    /// Face of quotes on offer, which a holder may sign, minor units.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn offered_minor(&self) -> Result<i128, StoreError> {
        sum(&self.offered)
    }
}

impl ReadTx<'_> {
    /// How an obligor's papers due from `since` on were paid, by currency, as of `today`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn obligor_conduct(
        &mut self,
        obligor: PartyId,
        since: NaiveDate,
        today: NaiveDate,
    ) -> Result<Vec<Conduct>, StoreError> {
        Ok(sql_query(
            "SELECT p.currency, \
               count(*) FILTER (WHERE p.state = 6 AND (e.date <= p.due_date OR p.redeemed = p.face)) \
                 AS on_time, \
               count(*) FILTER (WHERE p.state = 6 AND e.date > p.due_date) AS late, \
               coalesce(max(e.date - p.due_date) FILTER (WHERE p.state = 6 AND e.date > p.due_date), 0) \
                 AS worst_delay, \
               count(*) FILTER (WHERE p.state = 5) AS short, \
               count(*) FILTER (WHERE p.state IN (2, 5) AND p.due_date < $3) AS overdue, \
               coalesce(sum(p.face) FILTER (WHERE p.state = 6), 0)::text AS paid_face, \
               coalesce(sum(p.face - p.paid) FILTER (WHERE p.state IN (2, 5) AND p.due_date < $3), 0)::text \
                 AS overdue_face \
             FROM paper p JOIN party o ON o.no = p.obligor \
             LEFT JOIN LATERAL (SELECT s.entry_no FROM settlement_run s WHERE s.paper_id = p.id \
               AND s.state = 'completed' AND s.entry_no IS NOT NULL \
               ORDER BY s.round DESC LIMIT 1) r ON true \
             LEFT JOIN entry e ON e.no = r.entry_no \
             WHERE o.id = $1 AND p.due_date >= $2 AND p.due_date <= $3 \
             GROUP BY 1 ORDER BY 1",
        )
        .bind::<PartyUuid, _>(obligor)
        .bind::<Date, _>(since)
        .bind::<Date, _>(today)
        .load(self.conn)?)
    }

    /// How far a provider stands with an obligor, by currency: what it holds, what it has bought
    /// and not yet paid for, what it has on offer at `now`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn exposure_to(
        &mut self,
        provider: PartyId,
        obligor: PartyId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Exposure>, StoreError> {
        Ok(sql_query(
            "SELECT x.currency, coalesce(sum(x.minor) FILTER (WHERE x.what = 1), 0)::text AS held, \
               coalesce(sum(x.minor) FILTER (WHERE x.what = 2), 0)::text AS committed, \
               coalesce(sum(x.minor) FILTER (WHERE x.what = 3), 0)::text AS offered FROM ( \
               SELECT p.currency, 1 AS what, f.hi - f.lo AS minor FROM live_fragment_now f \
               JOIN paper p ON p.no = f.paper JOIN party o ON o.no = p.obligor \
               WHERE f.holder = (SELECT no FROM party WHERE id = $1) AND f.state <> 1 \
                 AND p.state IN (2, 5) AND o.id = $2 \
               UNION ALL \
               SELECT r.currency, CASE q.state WHEN 'accepted' THEN 2 ELSE 3 END, r.amount \
               FROM quote q JOIN finance_request r ON r.id = q.request \
               JOIN paper p ON p.id = r.paper_id JOIN party o ON o.no = p.obligor \
               LEFT JOIN discount d ON d.quote = q.id \
               WHERE q.provider = $1 AND o.id = $2 AND ( \
                 (q.state = 'accepted' AND coalesce(d.state, 'signed') NOT IN ('funded', 'reversed')) \
                 OR (q.state = 'offered' AND q.expires_at > $3)) \
             ) x GROUP BY 1 ORDER BY 1",
        )
        .bind::<PartyUuid, _>(provider)
        .bind::<PartyUuid, _>(obligor)
        .bind::<Timestamptz, _>(now)
        .load(self.conn)?)
    }

    /// Whether a provider was ever asked for money on a paper of this obligor, or holds a part of
    /// one: only then does it see anything about it.
    ///
    /// # Errors
    /// Database errors only.
    pub fn deals_with_obligor(
        &mut self,
        provider: PartyId,
        obligor: PartyId,
    ) -> Result<bool, StoreError> {
        let answer: Vec<YesNo> = sql_query(
            "SELECT EXISTS (SELECT 1 FROM finance_invitation i \
               JOIN finance_request r ON r.id = i.request JOIN paper p ON p.id = r.paper_id \
               JOIN party o ON o.no = p.obligor WHERE i.provider = $1 AND o.id = $2) \
             OR EXISTS (SELECT 1 FROM live_fragment_now f JOIN paper p ON p.no = f.paper \
               JOIN party o ON o.no = p.obligor \
               WHERE f.holder = (SELECT no FROM party WHERE id = $1) AND f.state <> 1 AND o.id = $2) \
             AS yes",
        )
        .bind::<PartyUuid, _>(provider)
        .bind::<PartyUuid, _>(obligor)
        .load(self.conn)?;
        Ok(answer.iter().any(|row| row.yes))
    }
}

#[derive(QueryableByName)]
struct YesNo {
    #[diesel(sql_type = Bool)]
    yes: bool,
}
