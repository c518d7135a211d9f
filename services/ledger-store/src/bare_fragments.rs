//! Fragments as the posting path loads them: names of papers and parties stay compact keys, since it
//! knows most of them already.

use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bool;
use diesel::sql_types::Integer;
use diesel::sql_types::Nullable;
use diesel::sql_types::SmallInt;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentRef;
use ledger_core::fragment::FragmentState;
use ledger_core::hash::EntryHash;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::range::Range;

use crate::columns::Bytes32;
use crate::error::StoreError;
use crate::live::FragmentNo;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;

/// A fragment with the names of paper and parties still as compact keys.
#[derive(QueryableByName)]
pub(crate) struct BareFragment {
    #[diesel(sql_type = BigInt)]
    pub(crate) fragment: i64,
    #[diesel(sql_type = BigInt)]
    paper: i64,
    #[diesel(sql_type = BigInt)]
    lo: i64,
    #[diesel(sql_type = BigInt)]
    hi: i64,
    #[diesel(sql_type = Integer)]
    pub(crate) holder: i32,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(crate) counterparty: Option<i32>,
    #[diesel(sql_type = SmallInt)]
    state: i16,
    #[diesel(sql_type = SmallInt)]
    tier: i16,
    #[diesel(sql_type = Bytes32)]
    hash: [u8; 32],
    #[diesel(sql_type = Bool)]
    pub(crate) spent: bool,
}

// As the view entry_child has it, which can't be entered by fragment: each join is a step into an
// index, and LATERAL with OFFSET keeps it one. A join planned while the journal is small, and kept, or a
// question of whether it was spent (EXISTS), would read all of it.
const BARE_FRAGMENTS: &str = "SELECT k.fragment, e.paper, \
    CASE k.side WHEN 0 THEN e.lo ELSE e.mid END AS lo, \
    CASE k.side WHEN 0 THEN e.mid ELSE e.hi END AS hi, e.holder, \
    CASE k.side WHEN 0 THEN e.counterparty END AS counterparty, \
    CASE k.side WHEN 0 THEN e.state ELSE 2::smallint END AS state, e.tier, e.hash, \
    s.no IS NOT NULL OR j.no IS NOT NULL AS spent \
    FROM (SELECT f AS fragment, f >> 1 AS entry, f & 1 AS side FROM unnest($1) AS f) k \
    CROSS JOIN LATERAL (SELECT * FROM entry m WHERE m.no = k.entry OFFSET 0) e \
    LEFT JOIN LATERAL (SELECT n.no FROM entry n WHERE n.spent = k.fragment OFFSET 0) s ON true \
    LEFT JOIN LATERAL (SELECT n.no FROM entry n \
      WHERE n.joined IS NOT NULL AND n.joined = k.fragment OFFSET 0) j ON true \
    WHERE e.holder IS NOT NULL \
      AND CASE k.side WHEN 0 THEN e.lo < e.mid AND e.state IS NOT NULL ELSE e.mid < e.hi END";

// The live fragments that begin at places of papers: as live_fragment_now has them, step by step.
const BARE_AT: &str = "SELECT f.fragment, f.paper, f.lo, f.hi, f.holder, f.counterparty, \
    f.state, f.tier, e.hash, false AS spent FROM unnest($1, $2) AS k (paper, lo) \
    CROSS JOIN LATERAL ( \
      SELECT l.fragment, l.paper, l.lo, l.hi, l.holder, l.counterparty, l.state, l.tier \
      FROM live_fragment l WHERE l.paper = k.paper AND l.lo = k.lo \
      UNION ALL \
      SELECT c.fragment, c.paper, c.lo, c.hi, c.holder, c.counterparty, c.state, c.tier \
      FROM live_cursor u CROSS JOIN LATERAL (SELECT * FROM entry_child t \
        WHERE t.entry > u.through AND t.entry < (u.book::bigint + 1) << 40 OFFSET 0) c \
      WHERE c.paper = k.paper AND c.lo = k.lo OFFSET 0) f \
    CROSS JOIN LATERAL (SELECT m.hash FROM entry m WHERE m.no = f.fragment >> 1 OFFSET 0) e \
    LEFT JOIN LATERAL (SELECT n.no FROM entry n WHERE n.spent = f.fragment OFFSET 0) s ON true \
    LEFT JOIN LATERAL (SELECT n.no FROM entry n \
      WHERE n.joined IS NOT NULL AND n.joined = f.fragment OFFSET 0) j ON true \
    WHERE s.no IS NULL AND j.no IS NULL";

// The live fragments of whole papers, by the view that is always exact.
const BARE_OF_PAPERS: &str = "SELECT f.fragment, f.paper, f.lo, f.hi, f.holder, f.counterparty, \
    f.state, f.tier, e.hash, false AS spent FROM live_fragment_now f \
    JOIN entry e ON e.no = f.fragment >> 1 WHERE f.paper = ANY($1)";

impl BareFragment {
    pub(crate) fn reference(&self) -> FragmentRef {
        FragmentRef {
            parent: EntryHash::from_bytes(self.hash),
            side: FragmentNo(self.fragment).side(),
        }
    }

    /// With its names; none if its paper is none of those known.
    pub(crate) fn named(
        &self,
        paper: impl Fn(i64) -> Option<PaperId>,
        party: impl Fn(i32) -> Option<PartyId>,
    ) -> Result<Option<Fragment>, StoreError> {
        let corrupt = || StoreError::Corrupt(format!("fragment {}", self.fragment));
        let Some(paper) = paper(self.paper) else {
            return Ok(None);
        };
        let name = |no: i32| party(no).ok_or_else(corrupt);
        let code = u8::try_from(self.state).unwrap_or(0);
        let counterparty = self.counterparty.map(name).transpose()?;
        Ok(Some(Fragment {
            reference: self.reference(),
            paper,
            range: Range::new(self.lo, self.hi).map_err(|_empty| corrupt())?,
            holder: name(self.holder)?,
            state: FragmentState::from_code(code, counterparty).ok_or_else(corrupt)?,
            tier: u16::try_from(self.tier).map_err(|_negative| corrupt())?,
        }))
    }
}

impl ReadTx<'_> {
    /// All live fragments of these papers, as the posting path loads them.
    pub(crate) fn bare_fragments_of_papers(
        &mut self,
        papers: &[i64],
    ) -> Result<Vec<BareFragment>, StoreError> {
        Ok(sql_query(BARE_OF_PAPERS)
            .bind::<Array<BigInt>, _>(papers)
            .load(self.conn)?)
    }

    /// The live fragments that begin at these places (paper, first unit), as the posting path loads them.
    pub(crate) fn bare_fragments_at(
        &mut self,
        places: &[(i64, i64)],
    ) -> Result<Vec<BareFragment>, StoreError> {
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let (papers, starts): (Vec<i64>, Vec<i64>) = places.iter().copied().unzip();
        Ok(sql_query(BARE_AT)
            .bind::<Array<BigInt>, _>(papers)
            .bind::<Array<BigInt>, _>(starts)
            .load(self.conn)?)
    }

    /// Fragments by compact key, spent ones too, as the posting path loads them; unknown keys are
    /// left out.
    pub(crate) fn bare_fragments(&mut self, nos: &[i64]) -> Result<Vec<BareFragment>, StoreError> {
        Ok(sql_query(BARE_FRAGMENTS)
            .bind::<Array<BigInt>, _>(nos)
            .load(self.conn)?)
    }
}
