//! What has become of a range of a paper: how its units are spread over tiers and holders now.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Integer;
use diesel::sql_types::SmallInt;
use diesel::sql_types::Text;
use ledger_core::range::Range;

use crate::error::StoreError;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;

/// Who holds how much of a range at one tier, without names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierShare {
    /// The tier; the payee's is 1.
    pub tier: u16,
    /// Number of different holders.
    pub holders: i64,
    /// Number of live fragments.
    pub fragments: i64,
    /// What is held there, minor units.
    pub minor: i64,
    /// The part of it that finance providers hold.
    pub financed: i64,
}

#[derive(QueryableByName)]
struct TierRow {
    #[diesel(sql_type = SmallInt)]
    tier: i16,
    /// The holder of each fragment.
    #[diesel(sql_type = Array<Integer>)]
    holders: Vec<i32>,
    #[diesel(sql_type = Text)]
    minor: String,
    #[diesel(sql_type = Text)]
    financed: String,
}

impl TierRow {
    fn into_share(self) -> Result<TierShare, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("tier {}: {what}", self.tier));
        let number = |digits: &str| digits.parse().map_err(|_range| corrupt(digits));
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let different: HashSet<i32> = self.holders.iter().copied().collect();
        Ok(TierShare {
            tier: u16::try_from(self.tier).map_err(|_negative| corrupt("below zero"))?,
            holders: count(different.len()),
            fragments: count(self.holders.len()),
            minor: number(&self.minor)?,
            financed: number(&self.financed)?,
        })
    }
}

// Live fragments as live_fragment_now shows them, for one range. The view asks the journal about
// each fragment whether it was spent; here the few entries that the projection has not seen are
// looked at once: what stood in the projection is spent exactly if one of them begins at its first
// unit, or joins it. The key (paper, lo) includes all that is asked of the projection. Different holders are
// told apart here and not there: as many groups as there are holders cost the database more than
// all the rest.
const SPREAD: &str = "WITH tail AS MATERIALIZED ( \
      SELECT e.no, e.spent, e.joined, e.lo FROM live_cursor u \
      CROSS JOIN LATERAL (SELECT t.no, t.spent, t.joined, t.lo, t.paper FROM entry t \
        WHERE t.no > u.through AND t.no < (u.book::bigint + 1) << 40 OFFSET 0) e \
      WHERE u.book = (SELECT p.book FROM paper p WHERE p.no = $1) AND e.paper = $1), \
    live AS ( \
      SELECT l.holder, l.tier, l.hi - l.lo AS minor FROM live_fragment l \
      WHERE l.paper = $1 AND l.lo >= $2 AND l.lo < $3 AND l.hi <= $3 AND l.state <> 8 \
        AND l.lo NOT IN (SELECT t.lo FROM tail t WHERE t.spent IS NOT NULL \
          UNION ALL SELECT CASE t.joined & 1 WHEN 0 THEN m.lo ELSE m.mid END \
          FROM tail t JOIN entry m ON m.no = t.joined >> 1 WHERE t.joined IS NOT NULL) \
      UNION ALL \
      SELECT c.holder, c.tier, c.hi - c.lo FROM tail t JOIN entry_child c ON c.entry = t.no \
      WHERE c.lo >= $2 AND c.hi <= $3 AND c.state <> 8 \
        AND c.fragment NOT IN (SELECT s.spent FROM tail s WHERE s.spent IS NOT NULL \
          UNION ALL SELECT s.joined FROM tail s WHERE s.joined IS NOT NULL)) \
    SELECT tier, array_agg(holder) AS holders, sum(minor)::text AS minor, \
      coalesce(sum(minor) FILTER (WHERE holder IN ( \
        SELECT no FROM party WHERE kind = 'finance_provider')), 0)::text AS financed \
    FROM live GROUP BY tier ORDER BY tier";

impl ReadTx<'_> {
    /// How what lies below a range of a paper is spread over the tiers now: live fragments wholly
    /// inside `range`, lowest tier first. The whole paper is the range from 0 to its face.
    ///
    /// # Errors
    /// Database errors only.
    pub fn tier_shares(&mut self, paper: i64, range: Range) -> Result<Vec<TierShare>, StoreError> {
        let rows: Vec<TierRow> = sql_query(SPREAD)
            .bind::<BigInt, _>(paper)
            .bind::<BigInt, _>(range.lo())
            .bind::<BigInt, _>(range.hi())
            .load(self.conn)?;
        rows.into_iter().map(TierRow::into_share).collect()
    }
}
