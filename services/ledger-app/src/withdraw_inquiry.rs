//! The holder takes an inquiry back: quotes on it end, sealed bids stay unread for ever.

use ledger_core::id::RequestId;
use ledger_store::finance::RequestState;
use ledger_store::quotes::QuoteState;

use crate::app::App;
use crate::error::AppError;
use crate::inquired;
use crate::letters;
use crate::policy::Action;
use crate::principal::Principal;
use crate::request_finance::not_open;
use crate::requested_fragment;
use crate::webhook_event;
use crate::webhook_event::Happening;
use crate::webhook_event::WebhookTopic;

/// Takes back what is still open of the inquiry to which `request` belongs. A second time changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's; [`AppError::Invalid`] `request_not_open` if
/// nothing of it is open: signed, declined or past its time.
pub fn run(app: &App, who: &Principal, request: RequestId) -> Result<(), AppError> {
    who.may(Action::RequestFinance)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let known = inquired::asked_with(tx, request)?;
        if known.iter().any(|request| request.holder != who.party) {
            return Err(AppError::NotFound);
        }
        let ids: Vec<_> = known.iter().map(|request| request.id).collect();
        let locked = tx.finance_requests_lock(&ids)?;
        let ended = tx.finance_requests_withdraw(&ids)?;
        if ended.is_empty() {
            let before = locked.iter().any(|r| r.state == RequestState::Withdrawn);
            return if before { Ok(()) } else { Err(not_open()) };
        }
        let quotes = tx.quotes_on_offer_close(&ended, QuoteState::Lapsed)?;
        let bids = tx.sealed_bids_lapse(&ended)?;
        let on = requested_fragment::load(tx, locked)?;
        let mut told = requested_fragment::lapse_letters(tx, &on, &quotes, false)?;
        told.extend(requested_fragment::bid_letters(&on, &bids));
        letters::tell_parties(tx, now, &told)?;
        // Who has not quoted yet hears it too: its system need not look at the request any more.
        let mut happened: Vec<_> = tx
            .finance_invitations(&ended)?
            .iter()
            .map(|invited| {
                let topic = WebhookTopic::RequestWithdrawn;
                let withdrawn = Happening::on_request(topic, invited.request, None);
                (invited.provider, withdrawn)
            })
            .collect();
        happened.extend(webhook_event::on_quotes(WebhookTopic::QuoteLapsed, &quotes));
        happened.extend(webhook_event::on_bids(&bids));
        webhook_event::tell(tx, now, &happened)
    })
}
