//! Clearing a paper at maturity: who gets what of the cash that came in.
//!
//! **Rule V1.** The current holders of the paper share each receipt in proportion to what they are
//! still owed, in whole minor units, by the largest remainder with ties to the lowest `lo`. With the
//! full face everybody is whole; the first short receipt is shared by units held.
//!
//! Two choices in it are deliberate.
//! - *A share belongs to a claim (holder and account), not to a leaf.* Were each leaf rounded, a
//!   holder could cut a fragment into one-cent leaves and gain up to a cent on every one of them at
//!   the cost of the others. So clearing is blind to how a claim is cut.
//! - *Later cash is shared over what is still owed*, not by re-dividing the sum of all cash. The
//!   largest remainder is not house-monotone (the Alabama paradox): with more cash in total a share
//!   can fall, and nobody can be asked to hand a cent back. Shared over the open claims, what a claim
//!   has received never falls and never exceeds it, and stays within one minor unit per receipt of
//!   the exact proportion, because whoever is ahead is owed less at the next receipt.
//!
//! The sheet depends on the leaves and the receipts in their order, and on nothing else: whoever has
//! the journal can recompute it.

use std::collections::HashMap;

use crate::allocation::AllocationError;
use crate::allocation::largest_remainder;
use crate::amount::Amount;
pub use crate::clearing_error::ClearingError;
use crate::clearing_sheet::AccountKey;
use crate::clearing_sheet::ClearingRule;
use crate::clearing_sheet::ClearingSheet;
use crate::clearing_sheet::Credit;
use crate::id::PartyId;
use crate::range::Range;

/// A live fragment at the cut-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    /// Its units.
    pub range: Range,
    /// Who holds it.
    pub holder: PartyId,
    /// Where the holder wants to be paid.
    pub account: AccountKey,
}

/// Clears the receipt `cash` of a paper of face `face` to the holders of `leaves`, which stand in
/// any order. `earlier` are the receipts already cleared to the same leaves, oldest first.
///
/// O(n log n) in the leaves, O(n) if they come in order; plus claims × receipts.
///
/// # Errors
/// What [`ClearingError`] says, in its order.
pub fn clear(
    rule: ClearingRule,
    face: Amount,
    leaves: &[Leaf],
    earlier: &[Amount],
    cash: Amount,
) -> Result<ClearingSheet, ClearingError> {
    check_cash(earlier, cash)?;
    let mut in_order: Vec<&Leaf> = leaves.iter().collect();
    in_order.sort_unstable_by_key(|leaf| leaf.range.lo());
    check_tiling(face, &in_order)?;
    share_out(rule, face, &gather_claims(&in_order), earlier, cash)
}

/// Clears as [`clear`] does, from claims that have been added up already, in any order. Gives the
/// same sheet as [`clear`] gives for the leaves behind them.
///
/// That the leaves behind the claims don't overlap is for the caller to check, who has seen them;
/// what can be seen from the claims is checked: they come to the face, start at its first unit and
/// no two of them at the same one.
///
/// O(claims × log claims + claims × receipts).
///
/// # Errors
/// What [`ClearingError`] says, in its order.
pub fn clear_claims(
    rule: ClearingRule,
    face: Amount,
    claims: &[Claim],
    earlier: &[Amount],
    cash: Amount,
) -> Result<ClearingSheet, ClearingError> {
    check_cash(earlier, cash)?;
    let mut in_order = claims.to_vec();
    in_order.sort_unstable_by_key(|claim| claim.lowest_lo);
    check_claims(face, &in_order)?;
    share_out(rule, face, &in_order, earlier, cash)
}

/// A claim, and what of it was received before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenClaim {
    /// The claim.
    pub claim: Claim,
    /// What it has received of its units: by earlier receipts, or by whoever held them then.
    pub received: i64,
}

/// Clears as [`clear_claims`] does, where fragments have moved since the earlier receipts (recourse):
/// who holds a claim now is not who received its share then, so each claim says what it has received.
/// As long as nothing has moved it gives the same sheet.
///
/// # Errors
/// What [`ClearingError`] says, in its order.
pub fn clear_owed(
    rule: ClearingRule,
    face: Amount,
    claims: &[OpenClaim],
    earlier: &[Amount],
    cash: Amount,
) -> Result<ClearingSheet, ClearingError> {
    check_cash(earlier, cash)?;
    let mut in_order = claims.to_vec();
    in_order.sort_unstable_by_key(|open| open.claim.lowest_lo);
    let of: Vec<Claim> = in_order.iter().map(|open| open.claim).collect();
    check_claims(face, &of)?;
    let owed = open_parts(&in_order, earlier)?;
    share_last(rule, face, &of, owed, earlier, cash)
}

/// What is owed on each claim, if what they have received is what came.
fn open_parts(claims: &[OpenClaim], earlier: &[Amount]) -> Result<Vec<i64>, ClearingError> {
    let sum = |parts: &mut dyn Iterator<Item = i64>| parts.fold(0_i64, i64::saturating_add);
    let received = sum(&mut claims.iter().map(|open| open.received));
    let came = sum(&mut earlier.iter().map(|receipt| receipt.minor()));
    let fits = |open: &OpenClaim| (0..=open.claim.units).contains(&open.received);
    if received != came || !claims.iter().all(fits) {
        return Err(ClearingError::ReceivedDoesNotFit { received, came });
    }
    Ok(claims
        .iter()
        .map(|open| open.claim.units.saturating_sub(open.received))
        .collect())
}

/// Shares `cash` of `whole` over claims that stand by their lowest `lo` and come to `whole` together;
/// a claim may come to nothing.
pub(crate) fn clear_shares(
    rule: ClearingRule,
    whole: Amount,
    claims: &[Claim],
    earlier: &[Amount],
    cash: Amount,
) -> Result<ClearingSheet, ClearingError> {
    check_cash(earlier, cash)?;
    share_out(rule, whole, claims, earlier, cash)
}

impl ClearingSheet {
    /// The same claims and the same earlier receipts, with other cash: what is shared out where less
    /// comes than was asked.
    ///
    /// # Errors
    /// As [`clear_claims`].
    pub fn with_cash(&self, cash: Amount) -> Result<ClearingSheet, ClearingError> {
        check_cash(self.earlier(), cash)?;
        let claims: Vec<OpenClaim> = self
            .credits()
            .iter()
            .map(|credit| OpenClaim {
                claim: Claim {
                    holder: credit.holder,
                    account: credit.account,
                    lowest_lo: credit.lowest_lo,
                    units: credit.units.minor(),
                },
                received: credit.paid_before.minor(),
            })
            .collect();
        let owed = open_parts(&claims, self.earlier())?;
        let of: Vec<Claim> = claims.iter().map(|open| open.claim).collect();
        share_last(self.rule(), self.face(), &of, owed, self.earlier(), cash)
    }
}

pub(crate) fn check_cash(earlier: &[Amount], cash: Amount) -> Result<(), ClearingError> {
    if cash.is_zero() || earlier.iter().any(|receipt| receipt.is_zero()) {
        return Err(ClearingError::NoCash);
    }
    Ok(())
}

pub(crate) fn check_claims(face: Amount, in_order: &[Claim]) -> Result<(), ClearingError> {
    let first = in_order.first().map_or(face.minor(), |c| c.lowest_lo);
    if first > 0 {
        return Err(ClearingError::Gap { from: 0, to: first });
    }
    for (one, next) in in_order.iter().zip(in_order.iter().skip(1)) {
        if one.lowest_lo == next.lowest_lo {
            return Err(ClearingError::Overlap {
                from: one.lowest_lo,
                to: one.lowest_lo.saturating_add(1),
            });
        }
    }
    let claimed = in_order
        .iter()
        .fold(0_i64, |sum, claim| sum.saturating_add(claim.units));
    if claimed != face.minor() || in_order.iter().any(|claim| claim.units <= 0) {
        return Err(ClearingError::NotTheFace { claimed, face });
    }
    Ok(())
}

/// Shares the receipts out to the claims, which stand by their lowest `lo`.
fn share_out(
    rule: ClearingRule,
    face: Amount,
    claims: &[Claim],
    earlier: &[Amount],
    cash: Amount,
) -> Result<ClearingSheet, ClearingError> {
    let mut owed: Vec<i64> = claims.iter().map(|claim| claim.units).collect();
    for receipt in earlier {
        share_by(rule, *receipt, &mut owed)?;
    }
    share_last(rule, face, claims, owed, earlier, cash)
}

pub(crate) fn share_by(
    rule: ClearingRule,
    receipt: Amount,
    owed: &mut [i64],
) -> Result<Vec<i64>, ClearingError> {
    match rule {
        ClearingRule::V1 => share_receipt(receipt, owed),
    }
}

/// Shares the last receipt out over what is `owed` on each claim, which stand by their lowest `lo`.
pub(crate) fn share_last(
    rule: ClearingRule,
    face: Amount,
    claims: &[Claim],
    mut owed: Vec<i64>,
    earlier: &[Amount],
    cash: Amount,
) -> Result<ClearingSheet, ClearingError> {
    let shares = share_by(rule, cash, &mut owed)?;
    let credits = claims
        .iter()
        .zip(shares)
        .zip(owed)
        .map(|((claim, share), owed)| Credit {
            holder: claim.holder,
            account: claim.account,
            lowest_lo: claim.lowest_lo,
            units: minor(claim.units),
            paid_before: minor(claim.units - share - owed),
            amount: minor(share),
            owed: minor(owed),
        })
        .collect();
    Ok(ClearingSheet {
        rule,
        face,
        earlier: earlier.to_vec(),
        cash,
        credits,
    })
}

/// A part of the face, which is an amount itself.
pub(crate) fn minor(part_of_face: i64) -> Amount {
    Amount::from_minor(part_of_face).unwrap_or(Amount::ZERO)
}

pub(crate) fn check_tiling(face: Amount, in_order: &[&Leaf]) -> Result<(), ClearingError> {
    let mut reached = 0;
    for leaf in in_order {
        let (lo, hi) = (leaf.range.lo(), leaf.range.hi());
        if lo > reached {
            let to = lo.min(face.minor());
            return Err(if reached < to {
                ClearingError::Gap { from: reached, to }
            } else {
                ClearingError::BeyondFace { hi, face }
            });
        }
        if lo < reached {
            let to = hi.min(reached);
            return Err(ClearingError::Overlap { from: lo, to });
        }
        if hi > face.minor() {
            return Err(ClearingError::BeyondFace { hi, face });
        }
        reached = hi;
    }
    if reached < face.minor() {
        return Err(ClearingError::Gap {
            from: reached,
            to: face.minor(),
        });
    }
    Ok(())
}

/// All leaves of one holder at one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Who holds them.
    pub holder: PartyId,
    /// Where the holder wants to be paid.
    pub account: AccountKey,
    /// First unit of the lowest of them, 0-based.
    pub lowest_lo: i64,
    /// How many units they have together.
    pub units: i64,
}

/// The claims behind leaves that stand in order of their units.
#[must_use]
pub fn gather(in_order: &[Leaf]) -> Vec<Claim> {
    gather_claims(&in_order.iter().collect::<Vec<_>>())
}

/// Claims by their lowest `lo`, which is the order in which the leaves first name them.
pub(crate) fn gather_claims(in_order: &[&Leaf]) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    let mut place: HashMap<(PartyId, AccountKey), usize> = HashMap::new();
    for leaf in in_order {
        let units = leaf.range.amount().minor();
        let index = *place
            .entry((leaf.holder, leaf.account))
            .or_insert(claims.len());
        match claims.get_mut(index) {
            Some(claim) => claim.units += units,
            None => claims.push(Claim {
                holder: leaf.holder,
                account: leaf.account,
                lowest_lo: leaf.range.lo(),
                units,
            }),
        }
    }
    claims
}

/// Shares one receipt over what is owed, takes the shares off and returns them. A share is never
/// above what is owed: `cash × owed / Σ owed` is not, and its rounding up isn't either, as `owed` is
/// whole.
fn share_receipt(receipt: Amount, owed: &mut [i64]) -> Result<Vec<i64>, ClearingError> {
    let total: i64 = owed.iter().sum();
    let above = ClearingError::CashAboveOwed { owed: minor(total) };
    if receipt.minor() > total {
        return Err(above);
    }
    let shares = match largest_remainder(receipt.minor(), owed) {
        Ok(shares) => shares,
        // Claims are never negative, so only the total can have been empty.
        Err(
            AllocationError::NegativeTotal
            | AllocationError::NegativeWeight { .. }
            | AllocationError::NoWeight,
        ) => return Err(above),
    };
    for (owed, share) in owed.iter_mut().zip(&shares) {
        *owed -= share;
    }
    Ok(shares)
}
