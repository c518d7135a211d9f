//! The obligor's second person signs an offer to pay early that a colleague proposed; then every holder
//! may accept. Or sends it back with a word.

use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_store::redemption_offers::RedemptionDecision;
use ledger_store::redemption_offers::RedemptionOfferRow;
use ledger_store::redemption_offers::RedemptionOfferState;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::four_eyes;
use crate::letters;
use crate::notice_events::RedemptionStep;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;
use crate::propose_redemption::check_paper;
use crate::propose_redemption::over;
use crate::redemption;

/// Signs; every holder is told the same.
///
/// # Errors
/// [`AppError::NotFound`]; the refusals `same_person`, `paper_not_active`, `past_maturity`;
/// [`AppError::Invalid`] `redemption_offer_over` (its last day may be over too), `person_needed`,
/// `not_your_key`.
pub fn run(app: &App, who: &Principal, signer: &Signer, offer: Uuid) -> Result<(), AppError> {
    who.may(Action::ApproveRedemption)?;
    person::signing(app, who, signer.key())?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let found = waiting(tx, who, offer)?;
        let today = tx.business_date_today()?;
        // Every holder has a day at least.
        if found.accept_by <= today {
            return Err(over());
        }
        let all = redemption::load(tx, found)?;
        check_paper(&all.paper.paper, today)?;
        if all.paper.paper.due_date != all.offer.due_date {
            return Err(over());
        }
        let signature = signer.sign(Seat::Checker, &all.row.body);
        let decision = RedemptionDecision {
            by: person::hand(tx, who)?,
            name: who.name.clone(),
            signed: Some((signature.key, signature.bytes)),
            word: String::new(),
        };
        tx.redemption_offer_decide(offer, &decision)?;
        let told: Vec<_> = redemption::claims_on(tx, &all.paper)?
            .into_iter()
            .map(|(holder, faces)| {
                let (amount, price) = all.price_of_all(&faces);
                (holder, all.told(RedemptionStep::Offered, amount, price))
            })
            .collect();
        letters::tell_parties(tx, now, &told)
    })
}

/// Sends it back; its maker reads the word.
///
/// # Errors
/// As [`run`], and [`AppError::Invalid`] `word_missing`, `word_too_long`.
pub fn send_back(app: &App, who: &Principal, offer: Uuid, word: &str) -> Result<(), AppError> {
    who.may(Action::ApproveRedemption)?;
    let word = four_eyes::word_said(word)?;
    app.store.write(|tx| {
        waiting(tx, who, offer)?;
        let decision = RedemptionDecision {
            by: person::hand(tx, who)?,
            name: who.name.clone(),
            signed: None,
            word: word.clone(),
        };
        Ok(tx.redemption_offer_decide(offer, &decision)?)
    })
}

/// An offer of the caller's party that waits for a second hand, which is the caller's.
fn waiting(
    tx: &mut WriteTx<'_>,
    who: &Principal,
    offer: Uuid,
) -> Result<RedemptionOfferRow, AppError> {
    let found = tx.redemption_offer_lock(offer)?;
    if found.obligor != who.party {
        return Err(AppError::NotFound);
    }
    if found.state != RedemptionOfferState::Waiting {
        return Err(over());
    }
    four_eyes::check_other_hand(tx, who, &found.made_by)?;
    Ok(found)
}
