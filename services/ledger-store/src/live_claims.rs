//! What each holder has of a paper, added up by the database: all that settlement needs of a paper
//! of a million fragments.

use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::SmallInt;
use ledger_core::id::PartyId;

use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::papers::PaperRecord;
use crate::statement::sql_query;
use crate::unit_of_work::WriteTx;

/// All live fragments of one holder in one paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct HeldClaim {
    /// Compact key of the paper.
    #[diesel(sql_type = BigInt)]
    pub paper: i64,
    /// Who holds them.
    #[diesel(sql_type = PartyUuid)]
    pub holder: PartyId,
    /// First unit of the lowest of them, 0-based.
    #[diesel(sql_type = BigInt)]
    pub lowest_lo: i64,
    /// Their units together.
    #[diesel(sql_type = BigInt)]
    pub units: i64,
    /// How many of them do not begin where the fragment before them in the paper ends (the first:
    /// at zero). Without any, and with the face as the sum of units, the fragments tile the paper.
    #[diesel(sql_type = BigInt)]
    pub seams: i64,
    /// How many of them are sold, or claimed back, and not yet paid for.
    #[diesel(sql_type = BigInt)]
    pub sold: i64,
}

// The window walks the key (paper, lo) in its order, paper by paper: nothing is sorted.
const CLAIMS: &str = "SELECT c.paper, h.id AS holder, c.lowest_lo, c.units, c.seams, c.sold
  FROM unnest($1) WITH ORDINALITY AS k (paper, place)
 CROSS JOIN LATERAL (
    SELECT f.paper, f.holder, min(f.lo) AS lowest_lo, sum(f.hi - f.lo)::bigint AS units,
           count(*) FILTER (WHERE f.lo <> f.reached) AS seams,
           count(*) FILTER (WHERE f.state IN (4, 7)) AS sold
      FROM (SELECT l.paper, l.holder, l.lo, l.hi, l.state,
                   lag(l.hi, 1, 0::bigint) OVER (ORDER BY l.lo) AS reached
              FROM live_fragment l WHERE l.paper = k.paper) f
     GROUP BY f.paper, f.holder) c
  JOIN party h ON h.no = c.holder
 ORDER BY k.place LIMIT $2";

impl WriteTx<'_> {
    /// What each holder has of these papers, in their order: at most `limit` rows, so that the last
    /// paper may be incomplete if there are that many.
    ///
    /// Exact while the head of their book is held: the projection is brought up to them first if it
    /// lags behind, and nothing can be posted on them meanwhile. Without it, it is how they stood a
    /// moment ago.
    ///
    /// # Errors
    /// Database errors only.
    pub fn live_claims(
        &mut self,
        papers: &[&PaperRecord],
        limit: i64,
    ) -> Result<Vec<HeldClaim>, StoreError> {
        let nos: Vec<i64> = papers.iter().map(|record| record.no).collect();
        self.live_catch_up(papers, &nos)?;
        Ok(sql_query(CLAIMS)
            .bind::<Array<BigInt>, _>(nos)
            .bind::<BigInt, _>(limit)
            .load(self.conn)?)
    }

    /// Lets the projection follow if the part of the journal it has not seen is about these papers.
    fn live_catch_up(&mut self, papers: &[&PaperRecord], nos: &[i64]) -> Result<(), StoreError> {
        #[derive(QueryableByName)]
        struct Behind {
            #[diesel(sql_type = SmallInt)]
            book: i16,
        }
        let mut books: Vec<i16> = papers.iter().map(|record| record.book).collect();
        books.sort_unstable();
        books.dedup();
        // OFFSET keeps the planner from reading the papers' whole history instead of the tail.
        let behind: Vec<Behind> = sql_query(
            "SELECT DISTINCT u.book FROM live_cursor u CROSS JOIN LATERAL ( \
               SELECT e.paper FROM entry e \
               WHERE e.no > u.through AND e.no < (u.book::bigint + 1) << 40 OFFSET 0) t \
             WHERE u.book = ANY($1) AND t.paper = ANY($2)",
        )
        .bind::<Array<SmallInt>, _>(books)
        .bind::<Array<BigInt>, _>(nos)
        .load(self.conn)?;
        let books: Vec<i16> = behind.into_iter().map(|row| row.book).collect();
        if !books.is_empty() {
            sql_query("SELECT advance_live_fragments(b) FROM unnest($1) AS b")
                .bind::<Array<SmallInt>, _>(books)
                .execute(self.conn)?;
        }
        Ok(())
    }
}
