//! What finance providers' standing rates give a holder at once: looked at before anybody is asked,
//! and put on offer again for an inquiry whose earlier ones have expired.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::fragment::FragmentState;
use ledger_core::id::PartyId;
use ledger_core::id::RequestId;
use ledger_core::party::PartyKind;
use ledger_core::quote::Quote;
use ledger_core::refusal::Refusal;
use ledger_core::sale_cost::SaleCost;
use ledger_core::sale_cost::combined_annual_cost;
use ledger_store::finance::InvitationState;
use ledger_store::live::FragmentRecord;
use ledger_store::unit_of_work::WriteTx;
use rust_decimal::Decimal;

use crate::app::App;
use crate::asked_part;
use crate::compared_offer;
use crate::compared_offer::OfferKind;
use crate::error::AppError;
use crate::inquired;
use crate::offered_quote::check_bids_open;
use crate::offered_quote::check_open;
use crate::policy::Action;
use crate::principal::Principal;
use crate::request_finance::AskedPart;
use crate::request_finance::check_holder;
use crate::requested_fragment;
use crate::requested_fragment::RequestedFragment;
use crate::standing_offers;
use crate::standing_offers::Asked;
use crate::standing_offers::AtOnce;

/// What one provider's standing rates would give for all that is asked on, with one kind of
/// recourse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingOffer {
    /// The provider's name.
    pub provider_name: String,
    /// One quote a fragment, in the order asked.
    pub quotes: Vec<Quote>,
    /// What would arrive, together.
    pub proceeds: Amount,
    /// All that the holder would give up, percent a year.
    pub annual_cost: Decimal,
}

/// What all standing rates would give for fragments of the caller's or their front parts, most
/// proceeds first. Keeps nothing and asks nobody.
///
/// # Errors
/// As [`request_finance::run`](crate::request_finance::run) about the fragments.
pub fn preview(
    app: &App,
    who: &Principal,
    parts: &[AskedPart],
) -> Result<Vec<StandingOffer>, AppError> {
    who.may(Action::RequestFinance)?;
    let now = app.moment()?;
    let parts = asked_part::look_up(app, who, parts)?;
    let asked: Vec<Asked<'_>> = parts
        .iter()
        .map(|part| part.wanted(DateTime::<Utc>::MAX_UTC))
        .collect();
    let found = app.store.read(|tx| {
        let all = tx.parties_of_kind(PartyKind::FinanceProvider)?;
        if all.is_empty() {
            return Ok(Vec::new());
        }
        let providers: Vec<PartyId> = all.iter().map(|party| party.id).collect();
        standing_offers::best(tx, app, &asked, &providers, now)
    })?;
    together(found, asked.len())
}

/// The offers that are on everything.
fn together(found: Vec<AtOnce>, asked: usize) -> Result<Vec<StandingOffer>, AppError> {
    let mut kinds: BTreeMap<OfferKind, Vec<AtOnce>> = BTreeMap::new();
    for one in found {
        let kind = compared_offer::kind(&one.quote, true);
        kinds.entry(kind).or_default().push(one);
    }
    let mut offers = Vec::new();
    for group in kinds.into_values().filter(|group| group.len() == asked) {
        let sales = group
            .iter()
            .map(|one| compared_offer::sale(&one.quote))
            .collect::<Result<Vec<SaleCost>, AppError>>()?;
        let (Some(first), Some(annual_cost)) = (group.first(), combined_annual_cost(&sales)) else {
            continue;
        };
        offers.push(StandingOffer {
            provider_name: first.provider_name.clone(),
            proceeds: compared_offer::sum(group.iter().map(|one| one.quote.proceeds))?,
            annual_cost,
            quotes: group.into_iter().map(|one| one.quote).collect(),
        });
    }
    offers.sort_by_key(|offer| std::cmp::Reverse(offer.proceeds));
    Ok(offers)
}

/// Puts on offer again what the standing rates of the invited give for what is open of the inquiry
/// to which `request` belongs. Who has said no to any of it is left alone. Gives how many quotes are
/// new.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's; [`AppError::Invalid`] `request_not_open`,
/// `sealed_bids_only`; [`Refusal::FragmentSpent`], [`Refusal::FragmentNotFree`],
/// [`Refusal::PastMaturity`] if nothing of it can be sold any more.
pub fn again(app: &App, who: &Principal, request: RequestId) -> Result<usize, AppError> {
    who.may(Action::RequestFinance)?;
    let now = app.moment()?;
    app.store.write(|tx| {
        let known = inquired::asked_with(tx, request)?;
        if known.iter().any(|one| one.holder != who.party) {
            return Err(AppError::NotFound);
        }
        let ids: Vec<RequestId> = known.iter().map(|one| one.id).collect();
        let locked = tx.finance_requests_lock(&ids)?;
        let all = requested_fragment::load(tx, locked)?;
        let (mut there, mut refused) = (Vec::new(), None);
        for asked in &all {
            match still_there(tx, asked, now) {
                Ok(fragment) => there.push((asked, fragment)),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        if let (true, Some(error)) = (there.is_empty(), refused) {
            return Err(error);
        }
        let invitations = tx.finance_invitations(&ids)?;
        let said_no = |provider: PartyId| {
            invitations
                .iter()
                .any(|i| i.provider == provider && i.state == InvitationState::Declined)
        };
        let mut providers: Vec<PartyId> = invitations
            .iter()
            .map(|invitation| invitation.provider)
            .filter(|provider| !said_no(*provider))
            .collect();
        providers.sort_unstable();
        providers.dedup();
        let on = there
            .iter()
            .map(|(asked, fragment)| {
                let wanted = Asked {
                    paper: &asked.paper,
                    fragment,
                    range: asked.range()?,
                    until: asked.request.expires_at,
                };
                Ok((asked.request.id, wanted))
            })
            .collect::<Result<Vec<_>, AppError>>()?;
        standing_offers::put_on_offer(tx, app, &on, &providers, now)
    })
}

/// The fragment of a request, if it can be sold now.
fn still_there(
    tx: &mut WriteTx<'_>,
    asked: &RequestedFragment,
    now: DateTime<Utc>,
) -> Result<FragmentRecord, AppError> {
    check_open(asked, now)?;
    check_bids_open(tx, asked)?;
    check_holder(&asked.holder)?;
    let fragment = asked.check_there(tx)?;
    if fragment.state != FragmentState::Held {
        return Err(Refusal::FragmentNotFree.into());
    }
    let due = asked.paper.paper.due_date;
    if tx.business_date_today()? >= due {
        return Err(Refusal::PastMaturity(due).into());
    }
    Ok(fragment)
}
