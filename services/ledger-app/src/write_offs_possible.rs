//! Whether a holder may write a fragment off, and how much is owed on it: what the law will ask, asked
//! before anybody signs, and what only the claims on record can tell.

use std::collections::HashMap;
use std::collections::HashSet;

use ledger_core::amount::Amount;
use ledger_core::hash::EntryHash;
use ledger_core::id::PaperId;
use ledger_core::refusal::Refusal;
use ledger_core::write_off::check_free_to_write_off;
use ledger_core::write_off::owed_on;
use ledger_store::live::FragmentNo;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::write_offs::HeldAt;

use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::received_shares;
use crate::received_shares::Received;
use crate::recourse_right;
use crate::recourse_right::RecourseRight;

/// Units of holders, and what each has received on them.
pub(crate) struct Shares {
    /// Units of the holder, and those of them below the fragment.
    around: HashMap<HeldAt, (i64, i64)>,
    received: HashMap<PaperId, Received>,
}

impl Shares {
    /// Of the holders of these fragments in their papers. Set-based.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn load(tx: &mut ReadTx<'_>, held: &[HeldFragment]) -> Result<Shares, AppError> {
        let at: Vec<HeldAt> = held.iter().map(held_at).collect();
        let mut papers: Vec<PaperId> = at.iter().map(|(paper, ..)| *paper).collect();
        papers.sort_unstable();
        papers.dedup();
        Ok(Shares {
            around: tx.units_around(&at)?,
            received: received_shares::load(tx, &papers)?,
        })
    }

    /// What is owed on a fragment now; zero if nothing is.
    pub(crate) fn owed_on(&self, held: &HeldFragment) -> Amount {
        let at = held_at(held);
        let units = held.fragment.range.amount().minor();
        let around = self.around.get(&at).copied().unwrap_or((units, 0));
        let of_paper = self.received.get(&at.0);
        let received = of_paper.and_then(|all| all.get(&at.1)).copied();
        let owed = owed_on(units, around, received.unwrap_or(0));
        Amount::from_minor(owed).unwrap_or(Amount::ZERO)
    }
}

fn held_at(held: &HeldFragment) -> HeldAt {
    let fragment = &held.fragment;
    (fragment.paper, fragment.holder, fragment.range.lo())
}

/// A fragment with what would be written off, or why it can't be.
pub(crate) struct Assessed {
    pub(crate) held: HeldFragment,
    pub(crate) owed: Result<Amount, AppError>,
}

/// What the recourse of these fragments still says.
struct Recourses {
    rights: HashMap<FragmentNo, RecourseRight>,
    /// Fragments on which a claim stands.
    claimed: HashSet<FragmentNo>,
    /// Legs on which a claim waits for its money.
    waiting: HashSet<EntryHash>,
}

impl Recourses {
    fn load(tx: &mut ReadTx<'_>, held: &[HeldFragment]) -> Result<Recourses, AppError> {
        let rights: HashMap<FragmentNo, RecourseRight> = recourse_right::rights(tx, held.to_vec())?
            .into_iter()
            .map(|right| (right.held.fragment.no, right))
            .collect();
        let legs: Vec<EntryHash> = rights.values().map(|right| right.leg.moved_by).collect();
        let nos: Vec<FragmentNo> = held.iter().map(|one| one.fragment.no).collect();
        let standing = tx.recourse_claims_standing_on(&nos)?;
        Ok(Recourses {
            claimed: standing.iter().map(|claim| claim.fragment_no()).collect(),
            waiting: tx.legs_waiting_for_money(&legs)?,
            rights,
        })
    }

    /// Nobody before the holder is left to turn to.
    fn check_exhausted(&self, no: FragmentNo) -> Result<(), AppError> {
        let right = self.rights.get(&no);
        if right.is_some_and(|right| self.waiting.contains(&right.leg.moved_by)) {
            return Err(Refusal::PayoutOpen.into());
        }
        if self.claimed.contains(&no) {
            return Err(AppError::invalid(
                "claim_open",
                "a claim by recourse stands on this fragment: withdraw it, or wait for its answer",
            ));
        }
        if right.is_some_and(|right| right.due.is_some()) {
            return Err(Refusal::RecourseOpen.into());
        }
        Ok(())
    }
}

/// Each of these fragments, in their order. Set-based.
///
/// # Errors
/// The store's.
pub(crate) fn assess(
    tx: &mut ReadTx<'_>,
    held: Vec<HeldFragment>,
) -> Result<Vec<Assessed>, AppError> {
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let shares = Shares::load(tx, &held)?;
    let recourses = Recourses::load(tx, &held)?;
    let owed = |one: &HeldFragment| {
        if one.fragment.spent {
            return Err(Refusal::FragmentSpent.into());
        }
        check_free_to_write_off(&one.paper.paper, one.fragment.state)?;
        recourses.check_exhausted(one.fragment.no)?;
        let owed = shares.owed_on(one);
        if owed.is_zero() {
            return Err(AppError::invalid(
                "nothing_owed",
                "nothing is owed on this fragment any more",
            ));
        }
        Ok(owed)
    };
    let assessed = |held: HeldFragment| Assessed {
        owed: owed(&held),
        held,
    };
    Ok(held.into_iter().map(assessed).collect())
}
