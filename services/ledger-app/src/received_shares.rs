//! What each holder of a paper has received of its face and still has units for: what settlement
//! shared out, and what went with the units that recourse moved.

use std::collections::HashMap;

use ledger_core::clearing_sheet::ClearingSheet;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_store::settlements::RunState;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;

/// Minor units by holder.
pub(crate) type Received = HashMap<PartyId, i64>;

/// Of each of these papers.
///
/// # Errors
/// The store's; [`AppError::Internal`] if a kept sheet can't be read.
pub(crate) fn load(
    tx: &mut ReadTx<'_>,
    papers: &[PaperId],
) -> Result<HashMap<PaperId, Received>, AppError> {
    let mut received: HashMap<PaperId, Received> = HashMap::new();
    for run in tx.settlements_of_papers(papers)? {
        let (RunState::Completed, Some(bytes)) = (run.state, &run.sheet) else {
            continue;
        };
        let sheet = ClearingSheet::from_bytes(bytes)
            .map_err(|error| AppError::Internal(format!("sheet of run {}: {error}", run.id)))?;
        let of_paper = received.entry(run.paper_id).or_default();
        for credit in sheet.credits() {
            add(of_paper, credit.holder, credit.amount.minor());
        }
    }
    for moved in tx.recourse_carried(papers)? {
        let of_paper = received.entry(moved.paper).or_default();
        add(of_paper, moved.from, moved.carried.saturating_neg());
        add(of_paper, moved.to, moved.carried);
    }
    Ok(received)
}

/// The same, only of those on which a fragment has moved by recourse: the others' holders received
/// what the receipts give them.
///
/// # Errors
/// As [`load`].
pub(crate) fn of_moved(
    tx: &mut ReadTx<'_>,
    papers: &[PaperId],
) -> Result<HashMap<PaperId, Received>, AppError> {
    let mut moved: Vec<PaperId> = tx
        .recourse_carried(papers)?
        .into_iter()
        .map(|share| share.paper)
        .collect();
    moved.dedup();
    if moved.is_empty() {
        return Ok(HashMap::new());
    }
    load(tx, &moved)
}

fn add(received: &mut Received, holder: PartyId, minor: i64) {
    let sum = received.entry(holder).or_default();
    *sum = sum.saturating_add(minor);
}
