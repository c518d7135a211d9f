//! If an obligor fails: what one party can say of it from what it knows itself. It knows what it
//! holds, from whom it got it and to whom it passed on, and the mode of each of these legs. It
//! doesn't know what others did further down, so what might be claimed from it is a bound: as if
//! each recipient lost all that it got.

use std::collections::BTreeMap;
use std::collections::HashMap;

use crate::amount::Amount;
use crate::clearing::ClearingError;
use crate::clearing_sheet::ClearingRule;
use crate::default_simulation::HeldUnits;
use crate::default_simulation::NotShared;
use crate::default_simulation::claimable;
use crate::default_simulation::losses;
use crate::default_simulation::losses_by_end;
use crate::default_simulation::minor;
use crate::id::PaperId;
use crate::id::PartyId;
use crate::leg_tree::Leg;
use crate::leg_tree::LegTree;

/// An owed paper in which a party has or had a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConcernedPaper {
    /// Which.
    pub id: PaperId,
    /// Its face.
    pub face: Amount,
    /// Who owes; what it holds of its own paper was paid early.
    pub obligor: PartyId,
    /// What was paid early.
    pub redeemed: Amount,
    /// How its terms share cash.
    pub rule: ClearingRule,
    /// The receipts shared out so far, oldest first, none of nothing.
    pub earlier: Vec<Amount>,
    /// All that is held of it, holder by holder; looked at only if there were receipts.
    pub held: Vec<HeldUnits>,
    /// Its legs as far as they concern the party, with all before them.
    pub legs: LegTree,
}

/// What the party passed on with recourse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassedOn {
    /// To whom, on what terms.
    pub leg: Leg,
    /// What the recipient may claim at most; to the minor unit per receipt, for holders' shares are
    /// rounded.
    pub at_most: Amount,
}

/// Units that came to the party by one leg, or by the issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLot {
    /// Of which paper.
    pub paper: PaperId,
    /// The leg; none if the party is the payee and has them from the obligor.
    pub from: Option<Leg>,
    /// What it still holds of them.
    pub held: Amount,
    /// What of that would not be paid.
    pub hit: Amount,
    /// What it passed on of them with recourse.
    pub passed_on: Vec<PassedOn>,
    /// What it may claim at most from who gave it the units: for what it lost, and for what it paid
    /// to those it passed them to.
    pub may_claim: Amount,
}

impl OwnLot {
    /// What may be claimed from the party for these units at most.
    #[must_use]
    pub fn claimed_from(&self) -> Amount {
        let each = self.passed_on.iter().map(|one| one.at_most.minor());
        minor(each.sum())
    }
}

/// What the party holds and has passed on with recourse of `papers`, lot by lot in their order. Lots
/// about which nothing can be claimed and of which nothing is held are left out.
///
/// # Errors
/// [`NotShared`] as [`simulate`](crate::default_simulation::simulate).
pub fn own_lots(papers: &[ConcernedPaper], me: PartyId) -> Result<Vec<OwnLot>, NotShared> {
    let mut found = Vec::new();
    for paper in papers {
        let lots = paper.lots(me).map_err(|why| NotShared {
            paper: paper.id,
            why,
        })?;
        found.extend(lots);
    }
    Ok(found)
}

impl ConcernedPaper {
    fn lots(&self, me: PartyId) -> Result<Vec<OwnLot>, ClearingError> {
        let paid: i64 = self.earlier.iter().map(|one| one.minor()).sum();
        // What is redeemed is nobody's loss: what is owed lies on the rest of the face.
        let not_redeemed = self.face.minor().saturating_sub(self.redeemed.minor());
        let owed = not_redeemed.saturating_sub(paid);
        let mut lots: BTreeMap<Option<usize>, OwnLot> = BTreeMap::new();
        let lot = |leg: Option<usize>| OwnLot {
            paper: self.id,
            from: self.legs.leg(leg).copied(),
            held: Amount::ZERO,
            hit: Amount::ZERO,
            passed_on: Vec::new(),
            may_claim: Amount::ZERO,
        };
        for (leg, range, loss) in losses_by_end(&self.legs, &self.own_loss(me)?)? {
            let one = lots.entry(leg).or_insert_with(|| lot(leg));
            one.held = minor(one.held.minor() + range.amount().minor());
            one.hit = minor(one.hit.minor() + loss);
        }
        for leg in self.legs.legs() {
            if leg.giver != me || leg.undone {
                continue;
            }
            let part = part_of(leg.range.amount().minor(), owed, not_redeemed);
            let at_most = claimable(leg, part);
            if at_most > 0 {
                let one = lots.entry(leg.before).or_insert_with(|| lot(leg.before));
                one.passed_on.push(PassedOn {
                    leg: *leg,
                    at_most: minor(at_most),
                });
            }
        }
        let mut lots: Vec<OwnLot> = lots.into_values().collect();
        for one in &mut lots {
            let lost = one.hit.minor() + one.claimed_from().minor();
            one.may_claim = minor(one.from.map_or(0, |leg| claimable(&leg, lost)));
        }
        Ok(lots)
    }

    /// What the party is not paid of what it holds: all of it, if nothing has come.
    fn own_loss(&self, me: PartyId) -> Result<HashMap<PartyId, i64>, ClearingError> {
        if self.earlier.is_empty() {
            let mine = self.legs.ends().iter().filter(|end| end.holder == me);
            let units = mine.map(|end| end.range.amount().minor()).sum();
            return Ok(HashMap::from([(me, units)]));
        }
        let mut all = losses(
            self.rule,
            self.face,
            (self.obligor, &self.held),
            &self.earlier,
            Amount::ZERO,
        )?;
        all.retain(|holder, _| *holder == me);
        Ok(all)
    }
}

/// `units × owed / of`, rounded up; `of` is the part of the face that was not paid early.
fn part_of(units: i64, owed: i64, of: i64) -> i64 {
    let product = i128::from(units).saturating_mul(i128::from(owed));
    let of = i128::from(of).max(1);
    i64::try_from((product + of - 1) / of).unwrap_or(units)
}
