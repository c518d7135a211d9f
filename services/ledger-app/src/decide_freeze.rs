//! Another of the operator's people holds an entered order against the order itself and decides: then
//! it is carried out at once, or it goes back with a word.

use ledger_core::refusal::Refusal;
use ledger_store::freezes::FreezeKind;
use uuid::Uuid;

use crate::app::App;
use crate::carry_out_freezes;
use crate::error::AppError;
use crate::four_eyes;
use crate::freeze_order;
use crate::freeze_order::ProposalState;
use crate::policy::Action;
use crate::principal::Principal;

/// Approves and carries out. Gives how many fragments were frozen, or freed. The decision stands by
/// itself: what can't be done at this moment (a sale whose money is under way, a busy ledger) is done
/// by the next run of [`carry_out_freezes::run_due`].
///
/// # Errors
/// [`AppError::NotFound`]; the refusals `same_person`, `order_ended`; [`AppError::Invalid`]
/// `freeze_decided`.
pub fn run(app: &App, who: &Principal, proposal: Uuid) -> Result<usize, AppError> {
    who.may(Action::DecideFreeze)?;
    let now = app.clock.now();
    let approved = app.store.write(|tx| {
        let found = freeze_order::lock(tx, proposal)?;
        four_eyes::check_other_hand(tx, who, &found.made_by)?;
        let today = tx.business_date_today()?;
        if let Some(until) = found.until.filter(|until| *until < today) {
            return Err(Refusal::OrderEnded(until).into());
        }
        let yes = ProposalState::Approved;
        let decision = four_eyes::decision(tx, who, &found, yes, String::new(), now)?;
        tx.freeze_decision_insert(&decision)?;
        Ok::<_, AppError>(found)
    })?;
    let done = match (approved.kind, approved.lifts) {
        // Another order may wait for what this one lets go.
        (FreezeKind::Lift, Some(freeze)) => carry_out_freezes::end(app, freeze)
            .and_then(|freed| carry_out_freezes::run_due(app).map(|_caught| freed)),
        _ => carry_out_freezes::catch(app, approved.id),
    };
    match done {
        Ok(count) => Ok(count),
        Err(error) => {
            tracing::warn!(%proposal, %error, "decided, and carried out by the next run");
            Ok(0)
        }
    }
}

/// Sends a proposal back; its maker reads the word.
///
/// # Errors
/// [`AppError::NotFound`]; the refusal `same_person`; [`AppError::Invalid`] `freeze_decided`,
/// `word_missing`, `word_too_long`.
pub fn send_back(app: &App, who: &Principal, proposal: Uuid, word: &str) -> Result<(), AppError> {
    who.may(Action::DecideFreeze)?;
    let now = app.clock.now();
    let word = four_eyes::word_said(word)?;
    app.store.write(|tx| {
        let found = freeze_order::lock(tx, proposal)?;
        four_eyes::check_other_hand(tx, who, &found.made_by)?;
        let back = ProposalState::Returned;
        let decision = four_eyes::decision(tx, who, &found, back, word.clone(), now)?;
        tx.freeze_decision_insert(&decision)?;
        freeze_order::tell_maker(tx, now, who, &found, &word)
    })
}
