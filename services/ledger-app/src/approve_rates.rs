//! Another hand of a finance provider decides standing rates that a colleague drew up: it signs them
//! with its own key, whereby they stand, or sends them back with a word.

use ledger_core::signature::Seat;
use ledger_store::four_eyes::ProposalState;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::four_eyes;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;
use crate::proposed_rates;
use crate::publish_rates;
use crate::publish_rates::Published;
use crate::rate_table;
use crate::signing::Signing;

/// Signs proposed rates and publishes them.
///
/// # Errors
/// [`AppError::NotFound`] if they are another party's; the refusal `same_person`;
/// [`AppError::Invalid`] `rates_decided`, `not_your_key`, and those of
/// [`publish_rates::submit`].
pub fn run(
    app: &App,
    who: &Principal,
    proposal: Uuid,
    signing: &Signing<'_>,
) -> Result<Published, AppError> {
    who.may(Action::ApproveRates)?;
    person::check_own_key(app, who, signing)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let found = proposed_rates::lock(tx, who, proposal)?;
        four_eyes::check_other_hand(tx, who, &found.made_by)?;
        let whole = rate_table::from_bytes(&found.body)?;
        let signature = signing.sign(Seat::FinanceProvider, &whole.head);
        let published = publish_rates::put_up(tx, who, now, &whole, &signature)?;
        let yes = ProposalState::Approved;
        let decision = four_eyes::decision(tx, who, &found, yes, String::new(), now)?;
        tx.rate_decision_insert(&decision)?;
        Ok(published)
    })
}

/// Sends a proposal back; its maker reads the word.
///
/// # Errors
/// [`AppError::NotFound`] if it is another party's; the refusal `same_person`;
/// [`AppError::Invalid`] `rates_decided`, `word_missing`, `word_too_long`.
pub fn send_back(app: &App, who: &Principal, proposal: Uuid, word: &str) -> Result<(), AppError> {
    who.may(Action::ApproveRates)?;
    let now = app.clock.now();
    let word = four_eyes::word_said(word)?;
    app.store.write(|tx| {
        let found = proposed_rates::lock(tx, who, proposal)?;
        four_eyes::check_other_hand(tx, who, &found.made_by)?;
        let back = ProposalState::Returned;
        let decision = four_eyes::decision(tx, who, &found, back, word.clone(), now)?;
        tx.rate_decision_insert(&decision)?;
        let whole = rate_table::from_bytes(&found.body)?;
        proposed_rates::tell_maker(tx, now, who, &found, &whole.card, &word)
    })
}
