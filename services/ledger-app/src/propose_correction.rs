//! One side of a transfer says that it was a mistake, and signs that the fragment goes back (更正). The
//! other signs the same, and it has ([`crate::answer_correction`]).
//!
//! As with claims by recourse, one that keeps its own key asks for the bytes ([`prepare`]), signs them
//! at home and brings them ([`submit`]).

use ledger_core::correction::TransferCorrection as SignedCorrection;
use ledger_core::party::PartyKind;
use ledger_core::refusal::Refusal;
use ledger_core::signature::signing_payload;
use ledger_store::error::StoreError;
use ledger_store::transfer_corrections::CorrectionState;
use ledger_store::transfer_corrections::TransferCorrection;
use ledger_store::unit_of_work::ReadTx;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::correction_sides;
use crate::correction_sides::MadeTransfer;
use crate::correction_sides::TransferSide;
use crate::correction_sides::not_open;
use crate::error::AppError;
use crate::four_eyes;
use crate::held_fragment;
use crate::idempotency::IdempotencyKey;
use crate::letters;
use crate::notice_events::CorrectionStep;
use crate::offered_quote::check_signature;
use crate::person;
use crate::pledged::ToSign;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;
use crate::signing::Signing;

/// A proposal on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Its id.
    pub correction: String,
}

/// What there is to sign. `fragment` is what the caller got by the transfer, or had when it gave it.
/// Keeps nothing.
///
/// # Errors
/// [`AppError::NotFound`] if it never was the caller's; [`AppError::Invalid`]
/// `correction_reason_missing`, `word_too_long`; the refusals `fragment_spent`, `paper_not_active`,
/// `fragment_not_free`, `past_maturity`, `wrong_kind_of_party`, `not_that_transfer`.
pub fn prepare(
    app: &App,
    who: &Principal,
    fragment: &str,
    reason: &str,
) -> Result<ToSign, AppError> {
    who.may(Action::CorrectTransfer)?;
    let no = app.public_ids.read(fragment).ok_or(AppError::NotFound)?;
    let made = app.store.read(|tx| {
        let made = MadeTransfer::named(tx, who, no)?;
        check(tx, who, &made)?;
        Ok::<_, AppError>(made)
    })?;
    let body = made
        .correction(random::bytes()?, &reason_of(reason)?)
        .to_bytes();
    Ok(ToSign {
        payload: signing_payload(side_of(&made, who).seat(), &body),
        body,
    })
}

/// Takes a signed proposal in and tells the other side.
///
/// # Errors
/// As [`prepare`]; [`AppError::Invalid`] `correction_unreadable`, `correction_stands`,
/// `not_your_key`; the refusals `unknown_key`, `revoked_key`, `wrong_signer`, `bad_signature`.
pub fn submit(
    app: &App,
    who: &Principal,
    (fragment, reason): (&str, &str),
    body: &[u8],
    signing: &Signing<'_>,
    key: Option<IdempotencyKey>,
) -> Result<Proposed, AppError> {
    who.may(Action::CorrectTransfer)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    person::check_own_key(app, who, signing)?;
    let no = app.public_ids.read(fragment).ok_or(AppError::NotFound)?;
    let reason = reason_of(reason)?;
    let brought = SignedCorrection::from_bytes(body).map_err(|error| {
        AppError::invalid_field(
            "body",
            "correction_unreadable",
            format!("these are not a correction's canonical bytes: {error}"),
        )
    })?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let made = MadeTransfer::named(tx, who, no)?;
        check(tx, who, &made)?;
        if made.correction(brought.id, &reason) != brought {
            return Err(Refusal::NotThatTransfer.into());
        }
        let signature = signing.sign(side_of(&made, who).seat(), body);
        check_signature(tx, who, &signature, body)?;
        let correction = TransferCorrection {
            id: Uuid::from_bytes(brought.id),
            paper: brought.paper,
            transfer: made.accepted.no,
            lo: brought.range.lo(),
            hi: brought.range.hi(),
            holder: brought.holder,
            giver: brought.giver,
            proposer: who.party,
            body: body.to_vec(),
            reason: reason.clone(),
            made_by: person::hand(tx, who)?,
            key: signature.key,
            signature: signature.bytes,
            state: CorrectionState::Open,
            word: String::new(),
            made_on: tx.business_date_today()?,
            created_at: now,
            entry: None,
        };
        tx.transfer_correction_insert(&correction)
            .map_err(already_asked)?;
        let answer = Proposed {
            correction: correction.id.to_string(),
        };
        for one in correction_sides::load(tx, vec![correction])? {
            let told = one.letters(CorrectionStep::Proposed, &[one.answered_by()]);
            letters::tell_parties(tx, now, &told)?;
        }
        if let Some(key) = &key {
            key.keep(tx, now, &answer)?;
        }
        Ok(answer)
    })
}

/// Takes a proposal back that was not answered, and tells the other side. A second time changes
/// nothing.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's; [`AppError::Invalid`] `correction_not_open`.
pub fn withdraw(app: &App, who: &Principal, correction: Uuid) -> Result<(), AppError> {
    who.may(Action::CorrectTransfer)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let found = correction_sides::one(tx, who, correction)?;
        if found.correction.proposer != who.party {
            return Err(AppError::NotFound);
        }
        if found.correction.state == CorrectionState::Withdrawn {
            return Ok(());
        }
        if !tx.transfer_correction_end(correction, CorrectionState::Withdrawn, "")? {
            return Err(not_open());
        }
        let told = found.letters(CorrectionStep::Withdrawn, &[found.answered_by()]);
        letters::tell_parties(tx, now, &told)
    })
}

/// What the law will ask of the transfer, in its order as far as the caller may know.
fn check(tx: &mut ReadTx<'_>, who: &Principal, made: &MadeTransfer) -> Result<(), AppError> {
    let today = tx.business_date_today()?;
    made.check(who.party, today)?;
    let giver = held_fragment::names(tx, [made.giver])?.remove(&made.giver);
    if giver.is_none_or(|giver| giver.kind != PartyKind::Supplier) {
        return Err(Refusal::WrongKindOfParty.into());
    }
    Ok(())
}

fn side_of(made: &MadeTransfer, who: &Principal) -> TransferSide {
    if made.giver == who.party {
        TransferSide::Giver
    } else {
        TransferSide::Holder
    }
}

fn reason_of(text: &str) -> Result<String, AppError> {
    let reason = four_eyes::word(text)?;
    if reason.is_empty() {
        return Err(AppError::invalid_field(
            "reason",
            "correction_reason_missing",
            "say what was wrong with the transfer: the other side and the auditor read it",
        ));
    }
    Ok(reason)
}

fn already_asked(error: StoreError) -> AppError {
    match &error {
        StoreError::Duplicate(constraint) if constraint == "transfer_correction_stands_unique" => {
            AppError::invalid(
                "correction_stands",
                "this transfer has been taken back, or a proposal to do so waits for an answer",
            )
        }
        _ => error.into(),
    }
}
