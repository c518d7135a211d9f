//! What finance providers' standing rates give a holder at once: looked at before anybody is asked,
//! and put on offer again for a request whose earlier ones have expired.

use ledger_core::amount::Amount;
use ledger_core::fragment::FragmentState;
use ledger_core::id::PartyId;
use ledger_core::id::RequestId;
use ledger_core::party::PartyKind;
use ledger_core::refusal::Refusal;
use ledger_store::finance::InvitationState;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::offered_quote::check_open;
use crate::policy::Action;
use crate::principal::Principal;
use crate::request_finance::check_free;
use crate::request_finance::check_holder;
use crate::requested_fragment;
use crate::standing_offers;
use crate::standing_offers::Asked;
use crate::standing_offers::AtOnce;

/// What all standing rates would give for the front `amount` of a fragment of the caller's, most
/// proceeds first. Keeps nothing and asks nobody.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's fragment; the refusals that signing a quote on
/// it would meet.
pub fn preview(
    app: &App,
    who: &Principal,
    fragment: &str,
    amount: Amount,
) -> Result<Vec<AtOnce>, AppError> {
    who.may(Action::RequestFinance)?;
    let now = app.clock.now();
    let held = HeldFragment::load(app, fragment)?;
    if held.fragment.holder != who.party {
        return Err(AppError::NotFound);
    }
    held.check_concerned(who.party)?;
    let range = check_free(&held, app.business_date()?, amount)?;
    let asked = Asked::of(&held, range, chrono::DateTime::<chrono::Utc>::MAX_UTC);
    app.store.read(|tx| {
        let all = tx.parties_of_kind(PartyKind::FinanceProvider)?;
        let providers: Vec<PartyId> = all.iter().map(|party| party.id).collect();
        standing_offers::best(tx, app, &[asked], &providers, now)
    })
}

/// Puts on offer again what the standing rates of the invited give for an open request of the
/// caller's. Gives how many quotes are new.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's; [`AppError::Invalid`] `request_not_open`;
/// [`Refusal::FragmentSpent`], [`Refusal::FragmentNotFree`], [`Refusal::PastMaturity`].
pub fn again(app: &App, who: &Principal, request: RequestId) -> Result<usize, AppError> {
    who.may(Action::RequestFinance)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let known = tx.finance_request_lock(request)?;
        if known.holder != who.party {
            return Err(AppError::NotFound);
        }
        let asked = requested_fragment::load_one(tx, request)?;
        check_open(&asked, now)?;
        check_holder(&asked.holder)?;
        let fragment = asked.check_there(tx)?;
        if fragment.state != FragmentState::Held {
            return Err(Refusal::FragmentNotFree.into());
        }
        let due = asked.paper.paper.due_date;
        if tx.business_date_today()? >= due {
            return Err(Refusal::PastMaturity(due).into());
        }
        let providers: Vec<PartyId> = tx
            .finance_invitations(&[request])?
            .iter()
            .filter(|invitation| invitation.state != InvitationState::Declined)
            .map(|invitation| invitation.provider)
            .collect();
        let on = Asked {
            paper: &asked.paper,
            fragment: &fragment,
            range: asked.range()?,
            until: known.expires_at,
        };
        standing_offers::put_on_offer(tx, app, &[(request, on)], &providers, now)
    })
}
