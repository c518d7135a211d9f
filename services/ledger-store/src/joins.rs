//! What joining rests on: the neighbour of a fragment, and by which entry a holder acquired each.

use std::collections::HashMap;
use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Integer;
use diesel::sql_types::Nullable;
use ledger_core::act::Act;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::fragment::FragmentRef;
use ledger_core::fragment::Side;
use ledger_core::hash::EntryHash;
use ledger_core::join::Acquisition;
use ledger_core::join::Held;
use ledger_core::join::JoinAct;
use ledger_core::join::acquisitions;

use crate::bare_fragments::BareFragment;
use crate::batch_facts::BatchFacts;
use crate::error::StoreError;
use crate::live::FragmentNo;
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

impl ReadTx<'_> {
    /// By which entry the holder of each of these fragments acquired it. One statement that walks each
    /// entry of their holdings once.
    ///
    /// # Errors
    /// Database errors only.
    pub fn acquisitions_of(
        &mut self,
        fragments: &[FragmentNo],
    ) -> Result<HashMap<FragmentNo, Acquisition>, StoreError> {
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
        rows.sort_unstable_by_key(|row| row.no);
        let acquired = acquisitions(rows.into_iter().map(|row| Held {
            entry: row.no,
            parent: row.parent,
            holder: row.holder,
        }));
        let by = |no: &FragmentNo| Some((*no, *acquired.get(&no.entry())?));
        Ok(fragments.iter().filter_map(by).collect())
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
fn end_of(
    facts: &BatchFacts,
    made: &HashMap<EntryHash, Cut>,
    fragment: FragmentRef,
) -> Option<i64> {
    if let Some(known) = facts.ledger.fragment(fragment) {
        return Some(known.range.hi());
    }
    let cut = made.get(&fragment.parent)?;
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
        let made: HashMap<EntryHash, Cut> = postings
            .iter()
            .map(|posting| (posting.sealed.hash(), posting.sealed.entry().cut))
            .collect();
        let place = |(entry, join): &(&Entry, JoinAct)| {
            let unknown = facts.ledger.fragment(join.neighbour).is_none();
            let place = || {
                Some((
                    facts.paper_no(entry.paper?)?,
                    end_of(facts, &made, entry.spends?)?,
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
        let of_batch = |name: &FragmentRef| made.contains_key(&name.parent);
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
        let acquired = self.acquisitions_of(&nos)?;
        for (name, no) in known {
            if let Some(by) = acquired.get(&no) {
                facts.ledger.load_acquisition(name, *by);
            }
        }
        Ok(())
    }
}
