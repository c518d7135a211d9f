//! Transfers taken back, or proposed to be, as their two sides see them.

use ledger_core::fragment::Side;
use ledger_store::live::FragmentNo;
use ledger_store::unit_of_work::ReadTx;
use uuid::Uuid;

use crate::app::App;
use crate::correction_sides;
pub use crate::correction_sides::CorrectionState;
pub use crate::correction_sides::CorrectionWithSides;
pub use crate::correction_sides::TransferSide;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;

/// Most corrections on one page.
pub const MOST: i64 = 100;

/// A correction as one of its sides sees it.
#[derive(Debug, Clone)]
pub struct ShownCorrection {
    /// It, with its names.
    pub sides: CorrectionWithSides,
    /// Which side the caller is.
    pub side: TransferSide,
    /// Whether it waits for the caller's answer.
    pub asked: bool,
    /// Whether the caller proposed it, and can still take it back.
    pub takes_back: bool,
    /// Whether nothing can come of it any more, though nobody has said no.
    pub over: bool,
    /// Public id of the fragment, where it is the caller's now.
    pub fragment: Option<String>,
}

/// Those of which the caller's party is a side, newest first.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(app: &App, who: &Principal) -> Result<Vec<ShownCorrection>, AppError> {
    who.may(Action::ViewCorrections)?;
    app.store.read(|tx| {
        let found = tx.transfer_corrections_of(who.party, MOST)?;
        let found = correction_sides::load(tx, found)?;
        shown(app, tx, who, found)
    })
}

/// One of them.
///
/// # Errors
/// [`AppError::NotFound`] if the caller's party is no side of it.
pub fn one(app: &App, who: &Principal, correction: Uuid) -> Result<ShownCorrection, AppError> {
    who.may(Action::ViewCorrections)?;
    app.store.read(|tx| {
        let found = correction_sides::one(tx, who, correction)?;
        let found = shown(app, tx, who, vec![found])?.pop();
        found.ok_or(AppError::NotFound)
    })
}

fn shown(
    app: &App,
    tx: &mut ReadTx<'_>,
    who: &Principal,
    found: Vec<CorrectionWithSides>,
) -> Result<Vec<ShownCorrection>, AppError> {
    let today = tx.business_date_today()?;
    let one = |sides: CorrectionWithSides| {
        let side = sides.side_of(who.party);
        let over = sides.is_over(side, today);
        let open = sides.correction.state == CorrectionState::Open;
        let proposed = sides.proposed_by() == side;
        let no = match (side, sides.correction.entry) {
            (TransferSide::Giver, Some(entry)) => Some(FragmentNo::of(entry, Side::Left)),
            (TransferSide::Holder, None) => Some(sides.held.fragment.no),
            _ => None,
        };
        ShownCorrection {
            asked: open && !over && !proposed,
            takes_back: open && proposed,
            over,
            fragment: no.map(|no| app.public_ids.show(no)),
            side,
            sides,
        }
    };
    Ok(found.into_iter().map(one).collect())
}
