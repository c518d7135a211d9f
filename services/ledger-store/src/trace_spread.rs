//! What has become of a range of a paper: how its units are spread over tiers and holders now.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::SmallInt;
use diesel::sql_types::Text;
use ledger_core::range::Range;

use crate::error::StoreError;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;

/// Who holds how much of a range at one tier, without names.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct TierShare {
    #[diesel(sql_type = SmallInt)]
    tier: i16,
    /// Number of different holders.
    #[diesel(sql_type = BigInt)]
    pub holders: i64,
    /// Number of live fragments.
    #[diesel(sql_type = BigInt)]
    pub fragments: i64,
    #[diesel(sql_type = Text)]
    minor: String,
    #[diesel(sql_type = Text)]
    financed: String,
}

impl TierShare {
    /// The tier; the payee's is 1.
    #[must_use]
    pub fn tier(&self) -> u16 {
        u16::try_from(self.tier).unwrap_or(0)
    }

    /// What is held there, minor units.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn minor(&self) -> Result<i64, StoreError> {
        number(&self.minor)
    }

    /// The part of it that finance providers hold.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn financed(&self) -> Result<i64, StoreError> {
        number(&self.financed)
    }
}

fn number(digits: &str) -> Result<i64, StoreError> {
    digits
        .parse()
        .map_err(|_range| StoreError::Corrupt(format!("a sum reads {digits:?}")))
}

// Live fragments as live_fragment_now shows them, for one range. The view asks the journal about
// each fragment whether it was spent; here the few entries that the projection has not seen are
// looked at once: what stood in the projection is spent exactly if one of them begins at its first
// unit. The key (paper, lo) includes all that is asked of the projection.
const SPREAD: &str = "WITH tail AS MATERIALIZED ( \
      SELECT e.no, e.spent, e.lo FROM live_cursor u \
      CROSS JOIN LATERAL (SELECT t.no, t.spent, t.lo, t.paper FROM entry t \
        WHERE t.no > u.through AND t.no < (u.book::bigint + 1) << 40 OFFSET 0) e \
      WHERE u.book = (SELECT p.book FROM paper p WHERE p.no = $1) AND e.paper = $1), \
    live AS ( \
      SELECT l.holder, l.tier, l.hi - l.lo AS minor FROM live_fragment l \
      WHERE l.paper = $1 AND l.lo >= $2 AND l.lo < $3 AND l.hi <= $3 \
        AND l.lo NOT IN (SELECT t.lo FROM tail t WHERE t.spent IS NOT NULL) \
      UNION ALL \
      SELECT c.holder, c.tier, c.hi - c.lo FROM tail t JOIN entry_child c ON c.entry = t.no \
      WHERE c.lo >= $2 AND c.hi <= $3 \
        AND c.fragment NOT IN (SELECT s.spent FROM tail s WHERE s.spent IS NOT NULL)), \
    held AS (SELECT holder, tier, count(*) AS fragments, sum(minor) AS minor \
      FROM live GROUP BY holder, tier) \
    SELECT s.tier, count(*) AS holders, sum(s.fragments)::bigint AS fragments, \
      sum(s.minor)::text AS minor, \
      coalesce(sum(s.minor) FILTER (WHERE h.kind = 'finance_provider'), 0)::text AS financed \
    FROM held s JOIN party h ON h.no = s.holder GROUP BY s.tier ORDER BY s.tier";

impl ReadTx<'_> {
    /// How what lies below a range of a paper is spread over the tiers now: live fragments wholly
    /// inside `range`, lowest tier first. The whole paper is the range from 0 to its face.
    ///
    /// # Errors
    /// Database errors only.
    pub fn tier_shares(&mut self, paper: i64, range: Range) -> Result<Vec<TierShare>, StoreError> {
        Ok(sql_query(SPREAD)
            .bind::<BigInt, _>(paper)
            .bind::<BigInt, _>(range.lo())
            .bind::<BigInt, _>(range.hi())
            .load(self.conn)?)
    }
}
