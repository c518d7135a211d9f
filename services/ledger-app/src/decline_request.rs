//! A finance provider's own system says no to a request for money. Its people propose and approve
//! instead ([`propose_answer`](crate::propose_answer)).

use ledger_core::id::RequestId;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;
use crate::said_no;

/// Says no to a request. When all who were asked have said no, the request is over.
///
/// # Errors
/// [`AppError::NotFound`] if the caller was not invited; [`AppError::Invalid`] `request_not_open`,
/// `quote_on_offer`, `quote_follows_from_card`, `bid_sealed`.
pub fn run(app: &App, who: &Principal, request: RequestId) -> Result<(), AppError> {
    who.may(Action::Quote)?;
    app.store.write(|tx| {
        tx.finance_request_lock(request)?;
        said_no::write_down(tx, app, who, request)
    })
}
