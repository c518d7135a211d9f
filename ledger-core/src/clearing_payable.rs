//! Clearing a paper of which the obligor has paid parts early: cash at maturity is shared among the
//! others only.

use crate::amount::Amount;
use crate::clearing::Claim;
use crate::clearing::ClearingError;
use crate::clearing::Leaf;
use crate::clearing::OpenClaim;
use crate::clearing::check_cash;
use crate::clearing::check_claims;
use crate::clearing::check_tiling;
use crate::clearing::gather_claims;
use crate::clearing::minor;
use crate::clearing::share_by;
use crate::clearing::share_last;
use crate::clearing_sheet::ClearingRule;
use crate::clearing_sheet::ClearingSheet;
use crate::id::PartyId;

/// Clears as [`clear`](crate::clearing::clear) does, where `obligor` may have paid parts of the paper early
/// ([`redemption`](crate::redemption)): what it holds of its own paper is redeemed, counts as paid in
/// full, and takes no share; the first of the sheet's earlier receipts is what was redeemed. The same
/// sheet as without it where it holds nothing.
///
/// # Errors
/// What [`ClearingError`] says, in its order.
pub fn clear_payable(
    rule: ClearingRule,
    face: Amount,
    obligor: PartyId,
    leaves: &[Leaf],
    earlier: &[Amount],
    cash: Amount,
) -> Result<ClearingSheet, ClearingError> {
    check_cash(earlier, cash)?;
    let mut in_order: Vec<&Leaf> = leaves.iter().collect();
    in_order.sort_unstable_by_key(|leaf| leaf.range.lo());
    check_tiling(face, &in_order)?;
    let claims = gather_claims(&in_order);
    share_payable(rule, face, obligor, &claims, earlier, cash)
}

/// Clears as [`clear_payable`] does, from claims that have been added up already, as
/// [`clear_claims`](crate::clearing::clear_claims) takes them.
///
/// # Errors
/// What [`ClearingError`] says, in its order.
pub fn clear_payable_claims(
    rule: ClearingRule,
    face: Amount,
    obligor: PartyId,
    claims: &[Claim],
    earlier: &[Amount],
    cash: Amount,
) -> Result<ClearingSheet, ClearingError> {
    check_cash(earlier, cash)?;
    let mut in_order = claims.to_vec();
    in_order.sort_unstable_by_key(|claim| claim.lowest_lo);
    check_claims(face, &in_order)?;
    share_payable(rule, face, obligor, &in_order, earlier, cash)
}

/// Claims on which something has moved, with what `obligor` holds of its own paper as paid in full, and
/// the receipts that [`clear_owed`](crate::clearing::clear_owed) takes with them: what was redeemed
/// comes first.
#[must_use]
pub fn open_payable(
    claims: &[OpenClaim],
    obligor: PartyId,
    earlier: &[Amount],
) -> (Vec<OpenClaim>, Vec<Amount>) {
    let mut redeemed = 0_i64;
    let paid = |open: &OpenClaim| {
        if open.claim.holder != obligor {
            return *open;
        }
        redeemed = redeemed.saturating_add(open.claim.units);
        OpenClaim {
            received: open.claim.units,
            ..*open
        }
    };
    let claims = claims.iter().map(paid).collect();
    let first = (redeemed > 0).then(|| minor(redeemed));
    let before = first.into_iter().chain(earlier.iter().copied()).collect();
    (claims, before)
}

/// Shares the receipts out to all claims but the obligor's own, which stand by their lowest `lo`.
fn share_payable(
    rule: ClearingRule,
    face: Amount,
    obligor: PartyId,
    claims: &[Claim],
    earlier: &[Amount],
    cash: Amount,
) -> Result<ClearingSheet, ClearingError> {
    let open = |claim: &Claim| i64::from(claim.holder != obligor) * claim.units;
    let mut owed: Vec<i64> = claims.iter().map(open).collect();
    for receipt in earlier {
        share_by(rule, *receipt, &mut owed)?;
    }
    let redeemed = claims.iter().filter(|claim| claim.holder == obligor);
    let redeemed = minor(redeemed.fold(0, |sum, claim| claim.units.saturating_add(sum)));
    let before = (!redeemed.is_zero()).then_some(redeemed);
    let earlier: Vec<Amount> = before.into_iter().chain(earlier.iter().copied()).collect();
    share_last(rule, face, claims, owed, &earlier, cash)
}
