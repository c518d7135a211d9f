//! The posting path, database side: load what a batch needs under the book's head, append it.

use std::collections::HashMap;
use std::collections::HashSet;

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
use ledger_core::fragment::FragmentRef;
use ledger_core::hash::ChainHash;
use ledger_core::hash::sha256;
use ledger_core::id::KeyId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::ledger::Ledger;
use ledger_core::paper::Paper;
use ledger_core::party::EnrolledKey;
use ledger_core::party::PartyRecord;
use ledger_core::party::SettlementAccount;
use ledger_core::quote::Quote;

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

/// What a batch needs to be decided, loaded and locked.
#[derive(Debug)]
pub struct BatchFacts {
    /// The state, to be given to `apply`.
    pub ledger: Ledger,
    paper_nos: HashMap<PaperId, i64>,
    party_nos: HashMap<PartyId, i32>,
    fragment_nos: HashMap<FragmentRef, FragmentNo>,
}

/// The parties that an entry names besides those that its fragment and paper name.
fn parties_named(sealed: &SealedEntry, into: &mut HashSet<PartyId>) {
    match &sealed.entry().act {
        Act::Issue(issue) => {
            into.insert(issue.obligor);
            into.insert(issue.payee);
        }
        Act::Offer(offer) => {
            into.insert(offer.to);
        }
        Act::EnrolKey { party, .. } => {
            into.insert(*party);
        }
        Act::AgreeDiscount { quote } => {
            if let Ok(quote) = Quote::from_bytes(quote) {
                into.insert(quote.provider);
            }
        }
        _ => {}
    }
}

impl WriteTx<'_> {
    /// Loads all that `postings` need into a [`Ledger`], set-based. `head` is the locked head of
    /// the book: whoever holds it is alone in deciding on the book's papers and fragments, so
    /// nothing else is locked.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn batch_load(
        &mut self,
        head: &BookRecord,
        date: NaiveDate,
        unix: i64,
        postings: &[&Posting],
    ) -> Result<BatchFacts, StoreError> {
        let mut ledger = Ledger::deciding(head.id, date, unix);
        if head.size > 0 {
            ledger.load_recorder(EnrolledKey {
                id: head.recorder_key,
                party: PartyId::from_bytes(*head.id.bytes()),
                public_key: head.recorder_public_key,
                revoked: false,
            });
        }
        let mut papers: Vec<PaperId> = postings
            .iter()
            .filter_map(|p| p.sealed.entry().paper)
            .collect();
        papers.sort_unstable();
        papers.dedup();
        let mut parties = HashSet::new();
        let mut paper_nos = HashMap::new();
        for found in self.papers_by_ids(&papers)? {
            parties.extend([found.paper.obligor, found.paper.payee]);
            paper_nos.insert(found.paper.id, found.no);
            ledger.load_paper(found.paper);
        }
        let spent: Vec<FragmentNo> = postings.iter().filter_map(|p| p.spent).collect();
        let mut fragment_nos = HashMap::new();
        for found in self.fragments_by_nos(&spent)? {
            parties.insert(found.fragment.holder);
            parties.extend(found.fragment.state.counterparty());
            fragment_nos.insert(found.fragment.reference, found.no);
            if found.spent {
                ledger.load_spent(found.fragment.reference);
            } else {
                ledger.load_fragment(found.fragment);
            }
        }
        self.load_names(&mut ledger, postings, &mut parties)?;
        let party_nos = self.load_parties(&mut ledger, parties)?;
        Ok(BatchFacts {
            ledger,
            paper_nos,
            party_nos,
            fragment_nos,
        })
    }

    /// Keys that signed, numbers that are asked for; adds whose keys they are to `parties`.
    fn load_names(
        &mut self,
        ledger: &mut Ledger,
        postings: &[&Posting],
        parties: &mut HashSet<PartyId>,
    ) -> Result<(), StoreError> {
        let mut keys: Vec<KeyId> = Vec::new();
        let mut numbers: Vec<String> = Vec::new();
        for posting in postings {
            parties_named(&posting.sealed, parties);
            keys.extend(posting.sealed.signatures().iter().map(|s| s.key));
            if let Act::RevokeKey { key } = &posting.sealed.entry().act {
                keys.push(*key);
            }
            if let Act::Issue(issue) = &posting.sealed.entry().act {
                numbers.push(issue.number.clone());
            }
        }
        keys.sort_unstable();
        keys.dedup();
        for key in self.signing_keys_by_ids(&keys)? {
            parties.insert(key.party_id);
            ledger.load_key(EnrolledKey {
                id: key.id,
                party: key.party_id,
                public_key: key.public_key,
                revoked: key.revoked_at.is_some(),
            });
        }
        if !numbers.is_empty() {
            for number in self.paper_numbers_taken(&numbers)? {
                ledger.load_number(number);
            }
        }
        Ok(())
    }

    fn load_parties(
        &mut self,
        ledger: &mut Ledger,
        parties: HashSet<PartyId>,
    ) -> Result<HashMap<PartyId, i32>, StoreError> {
        let ids: Vec<PartyId> = parties.into_iter().collect();
        let mut nos = HashMap::new();
        for party in self.parties_by_ids(&ids)? {
            nos.insert(party.id, party.no);
            ledger.load_party(PartyRecord {
                id: party.id,
                kind: party.kind,
                name: party.name,
                registration: party.uscc,
                account: SettlementAccount {
                    bank_code: party.account_bank_code,
                    number: party.account_number,
                },
            });
        }
        Ok(nos)
    }

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
        facts: &BatchFacts,
        decided: &[(&SealedEntry, &Applied)],
    ) -> Result<Vec<i64>, StoreError> {
        if decided.is_empty() {
            return Ok(Vec::new());
        }
        let mut paper_nos = facts.paper_nos.clone();
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
        paper_nos.extend(self.papers_insert(head.no, &new, &facts.party_nos)?);
        let first = head.entry_no(head.size);
        let columns = EntryColumns::of(decided, facts, &paper_nos, first)?;
        let chain = decided.iter().fold(head.chain(), |chain, (sealed, _)| {
            ChainHash::from_bytes(sha256(&[chain.bytes(), sealed.hash().bytes()]))
        });
        self.entries_append(head.no, head.size, chain, &columns)?;
        let moved: Vec<&Paper> = last.into_values().collect();
        self.papers_move(&moved)?;
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
             $16, $17)",
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
}

impl EntryColumns {
    fn of(
        decided: &[(&SealedEntry, &Applied)],
        facts: &BatchFacts,
        paper_nos: &HashMap<PaperId, i64>,
        first: i64,
    ) -> Result<EntryColumns, StoreError> {
        let lost = |what: &str| StoreError::Internal(format!("a decided entry lost its {what}"));
        let mut c = EntryColumns::default();
        let mut made_here: HashMap<FragmentRef, FragmentNo> = HashMap::new();
        for ((sealed, applied), no) in decided.iter().zip(first..) {
            let entry = sealed.entry();
            let party = |id: PartyId| {
                facts
                    .party_nos
                    .get(&id)
                    .copied()
                    .ok_or_else(|| lost("party"))
            };
            let spent = entry
                .spends
                .map(|r| {
                    made_here
                        .get(&r)
                        .or_else(|| facts.fragment_nos.get(&r))
                        .copied()
                        .ok_or_else(|| lost("parent"))
                })
                .transpose()?;
            for made in [applied.left, applied.right].into_iter().flatten() {
                made_here.insert(made.reference, FragmentNo::of(no, made.reference.side));
            }
            // An entry that ends a fragment still says whose it was.
            let part = applied.left.or(applied.spent);
            let state = applied.left.map(|f| i16::from(f.state.code()));
            let counterparty = applied.left.and_then(|f| f.state.counterparty());
            let paper = entry
                .paper
                .map(|id| paper_nos.get(&id).copied().ok_or_else(|| lost("paper")))
                .transpose()?;
            c.paper.push(paper);
            c.spent.push(spent.map(|no| no.0));
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
