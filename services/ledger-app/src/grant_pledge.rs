//! A finance provider answers a holder who wants to pledge: it signs a deed over exactly what was
//! asked, or says no.
//!
//! As with quotes, one that keeps its own key asks for the bytes ([`prepare`]), signs them at home
//! and brings them ([`submit`]). A later deed takes the place of an earlier one until the holder has
//! signed.

use chrono::DateTime;
use chrono::Duration;
use chrono::Utc;
use ledger_core::id::PledgeId;
use ledger_core::pledge::PledgeDeed;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use ledger_store::pledges::PledgeState;
use ledger_store::pledges::SignedDeed;
use ledger_store::unit_of_work::ReadTx;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::asked_part;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::letters;
use crate::notice_pledges::PledgeStep;
use crate::offered_quote::check_signature;
use crate::pledged;
use crate::pledged::PledgeSide;
use crate::pledged::Pledged;
use crate::pledged::ToSign;
use crate::pledged::not_in_that_state;
use crate::policy::Action;
use crate::principal::Principal;
use crate::request_finance::check_expiry;
use crate::signing::Signing;

/// How long a deed stands if its pledgee says nothing else.
pub const USUAL_DAYS: i64 = 7;

/// A deed on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// Of which pledge.
    pub pledge: String,
    /// Until when the holder may sign it.
    pub expires_at: DateTime<Utc>,
}

/// What there is to sign for a deed that stands until `expires_at`. Keeps nothing.
///
/// # Errors
/// [`AppError::NotFound`] if the caller was not asked; [`AppError::Invalid`] `pledge_not_open`,
/// `expiry_not_possible`; the refusals that the holder's signature would meet.
pub fn prepare(
    app: &App,
    who: &Principal,
    pledge: PledgeId,
    expires_at: DateTime<Utc>,
) -> Result<ToSign, AppError> {
    who.may(Action::GrantPledge)?;
    let now = app.moment()?;
    let body = app.store.read(|tx| {
        let asked = open(tx, who, pledge)?;
        check_expiry(now, expires_at)?;
        Ok::<_, AppError>(deed(&asked, expires_at)?.to_bytes())
    })?;
    Ok(ToSign {
        payload: signing_payload(Seat::FinanceProvider, &body),
        body,
    })
}

/// The moment at which a deed made now usually ends.
///
/// # Errors
/// The store's.
pub fn usual_end(app: &App) -> Result<DateTime<Utc>, AppError> {
    let now = app.moment()?;
    let end = now.checked_add_signed(Duration::days(USUAL_DAYS));
    Ok(end.unwrap_or(now))
}

/// Takes a signed deed in and tells the holder.
///
/// # Errors
/// As [`prepare`]; [`AppError::Invalid`] `deed_unreadable`; the refusals `deed_does_not_fit`,
/// `unknown_key`, `revoked_key`, `wrong_signer`, `bad_signature`.
pub fn submit(
    app: &App,
    who: &Principal,
    pledge: PledgeId,
    body: &[u8],
    signing: &Signing<'_>,
    key: Option<IdempotencyKey>,
) -> Result<Granted, AppError> {
    who.may(Action::GrantPledge)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let (now, moment) = (app.clock.now(), app.moment()?);
    let signature = signing.sign(Seat::FinanceProvider, body);
    let brought = PledgeDeed::from_bytes(body).map_err(|error| {
        AppError::invalid_field(
            "body",
            "deed_unreadable",
            format!("these are not a deed's canonical bytes: {error}"),
        )
    })?;
    app.store.write(|tx| {
        tx.pledge_lock(pledge)?;
        let asked = open(tx, who, pledge)?;
        let expires_at = DateTime::from_timestamp(brought.expires_at, 0).unwrap_or(moment);
        check_expiry(moment, expires_at)?;
        if deed(&asked, expires_at)? != brought {
            return Err(Refusal::DeedDoesNotFit.into());
        }
        check_signature(tx, who, &signature, body)?;
        let signed = SignedDeed {
            body: body.to_vec(),
            key: signature.key,
            signature: signature.bytes,
            expires_at,
        };
        if !tx.pledge_grant(pledge, &signed)? {
            return Err(not_in_that_state());
        }
        let granted = pledged::of_either(tx, who, pledge)?;
        let told = [(granted.holder.id, granted.told(PledgeStep::Granted)?)];
        letters::tell_parties(tx, now, &told)?;
        let answer = Granted {
            pledge: pledge.to_string(),
            expires_at,
        };
        if let Some(key) = &key {
            key.keep(tx, now, &answer)?;
        }
        Ok(answer)
    })
}

/// Says no, or takes a deed back that the holder has not signed, and tells the holder. A second time
/// changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] if the caller was not asked; [`AppError::Invalid`] `pledge_not_open`.
pub fn decline(app: &App, who: &Principal, pledge: PledgeId) -> Result<(), AppError> {
    who.may(Action::GrantPledge)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let asked = pledged::of_side(tx, who, pledge, PledgeSide::Pledgee)?;
        if asked.pledge.state == PledgeState::Declined {
            return Ok(());
        }
        if !tx.pledge_end(pledge, PledgeState::Declined)? {
            return Err(not_in_that_state());
        }
        let told = [(asked.holder.id, asked.told(PledgeStep::Declined)?)];
        letters::tell_parties(tx, now, &told)
    })
}

/// The pledge, as long as a deed can come of it.
fn open(tx: &mut ReadTx<'_>, who: &Principal, pledge: PledgeId) -> Result<Pledged, AppError> {
    let asked = pledged::of_side(tx, who, pledge, PledgeSide::Pledgee)?;
    if !matches!(
        asked.pledge.state,
        PledgeState::Asked | PledgeState::Granted
    ) {
        return Err(not_in_that_state());
    }
    if asked.fragment.spent {
        return Err(Refusal::FragmentSpent.into());
    }
    let held = HeldFragment {
        fragment: asked.fragment,
        paper: asked.paper.clone(),
        obligor: asked.obligor.clone(),
    };
    let today = tx.business_date_today()?;
    asked_part::check_free(&held, today, asked.amount()?)?;
    Ok(asked)
}

/// The one deed that says what was asked.
fn deed(asked: &Pledged, expires_at: DateTime<Utc>) -> Result<PledgeDeed, AppError> {
    let pledge = &asked.pledge;
    Ok(PledgeDeed {
        id: pledge.id,
        pledgee: pledge.pledgee,
        holder: pledge.holder,
        paper: pledge.paper,
        fragment: asked.fragment.reference,
        range: asked.range()?,
        currency: pledge.currency,
        secured: pledge.secured,
        loan: pledge.loan.clone(),
        expires_at: expires_at.timestamp(),
    })
}
