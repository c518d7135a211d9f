//! Replays a book entry by entry under the full law, with nothing but the book's public key: what
//! the offline verifier and every replica do. Keeps only live state.
//!
//! Signatures are the one thing that is not judged entry by entry: they gather, with the keys as
//! they stood at their entry, and [`Replay::first_unsigned`] checks them together. Nothing in the
//! state depends on when that is done, but nothing may be believed before it is.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::NaiveDate;

use crate::act::Act;
use crate::amount::Amount;
use crate::apply::Applied;
use crate::arrears::InterestAct;
use crate::arrears::InterestSheet;
use crate::arrears::Receipt;
use crate::batch_check::Claim;
use crate::batch_check::first_unsigned;
use crate::clearing::Leaf;
use crate::clearing::clear;
use crate::clearing::clear_owed;
use crate::clearing::gather;
use crate::clearing_sheet::AccountKey;
use crate::entry::SealedEntry;
use crate::fragment::Fragment;
use crate::fragment::FragmentRef;
use crate::hash::LogRoot;
use crate::hash::SheetDigest;
use crate::id::PaperId;
use crate::id::PartyId;
use crate::ledger::Ledger;
use crate::legs::Leg;
use crate::legs::Legs;
use crate::merkle::LogFrontier;
use crate::paper::Paper;
use crate::refusal::Refusal;
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
    ledger: Option<Ledger>,
    log: LogFrontier,
    /// Live fragments by paper and first unit: beside the ledger, which knows them by name.
    live: BTreeMap<PaperId, BTreeMap<i64, FragmentRef>>,
    receipts: HashMap<PaperId, Vec<Receipt>>,
    legs: Legs,
    /// What each holder has received of the face, and what recourse has moved.
    shared: HashMap<PaperId, SharedOut>,
    /// Late interest paid so far, payment by payment.
    interest: HashMap<PaperId, Vec<Amount>>,
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
        let applied = ledger.apply(&sealed).map_err(Reason::Refused)?;
        if !conserves(&applied) {
            return Err(Reason::NotConserved);
        }
        self.log.append(sealed.hash());
        self.follow(&applied);
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

    fn follow(&mut self, applied: &Applied) {
        if let Some(spent) = &applied.spent
            && let Some(of_paper) = self.live.get_mut(&spent.paper)
        {
            of_paper.remove(&spent.range.lo());
        }
        for made in [applied.left, applied.right].into_iter().flatten() {
            self.live
                .entry(made.paper)
                .or_default()
                .insert(made.range.lo(), made.reference);
        }
    }

    /// Clears again what the entry says was cleared, from the fragments and accounts as they stand.
    fn clear_again(
        &mut self,
        paper: &Paper,
        cash_total: Amount,
        date: NaiveDate,
        stated: SheetDigest,
    ) -> Result<(), Reason> {
        let rule = paper.terms.clearing().ok_or(Reason::UnknownClearingRule)?;
        let leaves = self.leaves(paper.id)?;
        let receipts = self.receipts.entry(paper.id).or_default();
        let earlier: Vec<Amount> = receipts.iter().map(|receipt| receipt.cash).collect();
        let cash = not_shared(&earlier, cash_total)?;
        let shared = self.shared.entry(paper.id).or_default();
        // Only where something has moved since the earlier receipts does it matter who got them.
        let sheet = if shared.has_moved() {
            clear_owed(
                rule,
                paper.face,
                &shared.open(&gather(&leaves)),
                &earlier,
                cash,
            )
        } else {
            clear(rule, paper.face, &leaves, &earlier, cash)
        };
        let sheet = sheet.map_err(Reason::NotCleared)?;
        shared.add(&sheet);
        receipts.push(Receipt { on: date, cash });
        if sheet.digest() == stated {
            Ok(())
        } else {
            Err(Reason::AnotherSheet)
        }
    }

    /// That a claim by recourse is over what is owed on the fragment, and what the leg's limit leaves;
    /// and that what was received goes with the units.
    fn follow_recourse(
        &mut self,
        sealed: &SealedEntry,
        applied: &Applied,
        leg: Option<Leg>,
    ) -> Result<(), Reason> {
        let Some(spent) = &applied.spent else {
            return Ok(());
        };
        let wrong = Reason::Refused(Refusal::RecourseSumDoesNotFit);
        match &sealed.entry().act {
            Act::AgreeRecourse(act) => {
                let left = applied.left.as_ref().ok_or(Reason::NotConserved)?;
                let whole = self.units_of(spent.paper, spent.holder);
                let shared = self.shared.entry(spent.paper).or_default();
                leg.and_then(|leg| shared.agree(act.amount, leg, spent, left, whole))
                    .ok_or(wrong)
            }
            Act::CompleteRecourse { .. } => {
                let shared = self.shared.entry(spent.paper).or_default();
                let to = applied.left.ok_or(Reason::NotConserved)?.holder;
                shared.complete(spent, to).ok_or(wrong)
            }
            Act::ReleaseRecourse { .. } => {
                let shared = self.shared.entry(spent.paper).or_default();
                shared.release(spent).ok_or(wrong)
            }
            _ => Ok(()),
        }
    }

    /// What a holder has of a paper.
    fn units_of(&self, paper: PaperId, holder: PartyId) -> i64 {
        self.fragments_of(paper)
            .filter(|fragment| fragment.holder == holder)
            .fold(0_i64, |sum, fragment| {
                sum.saturating_add(fragment.range.amount().minor())
            })
    }

    /// The same of late interest; its receipts must be the paper's settlements, each on a day that
    /// was not after its entry's.
    fn clear_interest_again(&mut self, paper: &Paper, act: &InterestAct) -> Result<(), Reason> {
        let rule = paper.terms.clearing().ok_or(Reason::UnknownClearingRule)?;
        let settled = self.receipts.get(&paper.id).map_or(&[][..], Vec::as_slice);
        let same = settled.len() == act.receipts.len()
            && settled.iter().zip(&act.receipts).all(|(entry, stated)| {
                entry.cash == stated.cash && stated.on <= entry.on && stated.on >= paper.due_date
            });
        if !same {
            return Err(Reason::Refused(Refusal::InterestDoesNotFit));
        }
        let claims = gather(&self.leaves(paper.id)?);
        let earlier = self.interest.entry(paper.id).or_default();
        let cash = not_shared(earlier, act.paid_total)?;
        let sheet = InterestSheet::clear(rule, act.asked, &claims, earlier, cash)
            .map_err(Reason::NotCleared)?;
        earlier.push(cash);
        if sheet.digest() == act.sheet {
            Ok(())
        } else {
            Err(Reason::AnotherSheet)
        }
    }

    fn leaves(&self, paper: PaperId) -> Result<Vec<Leaf>, Reason> {
        self.fragments_of(paper)
            .map(|fragment| self.leaf(fragment))
            .collect::<Option<Vec<Leaf>>>()
            .ok_or(Reason::Refused(Refusal::UnknownParty))
    }

    fn leaf(&self, fragment: &Fragment) -> Option<Leaf> {
        let account = &self.ledger.as_ref()?.party(fragment.holder)?.account;
        Some(Leaf {
            range: fragment.range,
            holder: fragment.holder,
            account: AccountKey::of(&account.bank_code, &account.number),
        })
    }

    /// The live fragments of one paper, lowest first.
    pub fn fragments_of(&self, paper: PaperId) -> impl Iterator<Item = &Fragment> {
        self.live
            .get(&paper)
            .into_iter()
            .flat_map(BTreeMap::values)
            .filter_map(|reference| self.ledger.as_ref()?.fragment(*reference))
    }

    /// Takes the first live fragment by paper and `lo` off the list, for comparing it with one that
    /// is stated elsewhere. The replay can't go on afterwards.
    pub(crate) fn next_live(&mut self) -> Option<Fragment> {
        let ledger = self.ledger.as_ref()?;
        loop {
            let mut first = self.live.first_entry()?;
            match first.get_mut().pop_first() {
                Some((_lo, reference)) => return ledger.fragment(reference).copied(),
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

/// The leg of the fragment that an entry takes a claim up on.
fn claimed_leg(sealed: &SealedEntry, legs: &Legs) -> Option<(FragmentRef, Leg)> {
    let entry = sealed.entry();
    match (&entry.act, entry.spends) {
        (Act::AgreeRecourse(_), Some(spent)) => Some((spent, legs.newest(spent)?)),
        _ => None,
    }
}

/// What of `total` the earlier receipts had not shared out.
fn not_shared(earlier: &[Amount], total: Amount) -> Result<Amount, Reason> {
    earlier
        .iter()
        .try_fold(Amount::ZERO, |sum, cash| sum.checked_add(*cash))
        .and_then(|before| total.checked_sub(before))
        .ok_or(Reason::Refused(Refusal::WrongCash))
}

/// Whether what an entry made covers exactly what it spent: judged by the ranges alone, apart from
/// the rules that made them. Only the end of a paper may make nothing.
fn conserves(applied: &Applied) -> bool {
    let made: Vec<&Fragment> = [&applied.left, &applied.right]
        .into_iter()
        .flatten()
        .collect();
    let (lo, hi) = match (&applied.spent, &applied.paper) {
        (Some(spent), _) => (spent.range.lo(), spent.range.hi()),
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
