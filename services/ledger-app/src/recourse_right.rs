//! Whether the holder of a fragment may turn to the party that gave it, and for how much.

use std::collections::HashMap;

use ledger_core::amount::Amount;
use ledger_core::fragment::FragmentState;
use ledger_core::hash::EntryHash;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::legs::Leg;
use ledger_core::recourse::Recourse;
use ledger_core::recourse_claim::RecourseDue;
use ledger_core::recourse_claim::recourse_due;
use ledger_core::refusal::Refusal;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::received_shares;

/// A fragment of a paper in default whose last change of hands gives recourse.
#[derive(Debug, Clone)]
pub struct RecourseRight {
    /// The fragment with its paper.
    pub held: HeldFragment,
    /// The change of hands.
    pub leg: Leg,
    /// What is due now; none while nothing is, or its limit is used up.
    pub due: Option<RecourseDue>,
}

/// What the law will ask of the fragment, asked before anybody signs.
///
/// # Errors
/// The law's.
pub(crate) fn check_claimable(held: &HeldFragment) -> Result<(), Refusal> {
    let paper = &held.paper.paper;
    if held.fragment.spent {
        return Err(Refusal::FragmentSpent);
    }
    if !paper.state.is_owed() {
        return Err(Refusal::PaperNotActive);
    }
    match held.fragment.state {
        FragmentState::Held => {}
        FragmentState::WrittenOff => return Err(Refusal::AlreadyWrittenOff),
        _ => return Err(Refusal::FragmentNotFree),
    }
    if !paper.arrears.dishonoured {
        return Err(Refusal::NotInDefault);
    }
    Ok(())
}

/// The rights that go with these fragments; those that came without recourse, or from the obligor,
/// are left out, and so is what moved while it was read. Set-based.
///
/// # Errors
/// The store's.
pub(crate) fn rights(
    tx: &mut ReadTx<'_>,
    held: Vec<HeldFragment>,
) -> Result<Vec<RecourseRight>, AppError> {
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let named: Vec<_> = held
        .iter()
        .map(|one| (one.fragment.reference, one.fragment.no))
        .collect();
    let legs = tx.legs_to(&named)?;
    let with_leg: Vec<(HeldFragment, Leg)> = held
        .into_iter()
        .filter_map(|one| Some((legs.get(&one.fragment.reference).copied()?, one)))
        .filter(|(leg, _)| leg.recourse != Recourse::Without)
        .map(|(leg, one)| (one, leg))
        .collect();
    let pairs: Vec<(PaperId, PartyId)> = with_leg
        .iter()
        .map(|(one, _)| (one.fragment.paper, one.fragment.holder))
        .collect();
    let mut papers: Vec<PaperId> = pairs.iter().map(|(paper, _)| *paper).collect();
    papers.sort_unstable();
    papers.dedup();
    let units = tx.units_of_holders(&pairs)?;
    let received = received_shares::load(tx, &papers)?;
    let limited: Vec<EntryHash> = with_leg.iter().map(|(_, leg)| leg.moved_by).collect();
    let claimed = tx.recourse_claimed_on(&limited)?;
    let right = |(held, leg): (HeldFragment, Leg)| {
        let pair = (held.fragment.paper, held.fragment.holder);
        let of_paper = received.get(&pair.0);
        let due = recourse_due(
            held.fragment.range.amount().minor(),
            units.get(&pair).copied()?,
            of_paper
                .and_then(|all| all.get(&pair.1))
                .copied()
                .unwrap_or(0),
            limit_left(leg, &claimed),
        );
        Some(RecourseRight { held, leg, due })
    };
    Ok(with_leg.into_iter().filter_map(right).collect())
}

/// What a leg's limit leaves; none if it has no limit.
fn limit_left(leg: Leg, claimed: &HashMap<EntryHash, i64>) -> Option<Amount> {
    let Recourse::Limited(most) = leg.recourse else {
        return None;
    };
    let used = claimed.get(&leg.moved_by).copied().unwrap_or(0);
    let left = most.minor().saturating_sub(used);
    Some(Amount::from_minor(left).unwrap_or(Amount::ZERO))
}

/// The right that goes with one fragment that can be claimed on now.
///
/// # Errors
/// The law's refusals, above all `not_in_default` and `no_recourse`.
pub(crate) fn of_one(tx: &mut ReadTx<'_>, held: HeldFragment) -> Result<RecourseRight, AppError> {
    check_claimable(&held)?;
    let right = rights(tx, vec![held])?.pop();
    right.ok_or_else(|| Refusal::NoRecourse.into())
}
