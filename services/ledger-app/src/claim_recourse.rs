//! The holder of a fragment of a paper in default turns to the party that gave it (追索): it signs a
//! claim over what is owed on these cents. What that is on the day of payment follows from the
//! journal.
//!
//! As with deeds of pledge, one that keeps its own key asks for the bytes ([`prepare`]), signs them at
//! home and brings them ([`submit`]).

use ledger_core::recourse_claim::RecourseClaim as SignedClaim;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use ledger_store::error::StoreError;
use ledger_store::recourse_claims::ClaimState;
use ledger_store::recourse_claims::RecourseClaim;
use ledger_store::unit_of_work::ReadTx;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::letters;
use crate::notice_events::RecourseStep;
use crate::offered_quote::check_signature;
use crate::pledged::ToSign;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;
use crate::recourse_right;
use crate::recourse_right::RecourseRight;
use crate::recourse_sides;
use crate::recourse_sides::ClaimSide;
use crate::recourse_sides::not_in_that_state;
use crate::signing::Signing;

/// A claim on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// Its id.
    pub claim: String,
}

/// What there is to sign. Keeps nothing.
///
/// # Errors
/// [`AppError::NotFound`] if the fragment is not the caller's; the refusals `fragment_spent`,
/// `paper_not_active`, `fragment_not_free`, `not_in_default`, `no_recourse`;
/// [`AppError::Invalid`] `nothing_due`.
pub fn prepare(app: &App, who: &Principal, fragment: &str) -> Result<ToSign, AppError> {
    who.may(Action::ClaimRecourse)?;
    let no = app.public_ids.read(fragment).ok_or(AppError::NotFound)?;
    let right = app.store.read(|tx| {
        let held = HeldFragment::load_no(tx, no)?;
        own_right(tx, who, held)
    })?;
    let body = claim_of(&right, random::bytes()?).to_bytes();
    Ok(ToSign {
        payload: signing_payload(Seat::Holder, &body),
        body,
    })
}

/// Takes a signed claim in and tells the other party.
///
/// # Errors
/// As [`prepare`]; [`AppError::Invalid`] `claim_unreadable`, `claim_stands`; the refusals
/// `claim_does_not_fit`, `unknown_key`, `revoked_key`, `wrong_signer`, `bad_signature`.
pub fn submit(
    app: &App,
    who: &Principal,
    fragment: &str,
    body: &[u8],
    signing: &Signing<'_>,
    key: Option<IdempotencyKey>,
) -> Result<Claimed, AppError> {
    who.may(Action::ClaimRecourse)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let no = app.public_ids.read(fragment).ok_or(AppError::NotFound)?;
    let brought = SignedClaim::from_bytes(body).map_err(|error| {
        AppError::invalid_field(
            "body",
            "claim_unreadable",
            format!("these are not a claim's canonical bytes: {error}"),
        )
    })?;
    let signature = signing.sign(Seat::Holder, body);
    let now = app.clock.now();
    app.store.write(|tx| {
        let held = HeldFragment::load_no(tx, no)?;
        let right = own_right(tx, who, held)?;
        if claim_of(&right, brought.id) != brought {
            return Err(Refusal::ClaimDoesNotFit.into());
        }
        check_signature(tx, who, &signature, body)?;
        let id = Uuid::from_bytes(brought.id);
        let range = right.held.fragment.range;
        let claim = RecourseClaim {
            id,
            paper: right.held.fragment.paper,
            parent: no.entry(),
            side: i16::try_from(no.0 & 1).unwrap_or(0),
            lo: range.lo(),
            hi: range.hi(),
            claimant: who.party,
            against: right.leg.giver,
            leg: *right.leg.moved_by.bytes(),
            body: body.to_vec(),
            key: signature.key,
            signature: signature.bytes,
            state: ClaimState::Open,
            word: String::new(),
            made_on: tx.business_date_today()?,
            created_at: now,
            amount: None,
            units: None,
            entry: None,
            instruction: None,
            end_entry: None,
        };
        tx.recourse_claim_insert(&claim).map_err(already_claimed)?;
        let made = recourse_sides::load(tx, vec![claim])?;
        let amount = right.due.map(|due| due.amount);
        for one in &made {
            let told = one.letters(RecourseStep::Claimed, amount, &[ClaimSide::Payer]);
            letters::tell_parties(tx, now, &told)?;
        }
        let answer = Claimed {
            claim: id.to_string(),
        };
        if let Some(key) = &key {
            key.keep(tx, now, &answer)?;
        }
        Ok(answer)
    })
}

/// Takes a claim back that was not taken up, and tells the other party. A second time changes
/// nothing.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's; [`AppError::Invalid`] `claim_not_open`.
pub fn withdraw(app: &App, who: &Principal, claim: Uuid) -> Result<(), AppError> {
    who.may(Action::ClaimRecourse)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let found = recourse_sides::one(tx, who, claim, Some(ClaimSide::Claimant))?;
        if found.claim.state == ClaimState::Withdrawn {
            return Ok(());
        }
        if tx.recourse_claims_move(&[claim], ClaimState::Withdrawn, None)? != 1 {
            return Err(not_in_that_state());
        }
        let told = found.letters(RecourseStep::Withdrawn, None, &[ClaimSide::Payer]);
        letters::tell_parties(tx, now, &told)
    })
}

fn own_right(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    held: HeldFragment,
) -> Result<RecourseRight, AppError> {
    if held.fragment.holder != who.party {
        return Err(AppError::NotFound);
    }
    let right = recourse_right::of_one(tx, held)?;
    if right.due.is_none() {
        return Err(AppError::invalid(
            "nothing_due",
            "nothing is due by recourse on this fragment: it is paid, or the limit agreed on is used up",
        ));
    }
    Ok(right)
}

fn claim_of(right: &RecourseRight, id: [u8; 16]) -> SignedClaim {
    let fragment = &right.held.fragment;
    SignedClaim {
        id,
        paper: fragment.paper,
        fragment: fragment.reference,
        range: fragment.range,
        claimant: fragment.holder,
        against: right.leg.giver,
        leg: right.leg.moved_by,
    }
}

fn already_claimed(error: StoreError) -> AppError {
    match &error {
        StoreError::Duplicate(constraint) if constraint == "recourse_claim_fragment_unique" => {
            AppError::invalid(
                "claim_stands",
                "this fragment is claimed on already: withdraw that claim first",
            )
        }
        _ => error.into(),
    }
}
