//! One hand of a finance provider draws up standing rates (挂牌利率). They bind the provider to every
//! price that follows from them, so nothing is published before another hand has signed them
//! ([`approve_rates`](crate::approve_rates)).

use ledger_store::four_eyes::ProposalState;
use ledger_store::rate_proposals::RateProposal;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::four_eyes;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;
use crate::proposed_rates;
use crate::publish_rates;
use crate::publish_rates::CardTerms;
use crate::random;

/// Proposes a card, with a word to who decides. What is kept are its canonical bytes: the approver
/// signs exactly those.
///
/// # Errors
/// [`AppError::Invalid`] `word_too_long`, and those of
/// [`publish_rates::prepare`].
pub fn run(app: &App, who: &Principal, terms: &CardTerms, word: &str) -> Result<Uuid, AppError> {
    who.may(Action::ProposeRates)?;
    let word = four_eyes::word(word)?;
    let card = publish_rates::drawn_up(who, terms)?;
    let now = app.clock.now();
    let id = Uuid::from_bytes(random::bytes()?);
    app.store.write(|tx| {
        publish_rates::check_now(tx, &card.card, &card.rows)?;
        let made_by = person::hand(tx, who)?;
        tx.rate_proposal_insert(&RateProposal {
            id,
            provider: who.party,
            body: card.to_bytes(),
            word: word.clone(),
            made_by,
            maker_name: who.name.clone(),
            made_at: now,
            state: ProposalState::Waiting,
        })?;
        proposed_rates::tell_approvers(tx, now, who, &card.card)?;
        Ok(id)
    })
}

/// Takes one's own proposal back before anybody has decided it.
///
/// # Errors
/// [`AppError::NotFound`] if it is another party's; [`AppError::Invalid`] `rates_decided`,
/// `rates_not_yours`.
pub fn withdraw(app: &App, who: &Principal, proposal: Uuid) -> Result<(), AppError> {
    who.may(Action::ProposeRates)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let found = proposed_rates::lock(tx, who, proposal)?;
        if found.made_by != person::hand(tx, who)? {
            return Err(AppError::invalid(
                "rates_not_yours",
                "only who proposed takes it back; send it back with a word instead",
            ));
        }
        let taken = ProposalState::Withdrawn;
        let decision = four_eyes::decision(tx, who, &found, taken, String::new(), now)?;
        Ok(tx.rate_decision_insert(&decision)?)
    })
}
