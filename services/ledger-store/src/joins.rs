//! What joining rests on: the neighbour of a fragment, and by which entry a holder got each.

use std::collections::HashMap;
use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Integer;
use diesel::sql_types::Nullable;
use ledger_core::act::Act;
use ledger_core::entry::Entry;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentRef;
use ledger_core::fragment::Side;
use ledger_core::join::JoinAct;
use ledger_core::join::Receipt;

use crate::bare_fragments::BareFragment;
use crate::batch_facts::BatchFacts;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::live::FragmentNo;
use crate::live::FragmentRecord;
use crate::posting::Posting;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

// Up the paths as long as the holder is the same, each entry once however many paths go by it.
const HELD: &str = "WITH RECURSIVE held (no, spent, holder) AS ( \
      SELECT e.no, e.spent, e.holder FROM unnest($1) AS f \
      CROSS JOIN LATERAL (SELECT * FROM entry m WHERE m.no = f >> 1 OFFSET 0) e \
      UNION \
      SELECT e.no, e.spent, e.holder FROM held h \
      CROSS JOIN LATERAL (SELECT * FROM entry m WHERE m.no = h.spent >> 1 OFFSET 0) e \
      WHERE e.holder = h.holder) \
    SELECT no, spent >> 1 AS parent, holder FROM held";

// Free fragments of a holder on a paper, from a place down and up, by the key (paper, lo).
const AROUND: &str = "(SELECT f.fragment FROM live_fragment_now f \
     WHERE f.paper = (SELECT no FROM paper WHERE id = $2) \
       AND f.holder = (SELECT no FROM party WHERE id = $1) \
       AND f.state = 2 AND f.lo <= $3 ORDER BY f.lo DESC LIMIT $4) \
    UNION ALL \
    (SELECT f.fragment FROM live_fragment_now f \
     WHERE f.paper = (SELECT no FROM paper WHERE id = $2) \
       AND f.holder = (SELECT no FROM party WHERE id = $1) \
       AND f.state = 2 AND f.lo > $3 ORDER BY f.lo LIMIT $4)";

impl ReadTx<'_> {
    /// The free fragments that the holder of `fragment` has of its paper, up to `limit` from it down and
    /// as many up, lowest first.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn free_pieces_around(
        &mut self,
        fragment: &Fragment,
        limit: i64,
    ) -> Result<Vec<FragmentRecord>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            fragment: i64,
        }
        let rows: Vec<Row> = sql_query(AROUND)
            .bind::<PartyUuid, _>(fragment.holder)
            .bind::<PaperUuid, _>(fragment.paper)
            .bind::<BigInt, _>(fragment.range.lo())
            .bind::<BigInt, _>(limit)
            .load(self.conn)?;
        let nos: Vec<FragmentNo> = rows.iter().map(|row| FragmentNo(row.fragment)).collect();
        let mut found = self.fragments_by_nos(&nos)?;
        found.sort_unstable_by_key(|one| one.range.lo());
        Ok(found)
    }

    /// By which entry the holder of each of these fragments got it. One statement that walks each entry of
    /// their holdings once.
    ///
    /// # Errors
    /// Database errors only.
    pub fn receipts_of(
        &mut self,
        fragments: &[FragmentNo],
    ) -> Result<HashMap<FragmentNo, Receipt>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            no: i64,
            #[diesel(sql_type = Nullable<BigInt>)]
            parent: Option<i64>,
            #[diesel(sql_type = Nullable<Integer>)]
            holder: Option<i32>,
        }
        if fragments.is_empty() {
            return Ok(HashMap::new());
        }
        let mut rows: Vec<Row> = sql_query(HELD)
            .bind::<Array<BigInt>, _>(fragments.iter().map(|no| no.0).collect::<Vec<_>>())
            .load(self.conn)?;
        // An entry stands behind the one that made what it spends, so that one is known by then.
        rows.sort_unstable_by_key(|row| row.no);
        // The parent may be on the way of another's fragment only, and another's then.
        let mut got_by: HashMap<i64, (Option<i32>, Receipt)> = HashMap::with_capacity(rows.len());
        for row in rows {
            let parent = row.parent.and_then(|parent| got_by.get(&parent).copied());
            let before = parent.filter(|(holder, _)| *holder == row.holder);
            let receipt = before.map_or(Receipt(row.no), |(_, receipt)| receipt);
            got_by.insert(row.no, (row.holder, receipt));
        }
        let receipt = |no: &FragmentNo| Some((*no, got_by.get(&no.entry())?.1));
        Ok(fragments.iter().filter_map(receipt).collect())
    }
}

fn joining<'a>(posting: &'a &Posting) -> Option<(&'a Entry, JoinAct)> {
    let entry = posting.sealed.entry();
    match entry.act {
        Act::Join(join) => Some((entry, join)),
        _ => None,
    }
}

/// Where a fragment ends that the batch spends: as it is known, or as an entry further in front makes it.
fn end_of(facts: &BatchFacts, postings: &[&Posting], fragment: FragmentRef) -> Option<i64> {
    if let Some(known) = facts.ledger.fragment(fragment) {
        return Some(known.range.hi());
    }
    let maker = postings
        .iter()
        .find(|posting| posting.sealed.hash() == fragment.parent)?;
    let cut = maker.sealed.entry().cut;
    Some(match fragment.side {
        Side::Left => cut.mid,
        Side::Right => cut.hi,
    })
}

impl WriteTx<'_> {
    /// Loads what new entries join to the fragments that they spend: whatever is live where such a
    /// fragment ends. A neighbour that is not there has been spent, if it ever was one: whoever asks has
    /// seen that it begins there, and where a fragment begins never changes.
    pub(crate) fn load_neighbours(
        &mut self,
        facts: &mut BatchFacts,
        postings: &[&Posting],
    ) -> Result<(), StoreError> {
        let joins: Vec<(&Entry, JoinAct)> = postings.iter().filter_map(joining).collect();
        if joins.is_empty() {
            return Ok(());
        }
        let place = |(entry, join): &(&Entry, JoinAct)| {
            let unknown = facts.ledger.fragment(join.neighbour).is_none();
            let place = || {
                Some((
                    facts.paper_no(entry.paper?)?,
                    end_of(facts, postings, entry.spends?)?,
                ))
            };
            unknown.then(place).flatten()
        };
        let places: Vec<(i64, i64)> = joins.iter().filter_map(place).collect();
        let found = self.bare_fragments_at(&places)?;
        let live: HashSet<FragmentRef> = found.iter().map(BareFragment::reference).collect();
        let mut nos: HashSet<i32> = found.iter().map(|f| f.holder).collect();
        nos.extend(found.iter().filter_map(|f| f.counterparty));
        self.load_parties(facts, &HashSet::new(), &nos)?;
        facts.load_fragments(found)?;
        let of_batch = |name: &FragmentRef| {
            postings
                .iter()
                .any(|posting| posting.sealed.hash() == name.parent)
        };
        for (_entry, join) in &joins {
            let name = join.neighbour;
            if facts.ledger.fragment(name).is_none() && !live.contains(&name) && !of_batch(&name) {
                facts.ledger.load_spent(name);
            }
        }
        let both = joins
            .iter()
            .flat_map(|(entry, join)| [entry.spends, Some(join.neighbour)])
            .flatten();
        let known: Vec<(FragmentRef, FragmentNo)> = both
            .filter_map(|name| Some((name, facts.fragment_no(name)?)))
            .collect();
        let nos: Vec<FragmentNo> = known.iter().map(|(_, no)| *no).collect();
        let receipts = self.receipts_of(&nos)?;
        for (name, no) in known {
            if let Some(receipt) = receipts.get(&no) {
                facts.ledger.load_receipt(name, *receipt);
            }
        }
        Ok(())
    }
}
