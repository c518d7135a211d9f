//! Fragments that a finance provider has passed on to others or was offered by them. The price, where
//! the two have noted one, is seen by the two alone.

use ledger_core::id::RetransferId;
use ledger_store::retransfers::Retransfer;

use crate::app::App;
use crate::error::AppError;
use crate::newest_first;
use crate::newest_first::Page;
use crate::newest_first::Place;
use crate::policy::Action;
use crate::principal::Principal;
use crate::retransferred;
pub use crate::retransferred::RetransferState;
use crate::retransferred::Retransferred;
use crate::traced_path;
use crate::traced_path::PathReader;
use crate::traced_path::PathStep;

/// An offer as one of the two sees it.
#[derive(Debug, Clone)]
pub struct ShownRetransfer {
    /// It, with its names.
    pub retransferred: Retransferred,
    /// Public id of the fragment that was offered.
    pub fragment: String,
    /// Whether the caller's party offered it.
    pub own: bool,
    /// Whether it waits for an answer: nothing can be answered from the due date on.
    pub open: bool,
}

const fn place(retransfer: &Retransfer) -> Place {
    Place {
        at: retransfer.created_at,
        id: *retransfer.id.bytes(),
    }
}

/// A page of the caller's party's offers, newest first.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(
    app: &App,
    who: &Principal,
    after: Option<Place>,
    limit: i64,
) -> Result<Page<ShownRetransfer>, AppError> {
    who.may(Action::ViewRequests)?;
    let after = after.map(|place| (place.at, RetransferId::from_bytes(place.id)));
    app.store.read(|tx| {
        let found = tx.retransfers_page(who.party, after, newest_first::rows(limit))?;
        let page = newest_first::page(found, limit, place);
        let today = tx.business_date_today()?;
        let items = retransferred::load(tx, page.items)?;
        Ok(Page {
            items: items
                .into_iter()
                .map(|one| shown(app, who, one, today))
                .collect(),
            next: page.next,
        })
    })
}

/// One offer, with the way of its fragment from the obligor, every name on it.
///
/// # Errors
/// [`AppError::NotFound`] if the caller's party is none of the two.
pub fn one(
    app: &App,
    who: &Principal,
    retransfer: RetransferId,
) -> Result<(ShownRetransfer, Vec<PathStep>), AppError> {
    who.may(Action::ViewRequests)?;
    app.store.read(|tx| {
        let found = retransferred::of_either(tx, who, retransfer)?;
        let entries = tx.fragment_path(found.offered_no())?;
        let (path, _known) = traced_path::trace(app, tx, &entries, PathReader::Provider)?;
        let today = tx.business_date_today()?;
        Ok((shown(app, who, found, today), path))
    })
}

fn shown(
    app: &App,
    who: &Principal,
    retransferred: Retransferred,
    today: chrono::NaiveDate,
) -> ShownRetransfer {
    ShownRetransfer {
        fragment: app.public_ids.show(retransferred.offered_no()),
        own: retransferred.retransfer.seller == who.party,
        open: retransferred.retransfer.state == RetransferState::Offered
            && today < retransferred.paper.paper.due_date,
        retransferred,
    }
}
