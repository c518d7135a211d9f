//! The state that entries act on: all of a book, or just the part of it that a batch needs.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::NaiveDate;

use crate::fragment::Fragment;
use crate::fragment::FragmentRef;
use crate::fragment::FragmentState;
use crate::id::BookId;
use crate::id::KeyId;
use crate::id::PaperId;
use crate::id::PartyId;
use crate::join::Acquisition;
use crate::legs::Leg;
use crate::paper::Paper;
use crate::party::EnrolledKey;
use crate::party::PartyRecord;

/// When entries are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// New entries: dated today, at this second.
    Now {
        /// The business date.
        date: NaiveDate,
        /// Seconds since 1970 UTC, for the expiry of quotes.
        unix: i64,
    },
    /// Old entries, replayed: dates may only rise.
    Replay {
        /// The latest date seen.
        latest: NaiveDate,
    },
}

/// Parties, keys, papers and live fragments of one book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    pub(crate) book: BookId,
    pub(crate) moment: Moment,
    pub(crate) recorder: Option<KeyId>,
    pub(crate) parties: HashMap<PartyId, PartyRecord>,
    pub(crate) keys: HashMap<KeyId, EnrolledKey>,
    pub(crate) public_keys: HashSet<[u8; 32]>,
    pub(crate) papers: HashMap<PaperId, Paper>,
    pub(crate) numbers: HashSet<String>,
    pub(crate) fragments: HashMap<FragmentRef, Fragment>,
    pub(crate) spent: HashSet<FragmentRef>,
    /// How many live fragments of a paper are sold, or claimed back, and wait for the money; papers without any are
    /// not listed.
    sold: HashMap<PaperId, u64>,
    /// The same of frozen ones.
    frozen: HashMap<PaperId, u64>,
    /// By which legs fragments came to their holders, where that is asked for.
    legs: HashMap<FragmentRef, Leg>,
    /// By which entries holders acquired their fragments, where that is asked for.
    acquisitions: HashMap<FragmentRef, Acquisition>,
    remembers_spent: bool,
}

impl Ledger {
    /// An empty book, to be replayed from its first entry.
    #[must_use]
    pub fn replaying(book: BookId) -> Ledger {
        Ledger::empty(
            book,
            Moment::Replay {
                latest: NaiveDate::MIN,
            },
            false,
        )
    }

    /// An empty selection, to be filled with what a batch of new entries needs.
    #[must_use]
    pub fn deciding(book: BookId, date: NaiveDate, unix: i64) -> Ledger {
        Ledger::empty(book, Moment::Now { date, unix }, true)
    }

    fn empty(book: BookId, moment: Moment, remembers_spent: bool) -> Ledger {
        Ledger {
            book,
            moment,
            recorder: None,
            parties: HashMap::new(),
            keys: HashMap::new(),
            public_keys: HashSet::new(),
            papers: HashMap::new(),
            numbers: HashSet::new(),
            fragments: HashMap::new(),
            spent: HashSet::new(),
            sold: HashMap::new(),
            frozen: HashMap::new(),
            legs: HashMap::new(),
            acquisitions: HashMap::new(),
            remembers_spent,
        }
    }

    /// Judges what follows at another moment, as when the business date moves on.
    pub const fn judge_at(&mut self, moment: Moment) {
        self.moment = moment;
    }

    /// Loads the key that records this book.
    pub fn load_recorder(&mut self, key: EnrolledKey) {
        self.recorder = Some(key.id);
        self.load_key(key);
    }

    /// Loads a party.
    pub fn load_party(&mut self, party: PartyRecord) {
        self.parties.insert(party.id, party);
    }

    /// Loads a key.
    pub fn load_key(&mut self, key: EnrolledKey) {
        self.public_keys.insert(key.public_key);
        self.keys.insert(key.id, key);
    }

    /// Loads a paper.
    pub fn load_paper(&mut self, paper: Paper) {
        self.numbers.insert(paper.number.clone());
        self.papers.insert(paper.id, paper);
    }

    /// Loads a live fragment.
    pub fn load_fragment(&mut self, fragment: Fragment) {
        let before = self.fragments.insert(fragment.reference, fragment);
        if before.is_none()
            && let Some(held_up) = self.held_up(&fragment)
        {
            let count = held_up.entry(fragment.paper).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// Loads the knowledge by which leg a fragment came to its holder ([`crate::legs`]).
    pub fn load_leg(&mut self, fragment: FragmentRef, leg: Leg) {
        self.legs.insert(fragment, leg);
    }

    pub(crate) fn leg(&self, fragment: FragmentRef) -> Option<Leg> {
        self.legs.get(&fragment).copied()
    }

    /// Loads the knowledge by which entry a holder acquired a fragment ([`crate::join`]).
    pub fn load_acquisition(&mut self, fragment: FragmentRef, by: Acquisition) {
        self.acquisitions.insert(fragment, by);
    }

    pub(crate) fn acquisition(&self, fragment: FragmentRef) -> Option<Acquisition> {
        self.acquisitions.get(&fragment).copied()
    }

    /// Loads the knowledge that a fragment has been spent.
    pub fn load_spent(&mut self, reference: FragmentRef) {
        self.spent.insert(reference);
    }

    /// Forgets which fragments have been spent, for a keeper who looks that up where the entries
    /// are. A fragment that isn't loaded is refused either way; only the reason is another.
    pub fn forget_spent(&mut self) {
        self.spent.clear();
    }

    /// Loads the knowledge that a paper number is taken.
    pub fn load_number(&mut self, number: String) {
        self.numbers.insert(number);
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// A party.
    #[must_use]
    pub fn party(&self, id: PartyId) -> Option<&PartyRecord> {
        self.parties.get(&id)
    }

    /// All parties.
    pub fn parties(&self) -> impl Iterator<Item = &PartyRecord> {
        self.parties.values()
    }

    /// A key.
    #[must_use]
    pub fn key(&self, id: KeyId) -> Option<&EnrolledKey> {
        self.keys.get(&id)
    }

    /// A paper.
    #[must_use]
    pub fn paper(&self, id: PaperId) -> Option<&Paper> {
        self.papers.get(&id)
    }

    /// All papers.
    pub fn papers(&self) -> impl Iterator<Item = &Paper> {
        self.papers.values()
    }

    /// A live fragment.
    #[must_use]
    pub fn fragment(&self, reference: FragmentRef) -> Option<&Fragment> {
        self.fragments.get(&reference)
    }

    /// All live fragments.
    pub fn fragments(&self) -> impl Iterator<Item = &Fragment> {
        self.fragments.values()
    }

    /// Whether a live fragment of the paper, of those that are loaded, is sold and not paid for.
    pub(crate) fn has_sold_fragment(&self, paper: PaperId) -> bool {
        self.sold.contains_key(&paper)
    }

    /// Whether a live fragment of the paper, of those that are loaded, is frozen.
    pub(crate) fn has_frozen_fragment(&self, paper: PaperId) -> bool {
        self.frozen.contains_key(&paper)
    }

    /// The list on which such a fragment keeps its paper from being closed, if it does.
    const fn held_up(&mut self, fragment: &Fragment) -> Option<&mut HashMap<PaperId, u64>> {
        match fragment.state {
            FragmentState::FinanceLocked { .. } | FragmentState::Recourse { .. } => {
                Some(&mut self.sold)
            }
            FragmentState::Frozen { .. } => Some(&mut self.frozen),
            FragmentState::PendingAcceptance
            | FragmentState::Held
            | FragmentState::Offered { .. }
            | FragmentState::Pledged { .. }
            | FragmentState::Redeemed
            | FragmentState::WrittenOff => None,
        }
    }

    pub(crate) fn spend(&mut self, reference: FragmentRef) {
        if let Some(gone) = self.fragments.remove(&reference)
            && let Some(held_up) = self.held_up(&gone)
            && let Some(count) = held_up.get_mut(&gone.paper)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                held_up.remove(&gone.paper);
            }
        }
        if self.remembers_spent {
            self.spent.insert(reference);
        }
        if !self.legs.is_empty() {
            self.legs.remove(&reference);
        }
        if !self.acquisitions.is_empty() {
            self.acquisitions.remove(&reference);
        }
    }
}
