//! A claim by recourse with what its two sides may be shown: the fragment, its paper, who owes, who
//! claims, from whom.

use std::collections::HashMap;

use ledger_core::amount::Amount;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::range::Range;
use ledger_store::live::FragmentNo;
use ledger_store::parties::Party;
pub use ledger_store::recourse_claims::ClaimState;
pub use ledger_store::recourse_claims::RecourseClaim;
use ledger_store::unit_of_work::ReadTx;
use uuid::Uuid;

use crate::batch_effects::BatchEffects;
use crate::error::AppError;
use crate::held_fragment;
use crate::held_fragment::HeldFragment;
use crate::notice::FragmentNamed;
use crate::notice::Notice;
use crate::notice_events::PaperEvent;
use crate::notice_events::RecourseStep;
use crate::notice_events::RecourseTold;
use crate::principal::Principal;
use crate::wording;

/// A claim with its names.
#[derive(Debug, Clone)]
pub struct ClaimWithSides {
    /// It.
    pub claim: RecourseClaim,
    /// The fragment it stands on now, live or spent, with its paper and obligor.
    pub held: HeldFragment,
    /// Who claims.
    pub claimant: Party,
    /// From whom.
    pub against: Party,
}

/// Which side of a claim somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimSide {
    /// It claims.
    Claimant,
    /// It is to pay.
    Payer,
}

impl ClaimWithSides {
    /// Which side `party` is; the two are never one.
    #[must_use]
    pub fn side_of(&self, party: PartyId) -> ClaimSide {
        if self.claim.against == party {
            ClaimSide::Payer
        } else {
            ClaimSide::Claimant
        }
    }

    /// Whether nothing can come of it any more: it stands on a fragment that was used otherwise.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        let stands = matches!(self.claim.state, ClaimState::Open | ClaimState::Disputed);
        stands && self.held.fragment.spent
    }

    /// The cents claimed on.
    ///
    /// # Errors
    /// [`AppError::Internal`]; the database checks ranges.
    pub fn range(&self) -> Result<Range, AppError> {
        Range::new(self.claim.lo, self.claim.hi)
            .map_err(|_empty| AppError::Internal("a claim without a range".to_owned()))
    }

    /// An amount in the paper's currency, for people.
    #[must_use]
    pub fn money(&self, amount: Amount) -> String {
        wording::money(amount, self.held.paper.paper.currency)
    }

    /// The letter about a step to each of these sides.
    pub(crate) fn letters(
        &self,
        step: RecourseStep,
        amount: Option<Amount>,
        to: &[ClaimSide],
    ) -> Vec<(PartyId, Notice)> {
        let paper = &self.held.paper.paper;
        let range = self.range().map(|range| range.to_string());
        let fragment = FragmentNamed {
            paper: wording::paper(&paper.number, &self.held.obligor.name),
            range: range.unwrap_or_default(),
        };
        let letter = |side: &ClaimSide| {
            let (to, other) = match side {
                ClaimSide::Claimant => (&self.claimant, &self.against),
                ClaimSide::Payer => (&self.against, &self.claimant),
            };
            let told = RecourseTold {
                step,
                claim: self.claim.id.to_string(),
                fragment: fragment.clone(),
                amount: amount.map(|amount| self.money(amount)),
                other: other.name.clone(),
                word: self.claim.word.clone(),
                own_claim: *side == ClaimSide::Claimant,
            };
            (to.id, Notice::PaperEvent(PaperEvent::Recourse(told)))
        };
        to.iter().map(letter).collect()
    }
}

/// Loads what belongs to these claims, set-based, in their order.
///
/// # Errors
/// The store's; [`AppError::NotFound`] if a claim's paper, fragment or party is gone.
pub(crate) fn load(
    tx: &mut ReadTx<'_>,
    claims: Vec<RecourseClaim>,
) -> Result<Vec<ClaimWithSides>, AppError> {
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let mut nos: Vec<FragmentNo> = claims.iter().map(RecourseClaim::fragment_no).collect();
    nos.sort_unstable();
    nos.dedup();
    let held: HashMap<FragmentNo, HeldFragment> = HeldFragment::load_all(tx, &nos)?
        .into_iter()
        .map(|one| (one.fragment.no, one))
        .collect();
    let sides = claims.iter().flat_map(|one| [one.claimant, one.against]);
    let parties = held_fragment::names(tx, sides)?;
    let party = |id: PartyId| parties.get(&id).cloned().ok_or(AppError::NotFound);
    claims
        .into_iter()
        .map(|claim| {
            let held = held.get(&claim.fragment_no()).cloned();
            Ok(ClaimWithSides {
                held: held.ok_or(AppError::NotFound)?,
                claimant: party(claim.claimant)?,
                against: party(claim.against)?,
                claim,
            })
        })
        .collect()
}

/// The claim, if the caller's party is this side of it, or any if none is said; to anybody else it
/// does not exist.
pub(crate) fn one(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    id: Uuid,
    side: Option<ClaimSide>,
) -> Result<ClaimWithSides, AppError> {
    let mut found = tx.recourse_claims_by_ids(&[id])?;
    found.retain(|claim| match side {
        Some(ClaimSide::Claimant) => claim.claimant == who.party,
        Some(ClaimSide::Payer) => claim.against == who.party,
        None => [claim.claimant, claim.against].contains(&who.party),
    });
    load(tx, found)?.pop().ok_or(AppError::NotFound)
}

/// These papers are paid in full: claims on them that were not taken up are over, and both sides are
/// told.
///
/// # Errors
/// The store's.
pub(crate) fn lapse(also: &mut BatchEffects<'_, '_>, papers: &[PaperId]) -> Result<(), AppError> {
    let open = also.recourse_claims_open_on(papers)?;
    if open.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = open.iter().map(|claim| claim.id).collect();
    also.recourse_claims_move(&ids, ClaimState::Lapsed, None)?;
    let sides = load(also, open)?;
    let both = [ClaimSide::Claimant, ClaimSide::Payer];
    for one in sides {
        also.tell_all(one.letters(RecourseStep::Lapsed, None, &both));
    }
    Ok(())
}

/// The claim is no longer where this can be done.
pub(crate) fn not_in_that_state() -> AppError {
    AppError::invalid(
        "claim_not_open",
        "the claim has moved on: look at it again to see how far it is",
    )
}
