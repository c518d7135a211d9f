//! The obligor's second person signs an agreement that a colleague proposed; then the holders are
//! asked. Or sends it back with a word.

use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_store::agreements::Agreement;
use ledger_store::agreements::AgreementState;
use ledger_store::agreements::AgreementStep;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::agreed_change;
use crate::app::App;
use crate::error::AppError;
use crate::four_eyes;
use crate::letters;
use crate::notice_events;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;
use crate::propose_agreement::over;

/// Signs; every holder and pledgee is asked.
///
/// # Errors
/// [`AppError::NotFound`]; the refusal `same_person`; [`AppError::Invalid`] `agreement_over`,
/// `person_needed`, `not_your_key`.
pub fn run(app: &App, who: &Principal, signer: &Signer, agreement: Uuid) -> Result<(), AppError> {
    who.may(Action::ApproveAgreement)?;
    person::signing(app, who, signer.key())?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let found = waiting(tx, who, agreement)?;
        let signature = signer.sign(Seat::Checker, &found.body);
        let step = AgreementStep {
            state: AgreementState::Open,
            by: Some(person::hand(tx, who)?),
            name: who.name.clone(),
            signed: Some((signature.key, signature.bytes)),
            word: String::new(),
        };
        tx.agreement_step(agreement, AgreementState::Waiting, &step)?;
        let all = agreed_change::load(tx, found)?;
        letters::tell_parties(
            tx,
            now,
            &all.told_holders(notice_events::AgreementStep::Asked),
        )
    })
}

/// Sends it back; its maker reads the word.
///
/// # Errors
/// As [`run`], and [`AppError::Invalid`] `word_missing`, `word_too_long`.
pub fn send_back(app: &App, who: &Principal, agreement: Uuid, word: &str) -> Result<(), AppError> {
    who.may(Action::ApproveAgreement)?;
    let word = four_eyes::word_said(word)?;
    app.store.write(|tx| {
        let found = waiting(tx, who, agreement)?;
        let step = AgreementStep {
            state: AgreementState::Returned,
            by: Some(person::hand(tx, who)?),
            name: who.name.clone(),
            signed: None,
            word: word.clone(),
        };
        Ok(tx.agreement_step(found.id, AgreementState::Waiting, &step)?)
    })
}

/// An agreement of the caller's party that waits for a second hand, which is the caller's.
fn waiting(tx: &mut WriteTx<'_>, who: &Principal, agreement: Uuid) -> Result<Agreement, AppError> {
    let found = tx.agreement_lock(agreement)?;
    if found.obligor != who.party {
        return Err(AppError::NotFound);
    }
    if found.state != AgreementState::Waiting {
        return Err(over());
    }
    four_eyes::check_other_hand(tx, who, &found.made_by)?;
    Ok(found)
}
