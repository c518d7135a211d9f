//! Replays a book entry by entry under the full law, with nothing but the book's public key: what
//! the offline verifier and every replica do. Keeps only live state.
//!
//! Signatures are the one thing that is not judged entry by entry: they gather, with the keys as
//! they stood at their entry, and [`Replay::first_unsigned`] checks them together. Nothing in the
//! state depends on when that is done, but nothing may be believed before it is.

use std::collections::BTreeMap;
use std::collections::HashMap;

use crate::act::Act;
use crate::amount::Amount;
use crate::apply::Applied;
use crate::arrears::Receipt;
use crate::batch_check::Claim;
use crate::batch_check::first_unsigned;
use crate::entry::SealedEntry;
use crate::fragment::Fragment;
use crate::fragment::FragmentRef;
use crate::hash::LogRoot;
use crate::hash::SheetDigest;
use crate::id::PaperId;
use crate::join::Acquisition;
use crate::ledger::Ledger;
use crate::legs::Legs;
use crate::merkle::LogFrontier;
use crate::paper::Paper;
use crate::replay_cash::claimed_leg;
use crate::seats::claims;
use crate::shared_out::SharedOut;
use crate::tiling::tiles;
use crate::verify_fault::Reason;

/// A replayed entry.
#[derive(Debug)]
pub struct Replayed {
    /// The entry.
    pub sealed: SealedEntry,
    /// What it made.
    pub applied: Applied,
    /// The digest of the recomputed clearing or interest sheet, if it shares out cash.
    pub sheet: Option<SheetDigest>,
}

/// An entry with a signature that doesn't hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsigned {
    /// Its number, from 0.
    pub n: u64,
    /// Of which paper.
    pub paper: Option<PaperId>,
}

/// The state of a book after the entries so far.
#[derive(Debug, Clone)]
pub struct Replay {
    origin: String,
    public_key: [u8; 32],
    pub(crate) ledger: Option<Ledger>,
    log: LogFrontier,
    /// Live fragments by paper and first unit, each with the entry by which its holder acquired it: beside
    /// the ledger, which knows them by name.
    live: BTreeMap<PaperId, BTreeMap<i64, (FragmentRef, Acquisition)>>,
    pub(crate) receipts: HashMap<PaperId, Vec<Receipt>>,
    pub(crate) legs: Legs,
    /// What each holder has received of the face, and what recourse has moved.
    pub(crate) shared: HashMap<PaperId, SharedOut>,
    /// Late interest paid so far, payment by payment.
    pub(crate) interest: HashMap<PaperId, Vec<Amount>>,
    /// Signatures not yet checked, and under which entry each stands.
    claims: Vec<Claim>,
    claimed_by: Vec<Unsigned>,
}

impl Replay {
    /// Before the first entry of the book of this name and key.
    #[must_use]
    pub fn new(origin: String, public_key: [u8; 32]) -> Replay {
        Replay {
            origin,
            public_key,
            ledger: None,
            log: LogFrontier::new(),
            live: BTreeMap::new(),
            receipts: HashMap::new(),
            legs: Legs::default(),
            shared: HashMap::new(),
            interest: HashMap::new(),
            claims: Vec::new(),
            claimed_by: Vec::new(),
        }
    }

    /// Takes the next entry, from the canonical bytes of its body and signatures, and judges all of
    /// it but its signatures. After an error the replay must be given up, but for
    /// [`Replay::first_unsigned`], whose entry then is the first that is wrong.
    ///
    /// # Errors
    /// The paper, where it is known, and what is wrong.
    pub fn entry(
        &mut self,
        body: &[u8],
        signatures: &[u8],
    ) -> Result<Replayed, (Option<PaperId>, Reason)> {
        let sealed = SealedEntry::from_bytes(body, signatures)
            .map_err(|error| (None, Reason::NotCanonical(error)))?;
        let paper = sealed.entry().paper;
        self.take(sealed, body).map_err(|reason| (paper, reason))
    }

    fn take(&mut self, sealed: SealedEntry, body: &[u8]) -> Result<Replayed, Reason> {
        self.open(&sealed)?;
        let ledger = self.ledger.as_mut().ok_or(Reason::AnotherBook)?;
        let claimed = claims(&sealed, body, |key| ledger.key(key).map(|k| k.public_key))
            .map_err(Reason::Refused)?;
        let (n, paper) = (self.log.size(), sealed.entry().paper);
        self.claimed_by
            .extend(claimed.iter().map(|_claim| Unsigned { n, paper }));
        self.claims.extend(claimed);
        let leg = claimed_leg(&sealed, &self.legs);
        if let Some((fragment, leg)) = leg {
            ledger.load_leg(fragment, leg);
        }
        self.load_acquisitions(&sealed);
        let ledger = self.ledger.as_mut().ok_or(Reason::AnotherBook)?;
        let applied = ledger.apply(&sealed).map_err(Reason::Refused)?;
        if !conserves(&applied) {
            return Err(Reason::NotConserved);
        }
        self.log.append(sealed.hash());
        self.follow(n, &applied);
        self.legs.follow(&sealed, &applied);
        let date = sealed.entry().date;
        let sheet = match (&sealed.entry().act, &applied.paper) {
            (
                Act::Settle {
                    cash_total, sheet, ..
                },
                Some(paper),
            ) => {
                self.clear_again(paper, *cash_total, date, *sheet)?;
                Some(*sheet)
            }
            (Act::PayInterest(interest), Some(paper)) => {
                self.clear_interest_again(paper, interest)?;
                Some(interest.sheet)
            }
            _ => {
                self.follow_recourse(&sealed, &applied, leg.map(|(_, leg)| leg))?;
                None
            }
        };
        Ok(Replayed {
            sealed,
            applied,
            sheet,
        })
    }

    /// Number of signatures not yet checked.
    #[must_use]
    pub const fn unchecked_signatures(&self) -> usize {
        self.claims.len()
    }

    /// Checks the signatures that have gathered, and names the first entry with a bad one. The last
    /// entry given to [`Replay::entry`] is among them even if the law refused it.
    #[must_use = "an entry without its signatures is nobody's will"]
    pub fn first_unsigned(&mut self) -> Option<Unsigned> {
        let found = first_unsigned(&self.claims);
        let unsigned = found.and_then(|at| self.claimed_by.get(at).copied());
        self.claims.clear();
        self.claimed_by.clear();
        unsigned
    }

    /// The first entry must open the book with the very key and name we were told.
    fn open(&mut self, sealed: &SealedEntry) -> Result<(), Reason> {
        if self.ledger.is_some() {
            return Ok(());
        }
        let entry = sealed.entry();
        match &entry.act {
            Act::OpenBook {
                public_key, origin, ..
            } if *public_key == self.public_key && *origin == self.origin => {
                self.ledger = Some(Ledger::replaying(entry.book));
                Ok(())
            }
            _ => Err(Reason::AnotherBook),
        }
    }

    /// Loads by which entries the two fragments came that an entry joins.
    fn load_acquisitions(&mut self, sealed: &SealedEntry) {
        let entry = sealed.entry();
        let (Act::Join(join), Some(ledger)) = (&entry.act, self.ledger.as_mut()) else {
            return;
        };
        for reference in [entry.spends, Some(join.neighbour)].into_iter().flatten() {
            let found = ledger.fragment(reference).and_then(|fragment| {
                let of_paper = self.live.get(&fragment.paper)?;
                of_paper.get(&fragment.range.lo()).copied()
            });
            if let Some((_name, by)) = found {
                ledger.load_acquisition(reference, by);
            }
        }
    }

    /// Follows the live fragments; `n` is the place of the entry in the book.
    fn follow(&mut self, n: u64, applied: &Applied) {
        let mut before = None;
        for spent in [applied.joined, applied.spent].into_iter().flatten() {
            if let Some(of_paper) = self.live.get_mut(&spent.paper)
                && let Some((_name, by)) = of_paper.remove(&spent.range.lo())
            {
                before = Some((spent.holder, by));
            }
        }
        let now = Acquisition(i64::try_from(n).unwrap_or(i64::MAX));
        for made in [applied.left, applied.right].into_iter().flatten() {
            let by = match before {
                Some((holder, by)) if holder == made.holder => by,
                _ => now,
            };
            self.live
                .entry(made.paper)
                .or_default()
                .insert(made.range.lo(), (made.reference, by));
        }
    }

    /// The live fragments of one paper, lowest first.
    pub fn fragments_of(&self, paper: PaperId) -> impl Iterator<Item = &Fragment> {
        self.live
            .get(&paper)
            .into_iter()
            .flat_map(BTreeMap::values)
            .filter_map(|(reference, _)| self.ledger.as_ref()?.fragment(*reference))
    }

    /// Takes the first live fragment by paper and `lo` off the list, for comparing it with one that
    /// is stated elsewhere. The replay can't go on afterwards.
    pub(crate) fn next_live(&mut self) -> Option<Fragment> {
        let ledger = self.ledger.as_ref()?;
        loop {
            let mut first = self.live.first_entry()?;
            match first.get_mut().pop_first() {
                Some((_lo, (reference, _))) => return ledger.fragment(reference).copied(),
                None => {
                    first.remove();
                }
            }
        }
    }

    /// Whether [`Replay::next_live`] has one more.
    pub(crate) fn has_next_live(&self) -> bool {
        self.live.values().any(|of_paper| !of_paper.is_empty())
    }

    /// The first paper whose live fragments don't tile its face, if there is one.
    #[must_use]
    pub fn untiled(&self) -> Option<PaperId> {
        self.papers()
            .find(|paper| {
                let mut fragments: Vec<Fragment> = self.fragments_of(paper.id).copied().collect();
                !tiles(paper, &mut fragments)
            })
            .map(|paper| paper.id)
    }

    /// All papers, in no order.
    pub fn papers(&self) -> impl Iterator<Item = &Paper> {
        self.ledger.iter().flat_map(Ledger::papers)
    }

    /// The state, once the book is open.
    #[must_use]
    pub const fn ledger(&self) -> Option<&Ledger> {
        self.ledger.as_ref()
    }

    /// Number of entries.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.log.size()
    }

    /// Root of the Merkle log over them.
    #[must_use]
    pub fn root(&self) -> LogRoot {
        self.log.root()
    }
}

/// Whether what an entry made covers exactly what it spent: judged by the ranges alone, apart from
/// the rules that made them. Only the end of a paper may make nothing.
fn conserves(applied: &Applied) -> bool {
    let made: Vec<&Fragment> = [&applied.left, &applied.right]
        .into_iter()
        .flatten()
        .collect();
    let (lo, hi) = match (&applied.spent, &applied.paper) {
        (Some(spent), _) => match &applied.joined {
            Some(joined) if joined.range.lo() == spent.range.hi() => {
                (spent.range.lo(), joined.range.hi())
            }
            Some(_apart) => return false,
            None => (spent.range.lo(), spent.range.hi()),
        },
        (None, Some(paper)) if !made.is_empty() => (0, paper.face.minor()),
        (None, _) => return made.is_empty(),
    };
    if made.is_empty() {
        return applied
            .paper
            .as_ref()
            .is_some_and(|paper| (lo, hi) == (0, paper.face.minor()) && tiles(paper, &mut []));
    }
    let reached = made.iter().try_fold(lo, |reached, fragment| {
        (fragment.range.lo() == reached).then_some(fragment.range.hi())
    });
    reached == Some(hi)
}
