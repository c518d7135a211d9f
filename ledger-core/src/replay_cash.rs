//! What of a replay is about money: sheets cleared again from the journal, and claims by recourse held
//! against what is owed.

use chrono::NaiveDate;

use crate::act::Act;
use crate::amount::Amount;
use crate::apply::Applied;
use crate::arrears::InterestAct;
use crate::arrears::InterestSheet;
use crate::arrears::Receipt;
use crate::clearing::Leaf;
use crate::clearing::clear_owed;
use crate::clearing::gather;
use crate::clearing_payable::clear_payable;
use crate::clearing_payable::open_payable;
use crate::clearing_sheet::AccountKey;
use crate::entry::SealedEntry;
use crate::fragment::Fragment;
use crate::fragment::FragmentRef;
use crate::hash::SheetDigest;
use crate::id::PaperId;
use crate::id::PartyId;
use crate::legs::Leg;
use crate::legs::Legs;
use crate::paper::Paper;
use crate::refusal::Refusal;
use crate::replay::Replay;
use crate::verify_fault::Reason;

impl Replay {
    /// Clears again what the entry says was cleared, from the fragments and accounts as they stand.
    pub(crate) fn clear_again(
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
        let (face, obligor) = (paper.face, paper.obligor);
        let sheet = if shared.has_moved() {
            let (claims, before) = open_payable(&shared.open(&gather(&leaves)), obligor, &earlier);
            clear_owed(rule, face, &claims, &before, cash)
        } else {
            clear_payable(rule, face, obligor, &leaves, &earlier, cash)
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
    /// that what was received goes with the units; and that what is written off is owed, and by nobody
    /// before the holder.
    pub(crate) fn follow_recourse(
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
            Act::WriteOff(act) => {
                let whole = self.units_of(spent.paper, spent.holder);
                let below = self
                    .fragments_of(spent.paper)
                    .filter(|one| one.holder == spent.holder && one.range.lo() < spent.range.lo())
                    .fold(0_i64, |sum, one| {
                        sum.saturating_add(one.range.amount().minor())
                    });
                let shared = self.shared.entry(spent.paper).or_default();
                shared
                    .check_write_off(act.amount, leg, spent, (whole, below))
                    .map_err(Reason::Refused)
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
    pub(crate) fn clear_interest_again(
        &mut self,
        paper: &Paper,
        act: &InterestAct,
    ) -> Result<(), Reason> {
        let rule = paper.terms.clearing().ok_or(Reason::UnknownClearingRule)?;
        let settled = self.receipts.get(&paper.id).map_or(&[][..], Vec::as_slice);
        let same = settled.len() == act.receipts.len()
            && settled.iter().zip(&act.receipts).all(|(entry, stated)| {
                entry.cash == stated.cash && stated.on <= entry.on && stated.on >= paper.due_date
            });
        if !same {
            return Err(Reason::Refused(Refusal::InterestDoesNotFit));
        }
        let mut claims = gather(&self.leaves(paper.id)?);
        claims.retain(|claim| claim.holder != paper.obligor);
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
}

/// The leg of the fragment that an entry takes a claim up on, or writes off.
pub(crate) fn claimed_leg(sealed: &SealedEntry, legs: &Legs) -> Option<(FragmentRef, Leg)> {
    let entry = sealed.entry();
    match (&entry.act, entry.spends) {
        (Act::AgreeRecourse(_) | Act::WriteOff(_), Some(spent)) => {
            Some((spent, legs.newest(spent)?))
        }
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
