//! Recourse as the two sides see it: what the party may claim, what it has claimed, and what is claimed
//! from it.

use ledger_core::amount::Amount;
use ledger_store::live::FragmentNo;
use ledger_store::unit_of_work::ReadTx;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment;
use crate::held_fragment::HeldFragment;
use crate::policy::Action;
use crate::principal::Principal;
use crate::recourse_right;
use crate::recourse_right::RecourseRight;
use crate::recourse_sides;
pub use crate::recourse_sides::ClaimSide;
pub use crate::recourse_sides::ClaimState;
use crate::recourse_sides::ClaimWithSides;

/// Most claims, and most rights, on one page.
pub const MOST: i64 = 100;

/// A fragment on which the party may turn to the one before.
#[derive(Debug, Clone)]
pub struct ShownRight {
    /// Public id of the fragment.
    pub fragment: String,
    /// The right.
    pub right: RecourseRight,
    /// The party before.
    pub giver: String,
    /// What is due now; zero if the limit is used up.
    pub due: Amount,
}

/// A claim as one of its sides sees it.
#[derive(Debug, Clone)]
pub struct ShownClaim {
    /// It, with its names.
    pub sides: ClaimWithSides,
    /// Which side the caller is.
    pub side: ClaimSide,
    /// Public id of the fragment it stands on now.
    pub fragment: String,
    /// Where it stands: [`ClaimState::Lapsed`] too if the fragment was used otherwise.
    pub state: ClaimState,
    /// What is due now if it stands, what is or was paid if it was taken up.
    pub amount: Option<Amount>,
}

/// What a party sees.
#[derive(Debug, Clone)]
pub struct Recourses {
    /// What it may claim, the oldest due first; fragments claimed on already are left out.
    pub rights: Vec<ShownRight>,
    /// The newest claims of which it is a side.
    pub claims: Vec<ShownClaim>,
}

/// All of it.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(app: &App, who: &Principal) -> Result<Recourses, AppError> {
    who.may(Action::ViewRecourse)?;
    app.store.read(|tx| {
        let claims = tx.recourse_claims_of(who.party, MOST)?;
        let claims = recourse_sides::load(tx, claims)?;
        let claims = shown(app, tx, who, claims)?;
        let nos = tx.holding_nos_in_default(who.party, MOST)?;
        let claimed: Vec<FragmentNo> = tx
            .recourse_claims_standing_on(&nos)?
            .iter()
            .map(|claim| claim.fragment_no())
            .collect();
        let free: Vec<FragmentNo> = nos.into_iter().filter(|no| !claimed.contains(no)).collect();
        let held = HeldFragment::load_all(tx, &free)?;
        let rights = recourse_right::rights(tx, held)?;
        let givers = held_fragment::names(tx, rights.iter().map(|right| right.leg.giver))?;
        let name = |right: &RecourseRight| givers.get(&right.leg.giver).map(|p| p.name.clone());
        let rights = rights
            .into_iter()
            .map(|right| ShownRight {
                fragment: app.public_ids.show(right.held.fragment.no),
                giver: name(&right).unwrap_or_default(),
                due: right.due.map_or(Amount::ZERO, |due| due.amount),
                right,
            })
            .collect();
        Ok(Recourses { rights, claims })
    })
}

/// One claim.
///
/// # Errors
/// [`AppError::NotFound`] if the caller's party is no side of it.
pub fn one(app: &App, who: &Principal, claim: Uuid) -> Result<ShownClaim, AppError> {
    who.may(Action::ViewRecourse)?;
    app.store.read(|tx| {
        let found = recourse_sides::one(tx, who, claim, None)?;
        let found = shown(app, tx, who, vec![found])?.pop();
        found.ok_or(AppError::NotFound)
    })
}

fn shown(
    app: &App,
    tx: &mut ReadTx<'_>,
    who: &Principal,
    claims: Vec<ClaimWithSides>,
) -> Result<Vec<ShownClaim>, AppError> {
    let stands = |one: &ClaimWithSides| {
        matches!(one.claim.state, ClaimState::Open | ClaimState::Disputed)
            && recourse_right::check_claimable(&one.held).is_ok()
    };
    let standing = claims.iter().filter(|one| stands(one));
    let due = recourse_right::rights(tx, standing.map(|one| one.held.clone()).collect())?;
    let due_on = |no: FragmentNo| {
        let right = due.iter().find(|right| right.held.fragment.no == no)?;
        right.due.map(|due| due.amount)
    };
    Ok(claims
        .into_iter()
        .map(|sides| ShownClaim {
            side: sides.side_of(who.party),
            fragment: app.public_ids.show(sides.held.fragment.no),
            state: if sides.is_dead() {
                ClaimState::Lapsed
            } else {
                sides.claim.state
            },
            amount: sides
                .claim
                .amount
                .or_else(|| due_on(sides.held.fragment.no)),
            sides,
        })
        .collect())
}
