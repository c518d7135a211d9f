//! The pledges of which a party is a side: asked for, granted, standing, let go.

use ledger_core::id::PledgeId;
use ledger_core::paper::PaperState;
use ledger_store::pledges::Pledge;

use crate::app::App;
use crate::error::AppError;
use crate::newest_first;
use crate::newest_first::Page;
use crate::newest_first::Place;
use crate::pledged;
pub use crate::pledged::PledgeSide;
pub use crate::pledged::PledgeState;
use crate::pledged::Pledged;
use crate::policy::Action;
use crate::principal::Principal;
use crate::traced_path;
use crate::traced_path::PathReader;
use crate::traced_path::PathStep;

/// Where a pledge stands for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// As it is on record.
    At(PledgeState),
    /// The fragment was used otherwise before anything was signed.
    Void,
    /// The paper was paid, to the holder's own account.
    Paid,
}

impl Standing {
    /// Its stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Standing::At(state) => state.word(),
            Standing::Void => "void",
            Standing::Paid => "paid",
        }
    }
}

/// A pledge as one of its sides sees it.
#[derive(Debug, Clone)]
pub struct ShownPledge {
    /// It, with its names.
    pub pledged: Pledged,
    /// Public id of the fragment it stands on now.
    pub fragment: String,
    /// Which side the caller is.
    pub side: PledgeSide,
    /// Where it stands.
    pub standing: Standing,
}

const fn place(pledge: &Pledge) -> Place {
    Place {
        at: pledge.created_at,
        id: *pledge.id.bytes(),
    }
}

/// A page of the caller's party's pledges, newest first.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(
    app: &App,
    who: &Principal,
    after: Option<Place>,
    limit: i64,
) -> Result<Page<ShownPledge>, AppError> {
    who.may(Action::ViewPledges)?;
    let after = after.map(|place| (place.at, PledgeId::from_bytes(place.id)));
    app.store.read(|tx| {
        let found = tx.pledges_page(who.party, after, newest_first::rows(limit))?;
        let page = newest_first::page(found, limit, place);
        let items = pledged::load(tx, page.items)?;
        Ok(Page {
            items: items.into_iter().map(|one| shown(app, who, one)).collect(),
            next: page.next,
        })
    })
}

/// One pledge. Whoever is asked to take it sees the way of the fragment from the obligor, with every
/// name on it, as somebody asked to buy it does; so does the pledgee later on.
///
/// # Errors
/// [`AppError::NotFound`] if the caller's party is no side of it.
pub fn one(
    app: &App,
    who: &Principal,
    pledge: PledgeId,
) -> Result<(ShownPledge, Vec<PathStep>), AppError> {
    who.may(Action::ViewPledges)?;
    app.store.read(|tx| {
        let found = shown(app, who, pledged::of_either(tx, who, pledge)?);
        let reader = match found.side {
            PledgeSide::Pledgee => PathReader::Provider,
            PledgeSide::Holder => PathReader::Party(who.party),
        };
        let entries = tx.fragment_path(found.pledged.fragment.no)?;
        let (path, _known) = traced_path::trace(app, tx, &entries, reader)?;
        Ok((found, path))
    })
}

fn shown(app: &App, who: &Principal, pledged: Pledged) -> ShownPledge {
    let standing = if pledged.is_dead() {
        Standing::Void
    } else if pledged.pledge.state == PledgeState::Pledged
        && pledged.paper.paper.state == PaperState::Settled
    {
        Standing::Paid
    } else {
        Standing::At(pledged.pledge.state)
    };
    ShownPledge {
        fragment: app.public_ids.show(pledged.fragment.no),
        side: pledged.side_of(who.party),
        standing,
        pledged,
    }
}
