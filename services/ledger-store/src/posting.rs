//! The posting path, database side: what was decided is appended to the book whose head is held.

use std::collections::HashMap;

use crate::statement::sql_query;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bytea;
use diesel::sql_types::Date;
use diesel::sql_types::Integer;
use diesel::sql_types::Nullable;
use diesel::sql_types::SmallInt;
use ledger_core::act::Act;
use ledger_core::apply::Applied;
use ledger_core::entry::SealedEntry;
use ledger_core::hash::ChainHash;
use ledger_core::hash::sha256;
use ledger_core::id::PaperId;
use ledger_core::paper::Paper;

use crate::batch_facts::BatchFacts;
use crate::columns::Bytes32;
use crate::error::StoreError;
use crate::journal::BookRecord;
use crate::live::FragmentNo;
use crate::unit_of_work::WriteTx;

/// An entry on its way into the journal, with the compact key of the fragment it spends as its
/// maker looked it up. The hash in the entry is what counts; the key only says where to look.
#[derive(Debug, Clone)]
pub struct Posting {
    /// The signed entry.
    pub sealed: SealedEntry,
    /// Where the spent fragment is to be found.
    pub spent: Option<FragmentNo>,
}

impl WriteTx<'_> {
    /// Appends decided entries to the book whose head is locked, papers first, as one set-based
    /// statement each.
    ///
    /// Gives the number of each entry, in order.
    ///
    /// # Errors
    /// [`StoreError::Violated`] or [`StoreError::Duplicate`] where the database refuses what the
    /// law let pass: a fault of ours, or a race lost at the last moment.
    pub fn batch_post(
        &mut self,
        head: &BookRecord,
        facts: &mut BatchFacts,
        decided: &[(&SealedEntry, &Applied)],
    ) -> Result<Vec<i64>, StoreError> {
        if decided.is_empty() {
            return Ok(Vec::new());
        }
        let mut last = last_states(decided);
        let new: Vec<(&Paper, &Act)> = decided
            .iter()
            .filter_map(|(sealed, applied)| match &sealed.entry().act {
                act @ Act::Issue(_) => {
                    // Written once, as the whole batch leaves it.
                    let issued = applied.paper.as_ref()?;
                    Some((last.remove(&issued.id).unwrap_or(issued), act))
                }
                _ => None,
            })
            .collect();
        facts.number_papers(self.papers_insert(head.no, &new, facts.party_nos())?);
        let first = head.entry_no(head.size);
        let columns = EntryColumns::of(decided, facts, first)?;
        let chain = decided.iter().fold(head.chain(), |chain, (sealed, _)| {
            ChainHash::from_bytes(sha256(&[chain.bytes(), sealed.hash().bytes()]))
        });
        self.entries_append(head.no, head.size, chain, &columns)?;
        let moved: Vec<&Paper> = last.into_values().collect();
        self.papers_move(&moved)?;
        self.papers_extend(&extended(decided))?;
        facts.posted(decided);
        Ok((first..).take(decided.len()).collect())
    }

    fn entries_append(
        &mut self,
        book: i16,
        size: i64,
        chain: ChainHash,
        c: &EntryColumns,
    ) -> Result<(), StoreError> {
        sql_query(
            "SELECT post_entries($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
             $16, $17, $18)",
        )
        .bind::<SmallInt, _>(book)
        .bind::<BigInt, _>(size)
        .bind::<Bytes32, _>(chain.bytes())
        .bind::<Array<Nullable<BigInt>>, _>(&c.paper)
        .bind::<Array<Nullable<BigInt>>, _>(&c.spent)
        .bind::<Array<BigInt>, _>(&c.lo)
        .bind::<Array<BigInt>, _>(&c.mid)
        .bind::<Array<BigInt>, _>(&c.hi)
        .bind::<Array<Nullable<Integer>>, _>(&c.holder)
        .bind::<Array<Nullable<Integer>>, _>(&c.counterparty)
        .bind::<Array<Date>, _>(&c.date)
        .bind::<Array<SmallInt>, _>(&c.kind)
        .bind::<Array<Nullable<SmallInt>>, _>(&c.state)
        .bind::<Array<Nullable<SmallInt>>, _>(&c.tier)
        .bind::<Array<Bytes32>, _>(&c.hash)
        .bind::<Array<Bytea>, _>(&c.act)
        .bind::<Array<Bytea>, _>(&c.signatures)
        .bind::<Nullable<Array<Nullable<BigInt>>>, _>(c.neighbours())
        .execute(self.conn)?;
        Ok(())
    }
}

/// The last state a batch gives each of its papers.
fn last_states<'a>(decided: &[(&'a SealedEntry, &'a Applied)]) -> HashMap<PaperId, &'a Paper> {
    decided
        .iter()
        .filter_map(|(_, applied)| applied.paper.as_ref())
        .map(|paper| (paper.id, paper))
        .collect()
}

/// Papers whose dates a batch has changed, as its last agreement left each.
fn extended<'a>(decided: &[(&'a SealedEntry, &'a Applied)]) -> Vec<&'a Paper> {
    let last: HashMap<PaperId, &Paper> = decided
        .iter()
        .filter(|(sealed, _)| matches!(sealed.entry().act, Act::Extend(_)))
        .filter_map(|(_, applied)| applied.paper.as_ref())
        .map(|paper| (paper.id, paper))
        .collect();
    last.into_values().collect()
}

#[derive(Default)]
struct EntryColumns {
    paper: Vec<Option<i64>>,
    spent: Vec<Option<i64>>,
    lo: Vec<i64>,
    mid: Vec<i64>,
    hi: Vec<i64>,
    holder: Vec<Option<i32>>,
    counterparty: Vec<Option<i32>>,
    date: Vec<NaiveDate>,
    kind: Vec<i16>,
    state: Vec<Option<i16>>,
    tier: Vec<Option<i16>>,
    hash: Vec<[u8; 32]>,
    act: Vec<Vec<u8>>,
    signatures: Vec<Vec<u8>>,
    joined: Vec<Option<i64>>,
}

impl EntryColumns {
    /// What is joined; none if nothing is, as nearly always.
    fn neighbours(&self) -> Option<&[Option<i64>]> {
        let joins = self.joined.iter().any(Option::is_some);
        joins.then_some(&self.joined)
    }

    fn of(
        decided: &[(&SealedEntry, &Applied)],
        facts: &mut BatchFacts,
        first: i64,
    ) -> Result<EntryColumns, StoreError> {
        let lost = |what: &str| StoreError::Internal(format!("a decided entry lost its {what}"));
        let mut c = EntryColumns::default();
        for ((sealed, applied), no) in decided.iter().zip(first..) {
            let entry = sealed.entry();
            let spent = entry
                .spends
                .map(|spent| facts.spend(spent).ok_or_else(|| lost("parent")))
                .transpose()?;
            let joined = applied
                .joined
                .map(|one| facts.spend(one.reference).ok_or_else(|| lost("neighbour")))
                .transpose()?;
            for made in [applied.left, applied.right].into_iter().flatten() {
                facts.make(made.reference, FragmentNo::of(no, made.reference.side));
            }
            let party = |id| facts.party_no(id).ok_or_else(|| lost("party"));
            // An entry that ends a fragment still says whose it was.
            let part = applied.left.or(applied.spent);
            let state = applied.left.map(|f| i16::from(f.state.code()));
            let counterparty = applied.left.and_then(|f| f.state.counterparty());
            let paper = entry
                .paper
                .map(|id| facts.paper_no(id).ok_or_else(|| lost("paper")))
                .transpose()?;
            c.paper.push(paper);
            c.spent.push(spent.map(|no| no.0));
            c.joined.push(joined.map(|no| no.0));
            c.lo.push(entry.cut.lo);
            c.mid.push(entry.cut.mid);
            c.hi.push(entry.cut.hi);
            c.holder.push(part.map(|f| party(f.holder)).transpose()?);
            c.counterparty.push(counterparty.map(party).transpose()?);
            c.date.push(entry.date);
            c.kind.push(i16::from(entry.act.code()));
            c.state.push(state);
            c.tier.push(part.and_then(|f| i16::try_from(f.tier).ok()));
            c.hash.push(*sealed.hash().bytes());
            c.act.push(entry.act.to_bytes());
            c.signatures
                .push(ledger_core::signature::signatures_to_bytes(
                    sealed.signatures(),
                ));
        }
        Ok(c)
    }
}
