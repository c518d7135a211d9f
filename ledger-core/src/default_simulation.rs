//! If an obligor fails: who is hit by how much, who may turn to whom, and who is left with it.
//! Nothing here binds anybody; it follows the rules that bind when it happens.
//!
//! - The current holders of a paper share what is not paid by the paper's own clearing rule, after
//!   what came in earlier receipts. A holder's part lies on its fragments in proportion to their
//!   units (largest remainder, ties to the lowest `lo`).
//! - A holder may turn to the party that passed the fragment to it, by the mode of that leg; that
//!   one, having paid and stepped into the right, to the party before it by the mode of that earlier
//!   leg, and so on; never past the payee to the obligor.
//! - A limited leg is claimed up to its cap in all, over all fragments that descend from it.
//!
//! A claim moves a loss and makes none: first hits, shortfall and final losses have one sum.

use std::collections::BTreeMap;
use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::allocation::largest_remainder;
use crate::amount::Amount;
use crate::clearing::Claim;
use crate::clearing::ClearingError;
use crate::clearing::check_claims;
use crate::clearing_payable::clear_payable_claims;
use crate::clearing_sheet::AccountKey;
use crate::clearing_sheet::ClearingRule;
use crate::id::PaperId;
use crate::id::PartyId;
use crate::leg_tree::Leg;
use crate::leg_tree::LegTree;
use crate::range::Range;
use crate::ratio::Ratio;
use crate::recourse::Recourse;

/// How much of each face still comes: a percentage from 0 to 100, the same for every paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery(Decimal);

impl Recovery {
    /// Nothing comes.
    pub const NOTHING: Recovery = Recovery(Decimal::ZERO);

    /// `percent` of each face; `None` below 0, above 100 or with more than four decimal places.
    #[must_use]
    pub fn percent(percent: Decimal) -> Option<Recovery> {
        let percent = percent.normalize();
        let lawful = (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&percent);
        (lawful && percent.scale() <= 4).then_some(Recovery(percent))
    }

    /// What comes of `face`, half-up to the minor unit, and never more than is `owed`.
    fn of(self, face: Amount, owed: Amount) -> Amount {
        let part = Ratio::of(face, self.0).and_then(|part| part.over(100)?.half_up());
        part.map_or(owed, |part| part.min(owed))
    }
}

/// Units of one holder in a paper, added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldUnits {
    /// Who.
    pub holder: PartyId,
    /// First unit of the lowest of its fragments, 0-based.
    pub lowest_lo: i64,
    /// How many.
    pub units: i64,
}

impl HeldUnits {
    /// As clearing takes it: one claim a holder, wherever it is paid.
    fn claim(self) -> Claim {
        Claim {
            holder: self.holder,
            account: AccountKey::from_bytes([0; 32]),
            lowest_lo: self.lowest_lo,
            units: self.units,
        }
    }
}

/// Who holds an owed paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperHolders {
    /// With the legs by which they got it.
    Followed(LegTree),
    /// Added up: who is hit is known, whom they may turn to is not looked at.
    Summed(Vec<HeldUnits>),
}

/// A paper that is owed on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedPaper {
    /// Which.
    pub id: PaperId,
    /// Who owes; what it holds of its own paper was paid early.
    pub obligor: PartyId,
    /// Its face.
    pub face: Amount,
    /// How its terms share cash.
    pub rule: ClearingRule,
    /// The receipts shared out so far, oldest first, none of nothing.
    pub earlier: Vec<Amount>,
    /// Who holds it.
    pub holders: PaperHolders,
}

/// What is not paid of one paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperShortfall {
    /// Which.
    pub paper: PaperId,
    /// Paid before the day.
    pub paid: Amount,
    /// What still comes.
    pub recovered: Amount,
    /// What does not. The three are the face.
    pub shortfall: Amount,
    /// Whether the legs of its fragments were followed.
    pub followed: bool,
}

/// How one party comes through it, minor units. `left = hit + claimed_from − claims`, never below
/// nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PartyHit {
    /// What it is hit by first, as a holder.
    pub hit: i128,
    /// What it may claim from others.
    pub claims: i128,
    /// What may be claimed from it.
    pub claimed_from: i128,
    /// What it is left with if everybody pays who must.
    pub left: i128,
}

/// One possible claim: everything that one side of a leg may ask of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PossibleClaim {
    /// About which paper.
    pub paper: PaperId,
    /// The leg whose mode gives it.
    pub leg: Leg,
    /// What the claimant has lost on the units of the leg, or paid for them before.
    pub lost: Amount,
    /// How much it may claim of that; more than nothing.
    pub amount: Amount,
}

/// All of it, in one currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Simulation {
    /// Paper by paper, as they were given.
    pub papers: Vec<PaperShortfall>,
    /// Who comes through it how.
    pub parties: BTreeMap<PartyId, PartyHit>,
    /// The possible claims, paper by paper; a claim stands after those that have to be paid first.
    pub claims: Vec<PossibleClaim>,
}

impl Simulation {
    /// What is not paid in all, minor units.
    #[must_use]
    pub fn shortfall(&self) -> i128 {
        let each = self.papers.iter().map(|one| one.shortfall.minor());
        each.map(i128::from).sum()
    }
}

/// A paper whose holders don't share its face between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("paper {paper} can't be shared out: {why}")]
pub struct NotShared {
    /// Which.
    pub paper: PaperId,
    /// Why.
    pub why: ClearingError,
}

/// What happens if of each of `papers` (one currency, one obligor) only `recovery` still comes.
/// O(n log n) in the fragments, linear in the legs.
///
/// # Errors
/// [`NotShared`]: the holders of a paper are not those of its whole face, or more came than it.
pub fn simulate(papers: &[OwedPaper], recovery: Recovery) -> Result<Simulation, NotShared> {
    let mut found = Simulation::default();
    for paper in papers {
        found.add(paper, recovery).map_err(|why| NotShared {
            paper: paper.id,
            why,
        })?;
    }
    for party in found.parties.values_mut() {
        party.left = party.hit + party.claimed_from - party.claims;
    }
    Ok(found)
}

impl Simulation {
    fn add(&mut self, paper: &OwedPaper, recovery: Recovery) -> Result<(), ClearingError> {
        let (held, legs) = match &paper.holders {
            PaperHolders::Followed(legs) => (held_units(legs), Some(legs)),
            PaperHolders::Summed(held) => (held.clone(), None),
        };
        let redeemed = units_of(paper.obligor, &held);
        let paid = sum(&paper.earlier).and_then(|paid| paid.checked_add(redeemed));
        let paid = paid.and_then(|paid| Amount::from_minor(paid).ok());
        let owed = paid.and_then(|paid| paper.face.checked_sub(paid));
        let (Some(paid), Some(owed)) = (paid, owed) else {
            return Err(ClearingError::CashAboveOwed { owed: paper.face });
        };
        let recovered = recovery.of(paper.face, owed);
        let who = (paper.obligor, held.as_slice());
        let losses = losses(paper.rule, paper.face, who, &paper.earlier, recovered)?;
        for (holder, loss) in &losses {
            self.parties.entry(*holder).or_default().hit += i128::from(*loss);
        }
        if let Some(legs) = legs {
            self.follow(paper.id, legs, &losses)?;
        }
        self.papers.push(PaperShortfall {
            paper: paper.id,
            paid,
            recovered,
            shortfall: owed.checked_sub(recovered).unwrap_or(Amount::ZERO),
            followed: legs.is_some(),
        });
        Ok(())
    }

    /// Follows the losses from the ends of the tree towards the payee. Legs stand in book order, so
    /// that from the newest back each has got all that comes up to it when its turn comes.
    fn follow(
        &mut self,
        paper: PaperId,
        tree: &LegTree,
        losses: &HashMap<PartyId, i64>,
    ) -> Result<(), ClearingError> {
        let mut lost = lost_by_leg(tree, losses)?;
        for (place, leg) in tree.legs().iter().enumerate().rev() {
            let lost_here = lost.get(place).copied().unwrap_or(0);
            let amount = claimable(leg, lost_here);
            if amount == 0 {
                continue;
            }
            if let Some(before) = leg.before.and_then(|before| lost.get_mut(before)) {
                *before += amount;
            }
            self.parties.entry(leg.recipient).or_default().claims += i128::from(amount);
            let giver = self.parties.entry(leg.giver).or_default();
            giver.claimed_from += i128::from(amount);
            self.claims.push(PossibleClaim {
                paper,
                leg: *leg,
                lost: minor(lost_here),
                amount: minor(amount),
            });
        }
        Ok(())
    }
}

/// What may be claimed by a leg for a loss in all on its units, minor units; what was paid back on it
/// before is used of its limit.
pub(crate) fn claimable(leg: &Leg, lost: i64) -> i64 {
    match leg.recourse {
        Recourse::Without => 0,
        Recourse::With => lost,
        Recourse::Limited(cap) => lost.min(cap.minor().saturating_sub(leg.paid_back)).max(0),
    }
}

/// What one party has of these units.
pub(crate) fn units_of(party: PartyId, held: &[HeldUnits]) -> i64 {
    let own = held.iter().filter(|one| one.holder == party);
    own.fold(0, |sum, one| one.units.saturating_add(sum))
}

/// What each holder but the obligor is not paid, minor units, holder by holder.
pub(crate) fn losses(
    rule: ClearingRule,
    face: Amount,
    (obligor, held): (PartyId, &[HeldUnits]),
    earlier: &[Amount],
    recovered: Amount,
) -> Result<HashMap<PartyId, i64>, ClearingError> {
    let claims: Vec<Claim> = held.iter().map(|one| one.claim()).collect();
    let mut receipts = earlier.to_vec();
    receipts.extend((!recovered.is_zero()).then_some(recovered));
    let Some((last, before)) = receipts.split_last() else {
        let mut in_order = claims;
        in_order.sort_unstable_by_key(|claim| claim.lowest_lo);
        check_claims(face, &in_order)?;
        in_order.retain(|one| one.holder != obligor);
        return Ok(in_order.iter().map(|one| (one.holder, one.units)).collect());
    };
    let sheet = clear_payable_claims(rule, face, obligor, &claims, before, *last)?;
    let owed = sheet.credits().iter();
    let owed = owed.filter(|one| one.holder != obligor);
    Ok(owed.map(|one| (one.holder, one.owed.minor())).collect())
}

/// What is lost on the units that stand at the end of each leg, leg by leg.
fn lost_by_leg(tree: &LegTree, losses: &HashMap<PartyId, i64>) -> Result<Vec<i64>, ClearingError> {
    let mut lost = vec![0_i64; tree.legs().len()];
    for (leg, _range, loss) in losses_by_end(tree, losses)? {
        if let Some(lost) = leg.and_then(|leg| lost.get_mut(leg)) {
            *lost += loss;
        }
    }
    Ok(lost)
}

/// A holder's loss on the units at one end: the leg they came by, the units, minor units lost.
pub(crate) type EndLoss = (Option<usize>, Range, i64);

/// Each holder's loss, shared over what it holds: at the ends, in no particular order.
pub(crate) fn losses_by_end(
    tree: &LegTree,
    losses: &HashMap<PartyId, i64>,
) -> Result<Vec<EndLoss>, ClearingError> {
    let mut held: HashMap<PartyId, Vec<(Option<usize>, Range)>> = HashMap::new();
    for end in tree.ends() {
        let of = held.entry(end.holder).or_default();
        of.push((end.leg, end.range));
    }
    let mut found = Vec::with_capacity(tree.ends().len());
    for (holder, ends) in held {
        let Some(loss) = losses.get(&holder) else {
            continue;
        };
        let units: Vec<i64> = ends.iter().map(|(_, r)| r.amount().minor()).collect();
        // A holder's loss is never above its units, so that it has some if it has lost some.
        let parts = largest_remainder(*loss, &units).map_err(|_none| ClearingError::NoCash)?;
        let parts = ends.into_iter().zip(parts);
        found.extend(parts.map(|((leg, range), part)| (leg, range, part)));
    }
    Ok(found)
}

/// The units of each holder at the ends of a tree, by the lowest of them.
fn held_units(tree: &LegTree) -> Vec<HeldUnits> {
    let mut held: Vec<HeldUnits> = Vec::new();
    let mut place: HashMap<PartyId, usize> = HashMap::new();
    for end in tree.ends() {
        let units = end.range.amount().minor();
        let index = *place.entry(end.holder).or_insert(held.len());
        match held.get_mut(index) {
            Some(one) => one.units += units,
            None => held.push(HeldUnits {
                holder: end.holder,
                lowest_lo: end.range.lo(),
                units,
            }),
        }
    }
    held
}

fn sum(receipts: &[Amount]) -> Option<i64> {
    receipts
        .iter()
        .try_fold(0_i64, |sum, one| sum.checked_add(one.minor()))
}

/// A part of a face, which is an amount itself.
pub(crate) fn minor(part_of_face: i64) -> Amount {
    Amount::from_minor(part_of_face).unwrap_or(Amount::ZERO)
}
