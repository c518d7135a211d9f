//! A finance provider says no to a request for money.

use ledger_core::id::RequestId;
use ledger_store::finance::InvitationState;
use ledger_store::finance::RequestState;
use ledger_store::quotes::QuoteState;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;
use crate::quote_fragment::check_open;
use crate::quote_fragment::on_offer;
use crate::requested_fragment::invited;

/// Says no to a request. When all who were asked have said no, the request is over.
///
/// # Errors
/// [`AppError::NotFound`] if the caller was not invited; [`AppError::Invalid`] `request_not_open`,
/// `quote_on_offer`.
pub fn run(app: &App, who: &Principal, request: RequestId) -> Result<(), AppError> {
    who.may(Action::Quote)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        tx.finance_request_lock(request)?;
        let asked = invited(tx, who, request)?;
        let invitations = tx.finance_invitations(&[request])?;
        let said_no = |state| state == InvitationState::Declined;
        if invitations
            .iter()
            .any(|i| i.provider == who.party && said_no(i.state))
        {
            return Ok(());
        }
        check_open(&asked, now)?;
        let mine_on_offer = tx
            .quotes_of_requests(&[request])?
            .iter()
            .any(|q| q.provider == who.party && q.state == QuoteState::Offered);
        if mine_on_offer {
            return Err(on_offer());
        }
        tx.finance_invitation_state_set(request, who.party, InvitationState::Declined)?;
        let nobody_left = invitations
            .iter()
            .all(|i| i.provider == who.party || said_no(i.state));
        if nobody_left {
            tx.finance_request_state_set(request, RequestState::Declined)?;
        }
        Ok(())
    })
}
