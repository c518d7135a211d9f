//! A provider's no to a request for money.

use ledger_core::id::RequestId;
use ledger_store::finance::InvitationState;
use ledger_store::finance::RequestState;
use ledger_store::quotes::QuoteState;
use ledger_store::sealed_bids::BidState;
use ledger_store::unit_of_work::WriteTx;

use crate::app::App;
use crate::business_time;
use crate::error::AppError;
use crate::offered_quote::check_open;
use crate::offered_quote::follows_from_card;
use crate::offered_quote::on_offer;
use crate::principal::Principal;
use crate::requested_fragment::invited;
use crate::seal_bid::bid_sealed;

/// Writes the no down; when all who were asked have said no, the request is over. A second no
/// changes nothing. The caller holds the lock of the request.
///
/// # Errors
/// [`AppError::NotFound`] if the caller was not invited; [`AppError::Invalid`] `request_not_open`,
/// `quote_on_offer`, `quote_follows_from_card`, `bid_sealed`.
pub(crate) fn write_down(
    tx: &mut WriteTx<'_>,
    app: &App,
    who: &Principal,
    request: RequestId,
) -> Result<(), AppError> {
    let asked = invited(tx, who, request)?;
    let invitations = tx.finance_invitations(&[request])?;
    let said_no = |state| state == InvitationState::Declined;
    if invitations
        .iter()
        .any(|i| i.provider == who.party && said_no(i.state))
    {
        return Ok(());
    }
    let now = business_time::moment(tx, app)?;
    check_open(&asked, now)?;
    let mine_on_offer = tx
        .quotes_of_requests(&[request])?
        .into_iter()
        .find(|q| q.provider == who.party && q.state == QuoteState::Offered);
    match mine_on_offer.map(|quote| (quote.card, quote.expires_at)) {
        None => {}
        // A standing offer keeps its word for its few minutes; one that is past them is over.
        Some((Some(_card), expires_at)) if expires_at <= now => {}
        Some((Some(_card), _)) => return Err(follows_from_card()),
        Some((None, _)) => return Err(on_offer()),
    }
    let sealed = tx
        .sealed_bids_of_requests(&[request])?
        .iter()
        .any(|bid| bid.provider == who.party && bid.state == BidState::Sealed);
    if sealed {
        return Err(bid_sealed());
    }
    tx.finance_invitation_state_set(request, who.party, InvitationState::Declined)?;
    let nobody_left = invitations
        .iter()
        .all(|i| i.provider == who.party || said_no(i.state));
    if nobody_left {
        tx.finance_request_state_set(request, RequestState::Declined)?;
    }
    Ok(())
}
