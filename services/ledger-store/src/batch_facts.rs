//! What a batch needs to be decided: papers, fragments, parties and keys, loaded under the book's
//! head, and remembered for the batch behind it.
//!
//! Whoever holds the head of a book is alone in deciding on its papers and fragments, and every
//! change of them is an entry of the book. So what one batch left known is exact for the next as
//! long as the head stands where that batch left it; if it stands anywhere else, somebody else has
//! posted, and everything is loaded anew. The same holds for keys: one is revoked in the unit of
//! work that writes its revocation into the book. Of a party the law asks its kind, which never
//! changes. What is not there is never remembered, and a batch about the book itself (parties, keys)
//! leaves nothing behind.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::apply::Applied;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::FragmentRef;
use ledger_core::id::BookId;
use ledger_core::id::KeyId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::ledger::Ledger;
use ledger_core::ledger::Moment;
use ledger_core::party::EnrolledKey;
use ledger_core::party::PartyRecord;
use ledger_core::party::SettlementAccount;
use ledger_core::quote::Quote;

use crate::bare_fragments::BareFragment;
use crate::error::StoreError;
use crate::journal::BookRecord;
use crate::live::FragmentNo;
use crate::papers::BarePaper;
use crate::parties::Party;
use crate::posting::Posting;
use crate::unit_of_work::WriteTx;

/// Most fragments, papers, parties or keys remembered: some tens of megabytes.
const REMEMBERED: usize = 100_000;

/// What a batch needs to be decided.
#[derive(Debug)]
pub struct BatchFacts {
    /// The state, to be given to `apply`.
    pub ledger: Ledger,
    /// Entries of the book when this was so.
    size: i64,
    /// Whether it may be remembered.
    lasting: bool,
    paper_nos: HashMap<PaperId, i64>,
    papers: HashMap<i64, PaperId>,
    party_nos: HashMap<PartyId, i32>,
    parties: HashMap<i32, PartyId>,
    fragment_nos: HashMap<FragmentRef, FragmentNo>,
}

impl BatchFacts {
    fn nothing(head: &BookRecord, date: NaiveDate, unix: i64) -> BatchFacts {
        let mut ledger = Ledger::deciding(head.id, date, unix);
        if head.size > 0 {
            ledger.load_recorder(EnrolledKey {
                id: head.recorder_key,
                party: PartyId::from_bytes(*head.id.bytes()),
                public_key: head.recorder_public_key,
                revoked: false,
            });
        }
        BatchFacts {
            ledger,
            size: head.size,
            lasting: true,
            paper_nos: HashMap::new(),
            papers: HashMap::new(),
            party_nos: HashMap::new(),
            parties: HashMap::new(),
            fragment_nos: HashMap::new(),
        }
    }

    fn are_exact_at(&self, head: &BookRecord) -> bool {
        self.book() == head.id && self.size == head.size
    }

    const fn book(&self) -> BookId {
        self.ledger.book()
    }

    /// What the next batch may start from, once this one is durable; none if that is too much, or
    /// if parties and keys have changed.
    #[must_use]
    pub fn kept(mut self) -> Option<BatchFacts> {
        let sizes = [
            self.fragment_nos.len(),
            self.papers.len(),
            self.parties.len(),
        ];
        if !self.lasting || sizes.iter().any(|size| *size > REMEMBERED) {
            return None;
        }
        self.ledger.forget_spent();
        Some(self)
    }

    pub(crate) const fn party_nos(&self) -> &HashMap<PartyId, i32> {
        &self.party_nos
    }

    pub(crate) fn party_no(&self, party: PartyId) -> Option<i32> {
        self.party_nos.get(&party).copied()
    }

    pub(crate) fn paper_no(&self, paper: PaperId) -> Option<i64> {
        self.paper_nos.get(&paper).copied()
    }

    /// Papers that the batch issued have got their compact keys.
    pub(crate) fn number_papers(&mut self, papers: HashMap<PaperId, i64>) {
        self.papers.extend(papers.iter().map(|(id, no)| (*no, *id)));
        self.paper_nos.extend(papers);
    }

    /// A fragment that an entry of the batch spends: its compact key, if it is known and not spent.
    pub(crate) fn spend(&mut self, fragment: FragmentRef) -> Option<FragmentNo> {
        self.fragment_nos.remove(&fragment)
    }

    /// A fragment that an entry of the batch makes.
    pub(crate) fn make(&mut self, fragment: FragmentRef, no: FragmentNo) {
        self.fragment_nos.insert(fragment, no);
    }

    /// These entries have been appended.
    pub(crate) fn posted(&mut self, decided: &[(&SealedEntry, &Applied)]) {
        self.size = i64::try_from(decided.len())
            .ok()
            .and_then(|entries| self.size.checked_add(entries))
            .unwrap_or(-1);
        let about_book = |act: &Act| {
            matches!(
                act,
                Act::OpenBook { .. }
                    | Act::EnrolParty(_)
                    | Act::EnrolKey { .. }
                    | Act::RevokeKey { .. }
            )
        };
        self.lasting &= !decided
            .iter()
            .any(|(sealed, _)| about_book(&sealed.entry().act));
    }
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
        Act::OfferRetransfer(offer) => {
            into.insert(offer.to);
        }
        Act::EnrolKey { party, .. } => {
            into.insert(*party);
        }
        act => {
            if let Some(Ok(quote)) = act.quote_bytes().map(Quote::from_bytes) {
                into.insert(quote.provider);
            }
        }
    }
}

impl WriteTx<'_> {
    /// Loads all that `postings` need into a [`Ledger`], set-based, but for what is known already
    /// from the batch before. `head` is the locked head of the book: whoever holds it is alone in
    /// deciding on the book's papers and fragments, so nothing else is locked.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn batch_load(
        &mut self,
        head: &BookRecord,
        (date, unix): (NaiveDate, i64),
        postings: &[&Posting],
        known: Option<BatchFacts>,
    ) -> Result<BatchFacts, StoreError> {
        let mut facts = known
            .filter(|facts| facts.are_exact_at(head))
            .unwrap_or_else(|| BatchFacts::nothing(head, date, unix));
        facts.ledger.judge_at(Moment::Now { date, unix });
        let papers = self.unknown_papers(&facts, postings)?;
        let fragments = self.unknown_fragments(&facts, postings)?;
        let mut ids = HashSet::new();
        self.load_names(&mut facts.ledger, postings, &mut ids)?;
        let mut nos: HashSet<i32> = HashSet::new();
        nos.extend(papers.iter().flat_map(|p| [p.obligor, p.payee]));
        nos.extend(fragments.iter().map(|f| f.holder));
        nos.extend(fragments.iter().filter_map(|f| f.counterparty));
        self.load_parties(&mut facts, &ids, &nos)?;
        for paper in papers {
            let no = paper.no;
            let paper = paper.named(|party| facts.parties.get(&party).copied())?;
            facts.paper_nos.insert(paper.id, no);
            facts.papers.insert(no, paper.id);
            facts.ledger.load_paper(paper);
        }
        facts.load_fragments(fragments)?;
        self.load_whole_papers(&mut facts, postings)?;
        self.load_neighbours(&mut facts, postings)?;
        for (fragment, leg) in self.legs_claimed_on(postings)? {
            facts.ledger.load_leg(fragment, leg);
        }
        Ok(facts)
    }

    /// What all sides of a paper agree on takes all of its fragments, with their holders' kinds.
    fn load_whole_papers(
        &mut self,
        facts: &mut BatchFacts,
        postings: &[&Posting],
    ) -> Result<(), StoreError> {
        let of_all = |posting: &&&Posting| {
            matches!(posting.sealed.entry().act, Act::Extend(_) | Act::Void(_))
        };
        let papers: Vec<i64> = postings
            .iter()
            .filter(of_all)
            .filter_map(|posting| facts.paper_no(posting.sealed.entry().paper?))
            .collect();
        if papers.is_empty() {
            return Ok(());
        }
        let fragments = self.bare_fragments_of_papers(&papers)?;
        let mut nos: HashSet<i32> = HashSet::new();
        nos.extend(fragments.iter().map(|f| f.holder));
        nos.extend(fragments.iter().filter_map(|f| f.counterparty));
        self.load_parties(facts, &HashSet::new(), &nos)?;
        facts.load_fragments(fragments)
    }

    fn unknown_papers(
        &mut self,
        facts: &BatchFacts,
        postings: &[&Posting],
    ) -> Result<Vec<BarePaper>, StoreError> {
        let mut ids: Vec<PaperId> = postings
            .iter()
            .filter_map(|posting| posting.sealed.entry().paper)
            .filter(|id| !facts.paper_nos.contains_key(id))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.bare_papers(&ids)
    }

    fn unknown_fragments(
        &mut self,
        facts: &BatchFacts,
        postings: &[&Posting],
    ) -> Result<Vec<BareFragment>, StoreError> {
        // What an entry shows without spending it (a settlement a sold fragment) is always looked
        // up.
        let unknown = |posting: &&&Posting| {
            let spends = posting.sealed.entry().spends;
            spends.is_none_or(|spent| facts.ledger.fragment(spent).is_none())
        };
        let mut nos: Vec<i64> = postings
            .iter()
            .filter(unknown)
            .filter_map(|posting| posting.spent.map(|no| no.0))
            .collect();
        nos.sort_unstable();
        nos.dedup();
        if nos.is_empty() {
            return Ok(Vec::new());
        }
        self.bare_fragments(&nos)
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
            if let Act::Extend(agreed) | Act::Void(agreed) = &posting.sealed.entry().act {
                keys.extend(agreed.consents.iter().map(|s| s.key));
            }
            // Whose key made the offer says who gave the fragment.
            if let Act::Correct(corrected) = &posting.sealed.entry().act {
                keys.extend(corrected.offered.signatures().iter().map(|s| s.key));
            }
            if let Act::RevokeKey { key } = &posting.sealed.entry().act {
                keys.push(*key);
            }
            if let Act::Issue(issue) = &posting.sealed.entry().act {
                numbers.push(issue.number.clone());
            }
        }
        keys.retain(|key| ledger.key(*key).is_none());
        keys.sort_unstable();
        keys.dedup();
        if !keys.is_empty() {
            for key in self.signing_keys_by_ids(&keys)? {
                parties.insert(key.party_id);
                ledger.load_key(EnrolledKey {
                    id: key.id,
                    party: key.party_id,
                    public_key: key.public_key,
                    revoked: key.revoked_at.is_some(),
                });
            }
        }
        if !numbers.is_empty() {
            for number in self.paper_numbers_taken(&numbers)? {
                ledger.load_number(number);
            }
        }
        Ok(())
    }

    pub(crate) fn load_parties(
        &mut self,
        facts: &mut BatchFacts,
        ids: &HashSet<PartyId>,
        nos: &HashSet<i32>,
    ) -> Result<(), StoreError> {
        let unknown = ids.iter().filter(|id| !facts.party_nos.contains_key(id));
        let ids: Vec<PartyId> = unknown.copied().collect();
        if !ids.is_empty() {
            let found = self.parties_by_ids(&ids)?;
            facts.load_parties(found);
        }
        let unknown = nos.iter().filter(|no| !facts.parties.contains_key(no));
        let nos: Vec<i32> = unknown.copied().collect();
        if !nos.is_empty() {
            let found = self.parties_by_nos(&nos)?;
            facts.load_parties(found);
        }
        Ok(())
    }
}

impl BatchFacts {
    /// The compact key of a fragment that the batch may spend.
    pub(crate) fn fragment_no(&self, fragment: FragmentRef) -> Option<FragmentNo> {
        self.fragment_nos.get(&fragment).copied()
    }

    pub(crate) fn load_fragments(&mut self, found: Vec<BareFragment>) -> Result<(), StoreError> {
        for bare in found {
            if bare.spent {
                self.ledger.load_spent(bare.reference());
            } else if let Some(fragment) = bare.named(
                |paper| self.papers.get(&paper).copied(),
                |party| self.parties.get(&party).copied(),
            )? {
                let no = FragmentNo(bare.fragment);
                self.fragment_nos.insert(fragment.reference, no);
                self.ledger.load_fragment(fragment);
            }
        }
        Ok(())
    }

    fn load_parties(&mut self, found: Vec<Party>) {
        for party in found {
            self.party_nos.insert(party.id, party.no);
            self.parties.insert(party.no, party.id);
            self.ledger.load_party(PartyRecord {
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
    }
}
