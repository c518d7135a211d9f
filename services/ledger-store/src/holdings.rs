//! What a party holds and what waits for its answer: pages by compact key, sums by due date. The
//! fragments themselves come from [`ReadTx::fragments_by_nos`], for all lists of a page at once.

use crate::statement::sql_query;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bool;
use diesel::sql_types::Date;
use diesel::sql_types::Text;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;

use crate::columns::CurrencyCode;
use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::live::FragmentNo;
use crate::unit_of_work::ReadTx;

#[derive(QueryableByName)]
struct NoRow {
    #[diesel(sql_type = BigInt)]
    fragment: i64,
}

/// What a party holds that falls due on one day, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct HoldingDay {
    /// The adjusted due date.
    #[diesel(sql_type = Date)]
    pub due_date: NaiveDate,
    /// Currency.
    #[diesel(sql_type = CurrencyCode)]
    pub currency: Currency,
    /// Number of fragments.
    #[diesel(sql_type = BigInt)]
    pub fragments: i64,
    #[diesel(sql_type = Text)]
    minor: String,
}

impl HoldingDay {
    /// Their amounts together, minor units; a sum may be wider than an amount.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn minor(&self) -> Result<i128, StoreError> {
        sum(&self.minor)
    }
}

/// What a party holds that falls due on one day in one currency, as far as it tells when money
/// comes.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct HoldingCash {
    /// The adjusted due date.
    #[diesel(sql_type = Date)]
    pub due_date: NaiveDate,
    /// Currency.
    #[diesel(sql_type = CurrencyCode)]
    pub currency: Currency,
    /// Whether the paper has been paid in part already.
    #[diesel(sql_type = Bool)]
    pub part_paid: bool,
    /// Number of fragments.
    #[diesel(sql_type = BigInt)]
    pub fragments: i64,
    #[diesel(sql_type = Text)]
    minor: String,
    #[diesel(sql_type = Text)]
    leaving: String,
    #[diesel(sql_type = Text)]
    frozen: String,
}

impl HoldingCash {
    /// Their amounts together, minor units.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn minor(&self) -> Result<i128, StoreError> {
        sum(&self.minor)
    }

    /// How much of it has been offered or sold and waits for an answer or for the money.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn leaving(&self) -> Result<i128, StoreError> {
        sum(&self.leaving)
    }

    /// How much of it is frozen.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn frozen(&self) -> Result<i128, StoreError> {
        sum(&self.frozen)
    }
}

fn sum(digits: &str) -> Result<i128, StoreError> {
    digits
        .parse()
        .map_err(|_digits| StoreError::Corrupt(format!("a sum reads {digits:?}")))
}

// Accepted papers that are neither ended nor settled; what waits for acceptance isn't held yet.
const HELD: &str = "FROM live_fragment_now f JOIN paper p ON p.no = f.paper \
    WHERE f.holder = (SELECT no FROM party WHERE id = $1) AND f.state <> 1 AND p.state IN (2, 5) ";

impl ReadTx<'_> {
    /// Keys of what a party holds, soonest due first, from after the holding `after`. A key that
    /// was never this party's gives the first page.
    ///
    /// # Errors
    /// Database errors only.
    pub fn holding_nos(
        &mut self,
        holder: PartyId,
        after: Option<FragmentNo>,
        limit: i64,
    ) -> Result<Vec<FragmentNo>, StoreError> {
        let after_it = "AND (p.due_date, f.paper, f.lo) > (SELECT coalesce(max(q.due_date), \
            '-infinity'::date), coalesce(max(c.paper), 0), coalesce(max(c.lo), 0) \
            FROM entry_child c JOIN paper q ON q.no = c.paper JOIN party h ON h.no = c.holder \
            WHERE c.entry = $2 >> 1 AND c.fragment = $2 AND h.id = $1) ";
        let rows: Vec<NoRow> = sql_query(format!(
            "SELECT f.fragment {HELD} {after_it} ORDER BY p.due_date, f.paper, f.lo LIMIT $3"
        ))
        .bind::<PartyUuid, _>(holder)
        .bind::<BigInt, _>(after.map_or(-1, |no| no.0))
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        Ok(rows.into_iter().map(|r| FragmentNo(r.fragment)).collect())
    }

    /// What a party holds, by due date and currency.
    ///
    /// # Errors
    /// Database errors only.
    pub fn holding_days(&mut self, holder: PartyId) -> Result<Vec<HoldingDay>, StoreError> {
        Ok(sql_query(format!(
            "SELECT p.due_date, p.currency, count(*) AS fragments, \
             sum(f.hi - f.lo)::text AS minor {HELD} GROUP BY 1, 2 ORDER BY 1, 2"
        ))
        .bind::<PartyUuid, _>(holder)
        .load(self.conn)?)
    }

    /// What a party holds by due date and currency, papers paid in part apart.
    ///
    /// # Errors
    /// Database errors only.
    pub fn holding_cash(&mut self, holder: PartyId) -> Result<Vec<HoldingCash>, StoreError> {
        // States of a fragment: 3 and 4 are offered, sold and not paid yet; 6 is frozen.
        Ok(sql_query(format!(
            "SELECT p.due_date, p.currency, p.state = 5 AS part_paid, count(*) AS fragments, \
             sum(f.hi - f.lo)::text AS minor, \
             coalesce(sum(f.hi - f.lo) FILTER (WHERE f.state IN (3, 4)), 0)::text AS leaving, \
             coalesce(sum(f.hi - f.lo) FILTER (WHERE f.state = 6), 0)::text AS frozen \
             {HELD} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        ))
        .bind::<PartyUuid, _>(holder)
        .load(self.conn)?)
    }

    /// Keys of what waits for a party: papers issued to it, fragments offered or sold to it, soonest
    /// due first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn waiting_nos(
        &mut self,
        party: PartyId,
        limit: i64,
    ) -> Result<Vec<FragmentNo>, StoreError> {
        // Two branches, one for each index of the projection.
        let rows: Vec<NoRow> = sql_query(
            "SELECT w.fragment FROM ( \
               SELECT f.fragment, f.paper, f.lo FROM live_fragment_now f \
               WHERE f.holder = (SELECT no FROM party WHERE id = $1) AND f.state = 1 \
               UNION ALL SELECT f.fragment, f.paper, f.lo FROM live_fragment_now f \
               WHERE f.counterparty = (SELECT no FROM party WHERE id = $1)) w \
             JOIN paper p ON p.no = w.paper WHERE p.state IN (1, 2, 5) \
             ORDER BY p.due_date, w.paper, w.lo LIMIT $2",
        )
        .bind::<PartyUuid, _>(party)
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        Ok(rows.into_iter().map(|r| FragmentNo(r.fragment)).collect())
    }
}
