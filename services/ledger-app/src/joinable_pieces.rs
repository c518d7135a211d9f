//! Which fragments can be made one: free ones of one holder that lie side by side and came by one
//! acquisition ([`ledger_core::join`]).

use chrono::NaiveDate;
use ledger_core::fragment::FragmentState;
use ledger_core::join::is_beside;
use ledger_store::live::FragmentNo;
use ledger_store::live::FragmentRecord;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;
use crate::held_fragment::HeldFragment;

/// The rows of two and more of these fragments of one holder that can be made one, each lowest first. No
/// statement where none lie side by side.
///
/// # Errors
/// The store's.
pub(crate) fn rows(
    tx: &mut ReadTx<'_>,
    fragments: impl IntoIterator<Item = FragmentRecord>,
) -> Result<Vec<Vec<FragmentRecord>>, AppError> {
    let free = |one: &FragmentRecord| one.state == FragmentState::Held;
    let mut sorted: Vec<FragmentRecord> = fragments.into_iter().filter(free).collect();
    sorted.sort_unstable_by_key(|one| (one.paper, one.range.lo()));
    let beside = |one: &FragmentRecord, next: &FragmentRecord| is_beside(one, next);
    let side_by_side = sorted.chunk_by(beside).filter(|row| row.len() > 1);
    let nos: Vec<FragmentNo> = side_by_side.flatten().map(|one| one.no).collect();
    let acquired = tx.acquisitions_of(&nos)?;
    let one = |one: &FragmentRecord, next: &FragmentRecord| {
        is_beside(one, next) && acquired.get(&one.no) == acquired.get(&next.no)
    };
    let rows = sorted.chunk_by(one).filter(|row| row.len() > 1);
    Ok(rows.map(<[FragmentRecord]>::to_vec).collect())
}

/// The row in which a fragment can be made one with those beside it, up to `limit` looked at on each side;
/// none if it can't.
///
/// # Errors
/// The store's.
pub(crate) fn row_around(
    tx: &mut ReadTx<'_>,
    held: &HeldFragment,
    today: NaiveDate,
    limit: i64,
) -> Result<Option<Vec<FragmentRecord>>, AppError> {
    if held.check_free_on(today).is_err() {
        return Ok(None);
    }
    let around = tx.free_pieces_around(&held.fragment, limit)?;
    let with_it = |row: &Vec<FragmentRecord>| row.iter().any(|one| one.no == held.fragment.no);
    Ok(rows(tx, around)?.into_iter().find(with_it))
}
