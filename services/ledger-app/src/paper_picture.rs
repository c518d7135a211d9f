//! The picture of a paper for one reader: steps from the entries on record, cells masked by the law
//! of visibility, party ids replaced by the names that may be told.

use std::collections::HashMap;

use ledger_core::fragment::FragmentState;
use ledger_core::id::PartyId;
use ledger_core::lineage::CellState;
use ledger_core::lineage::Step;
use ledger_core::lineage::icicle;
use ledger_core::party::PartyKind;
use ledger_core::range::Range;
use ledger_core::visibility::SeenCell;
use ledger_core::visibility::SeenState;
use ledger_core::visibility::Viewer;
use ledger_core::visibility::visible_to;
use ledger_store::journal::EntryRecord;
use ledger_store::parties::Party;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;
use crate::held_fragment::names;

/// What is told of a fragment whose state is not the reader's to know.
const AS_HELD: SeenState = SeenState::Known(CellState::Live(FragmentState::Held));

/// Where a cell stands, as far as it may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PictureState {
    /// Issued, waiting for the payee.
    PendingAcceptance,
    /// Held now.
    Held,
    /// Offered, not answered.
    Offered,
    /// Sold or being sold to a finance provider.
    Financed,
    /// Frozen by order.
    Frozen,
    /// Claimed back by recourse, waiting for the money.
    Claimed,
    /// Written off in its holder's own books.
    WrittenOff,
    /// Passed on since.
    PassedOn,
    /// The paper was refused or withdrawn.
    Ended,
    /// Paid.
    Settled,
    /// Not for this reader to know.
    Hidden,
}

/// A rectangle of the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureCell {
    /// Which units.
    pub range: Range,
    /// First row, 0 at the top.
    pub depth_from: u16,
    /// One past the last row.
    pub depth_to: u16,
    /// Whose, if the reader may know.
    pub holder: Option<String>,
    /// Where it stands.
    pub state: PictureState,
    /// Whether it is the reader's own.
    pub own: bool,
}

/// The steps of a paper's entries, in book order. The entries must hold, with every entry, the one
/// that made the fragment it spends.
pub(crate) fn steps(entries: &[EntryRecord]) -> Vec<Step> {
    let holders: HashMap<i64, Option<PartyId>> = entries
        .iter()
        .map(|entry| (entry.no, entry.holder))
        .collect();
    entries
        .iter()
        .filter_map(|record| {
            let entry = record.sealed.entry();
            entry.paper?;
            let state = record
                .state
                .and_then(|code| FragmentState::from_code(code, record.counterparty));
            Some(Step {
                entry: record.sealed.hash(),
                act: entry.act.code(),
                date: entry.date,
                cut: entry.cut,
                // Only a holder's own fragment is cut: both parts of an entry have its holder.
                holder_before: record
                    .spent
                    .and_then(|no| holders.get(&no.entry()).copied().flatten()),
                holder_after: state.and(record.holder),
                state_after: state,
                tier: record.tier,
            })
        })
        .collect()
}

/// Draws `entries` for `viewer`.
///
/// # Errors
/// The store's, looking up names.
pub(crate) fn draw(
    tx: &mut ReadTx<'_>,
    viewer: Viewer,
    entries: &[EntryRecord],
) -> Result<Vec<PictureCell>, AppError> {
    let seen = visible_to(viewer, &icicle(&steps(entries)));
    let waits_for = |cell: &SeenCell| match cell.state {
        SeenState::Known(CellState::Live(state)) => state.counterparty(),
        _ => None,
    };
    let named = seen.iter().flat_map(|cell| [cell.holder, waits_for(cell)]);
    let parties = names(tx, named.flatten())?;
    Ok(seen
        .into_iter()
        .map(|cell| {
            let party = cell.holder.and_then(|id| parties.get(&id));
            let other = waits_for(&cell).and_then(|id| parties.get(&id));
            let state = told(cell.state, party, other);
            PictureCell {
                range: cell.range,
                depth_from: cell.depth_from,
                depth_to: cell.depth_to,
                holder: party.map(|p| p.name.clone()),
                // A freeze and a write-off are their holder's and the auditor's to know: a neighbour
                // sees a fragment held.
                state: match state {
                    PictureState::WrittenOff if !cell.own && viewer != Viewer::Auditor => {
                        told(AS_HELD, party, other)
                    }
                    PictureState::Frozen if !cell.own && viewer != Viewer::Auditor => {
                        PictureState::Held
                    }
                    state => state,
                },
                own: cell.own,
            }
        })
        .collect())
}

fn told(state: SeenState, holder: Option<&Party>, other: Option<&Party>) -> PictureState {
    let by_obligor = other.is_some_and(|p| p.kind == PartyKind::Obligor);
    let bought = holder.is_some_and(|p| p.kind == PartyKind::FinanceProvider);
    match state {
        // To whom one sold a fragment one knows; what a bank does with it stays hidden.
        SeenState::Hidden if bought => PictureState::Financed,
        SeenState::Hidden => PictureState::Hidden,
        SeenState::Known(CellState::Past) => PictureState::PassedOn,
        SeenState::Known(CellState::Ended) => PictureState::Ended,
        SeenState::Known(CellState::Settled) => PictureState::Settled,
        SeenState::Known(CellState::Live(state)) => match state {
            FragmentState::PendingAcceptance => PictureState::PendingAcceptance,
            // What waits for the obligor's own money is its holder's still.
            FragmentState::FinanceLocked { .. } if by_obligor => PictureState::Held,
            FragmentState::Held if bought => PictureState::Financed,
            FragmentState::Held => PictureState::Held,
            FragmentState::Offered { .. } => PictureState::Offered,
            FragmentState::FinanceLocked { .. } | FragmentState::Pledged { .. } => {
                PictureState::Financed
            }
            FragmentState::Frozen { .. } => PictureState::Frozen,
            FragmentState::Redeemed => PictureState::Settled,
            FragmentState::Recourse { .. } => PictureState::Claimed,
            FragmentState::WrittenOff => PictureState::WrittenOff,
        },
    }
}
