//! Where a range of a paper came from and where it went: the history that containment gives.
//!
//! Depth counts the changes of holder: the payee stands at depth 0, whoever has it from the payee at
//! depth 1, a finance provider one below the seller. (A fragment's *tier* doesn't count a discount.)

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::apply::Applied;
use crate::entry::Cut;
use crate::entry::SealedEntry;
use crate::fragment::FragmentState;
use crate::hash::EntryHash;
use crate::id::PartyId;
use crate::range::Range;

/// What an entry did to a paper, as far as its history is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The entry.
    pub entry: EntryHash,
    /// Its act's number ([`Act::code`](crate::act::Act::code)).
    pub act: u8,
    /// Its business date.
    pub date: NaiveDate,
    /// `[lo, mid)` is what it acted on.
    pub cut: Cut,
    /// Who held it before; none for issue and settle.
    pub holder_before: Option<PartyId>,
    /// Who holds `[lo, mid)` after it; none if nobody does (refuse, withdraw) or all do (settle).
    pub holder_after: Option<PartyId>,
    /// What may happen to `[lo, mid)` next; none as above.
    pub state_after: Option<FragmentState>,
    /// Tier of the holder after it; 0 if there is none.
    pub tier: u16,
}

impl Step {
    /// From an entry about a paper and what it made; `None` for entries about the book.
    #[must_use]
    pub fn of(sealed: &SealedEntry, applied: &Applied) -> Option<Step> {
        let entry = sealed.entry();
        entry.paper?;
        Some(Step {
            entry: sealed.hash(),
            act: entry.act.code(),
            date: entry.date,
            cut: entry.cut,
            holder_before: applied.spent.map(|fragment| fragment.holder),
            holder_after: applied.left.map(|fragment| fragment.holder),
            state_after: applied.left.map(|fragment| fragment.state),
            tier: applied.left.map_or(0, |fragment| fragment.tier),
        })
    }

    /// The units it acted on.
    #[must_use]
    pub fn range(&self) -> Option<Range> {
        Range::new(self.cut.lo, self.cut.mid).ok()
    }

    /// Whether it is about all of the paper, whoever holds what.
    const fn is_of_whole_paper(&self) -> bool {
        self.holder_before.is_none() && self.holder_after.is_none()
    }
}

/// The steps that acted on all of `range`, in their order: from the issue to now, one holder at a
/// time. `steps` are those of one paper in book order. Linear in them.
#[must_use]
pub fn path_to_origin(steps: &[Step], range: Range) -> Vec<&Step> {
    steps
        .iter()
        .filter(|step| step.range().is_some_and(|acted| acted.contains(range)))
        .collect()
}

/// Number of the act that shares out cash.
const SETTLE: u8 = 34;

/// Number of the act that makes a paper void.
const VOID: u8 = 21;

/// Number of the act that makes one fragment of two: the neighbour begins within its range.
const JOIN: u8 = 45;

/// Where a cell of the picture stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CellState {
    /// Passed on since.
    Past,
    /// Held now.
    Live(FragmentState),
    /// The paper was refused, withdrawn or made void.
    Ended,
    /// Paid, in part or in full.
    Settled,
}

/// One holder's hold on a range: a rectangle of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Which units.
    pub range: Range,
    /// First row, 0 at the top.
    pub depth_from: u16,
    /// One past the last row; what is held now reaches the bottom.
    pub depth_to: u16,
    /// Who.
    pub holder: PartyId,
    /// Where it stands.
    pub state: CellState,
    /// The entry by which the holder got it.
    pub received: EntryHash,
    /// All units the holder got by that entry.
    pub leg: Range,
}

/// A holding that has not ended.
#[derive(Debug, Clone, Copy)]
struct Holding {
    range: Range,
    depth: u16,
    holder: PartyId,
    state: CellState,
    received: EntryHash,
    leg: Range,
}

impl Holding {
    const fn cell(&self, range: Range, depth_to: u16, state: CellState) -> Cell {
        Cell {
            range,
            depth_from: self.depth,
            depth_to,
            holder: self.holder,
            state,
            received: self.received,
            leg: self.leg,
        }
    }
}

/// The cells of a whole paper: in every row its ranges tile the face. What one holder has passed on
/// from one receipt, side by side, is one cell; what is held now is one cell per live fragment.
/// `steps` are those of the paper in book order. Ordered by depth, then by `lo`.
///
/// Steps that don't follow from each other (not from one journal) give cells that don't tile.
#[must_use]
pub fn icicle(steps: &[Step]) -> Vec<Cell> {
    let mut holdings: BTreeMap<i64, Holding> = BTreeMap::new();
    let mut past: Vec<Cell> = Vec::new();
    let mut ended = None;
    for step in steps {
        match step.act {
            SETTLE => ended = Some(CellState::Settled),
            VOID => ended = Some(CellState::Ended),
            _ => {}
        }
        if let Some(range) = step.range()
            && !step.is_of_whole_paper()
        {
            take_step(step, range, &mut holdings, &mut past);
        }
    }
    let bottom = holdings.values().map(|h| h.depth).max().unwrap_or(0);
    let bottom = bottom.saturating_add(1);
    let mut cells = joined(past);
    cells.extend(holdings.values().map(|holding| {
        let state = match (holding.state, ended) {
            (CellState::Live(_), Some(ended)) => ended,
            (state, _) => state,
        };
        holding.cell(holding.range, bottom, state)
    }));
    cells.sort_by_key(|cell| (cell.depth_from, cell.range.lo()));
    cells
}

fn take_step(
    step: &Step,
    range: Range,
    holdings: &mut BTreeMap<i64, Holding>,
    past: &mut Vec<Cell>,
) {
    if step.act == JOIN {
        join_into(range, holdings);
    }
    let Some(spent) = holdings.remove(&range.lo()) else {
        if let (Some(holder), Some(state)) = (step.holder_after, step.state_after) {
            let issued = Holding {
                range,
                depth: 0,
                holder,
                state: CellState::Live(state),
                received: step.entry,
                leg: range,
            };
            holdings.insert(range.lo(), issued);
        }
        return;
    };
    if let Ok(rest) = Range::new(range.hi(), spent.range.hi()) {
        holdings.insert(
            rest.lo(),
            Holding {
                range: rest,
                ..spent
            },
        );
    }
    let front = match (step.holder_after, step.state_after) {
        (Some(holder), Some(state)) if holder == spent.holder => Holding {
            range,
            state: CellState::Live(state),
            ..spent
        },
        (Some(holder), Some(state)) => {
            let depth = spent.depth.saturating_add(1);
            past.push(spent.cell(range, depth, CellState::Past));
            Holding {
                range,
                depth,
                holder,
                state: CellState::Live(state),
                received: step.entry,
                leg: range,
            }
        }
        _ => Holding {
            range,
            state: CellState::Ended,
            ..spent
        },
    };
    holdings.insert(range.lo(), front);
}

/// Takes away what is joined to the holding at the beginning of `range`. Who sees a part of the steps may
/// not have seen where the neighbour was cut: what lies beyond stays.
fn join_into(range: Range, holdings: &mut BTreeMap<i64, Holding>) {
    let inside = holdings.range(range.lo().saturating_add(1)..range.hi());
    let inside: Vec<Holding> = inside.map(|(_lo, holding)| *holding).collect();
    for joined in inside {
        holdings.remove(&joined.range.lo());
        if let Ok(beyond) = Range::new(range.hi(), joined.range.hi()) {
            let rest = Holding {
                range: beyond,
                ..joined
            };
            holdings.insert(beyond.lo(), rest);
        }
    }
}

/// Joins neighbours that came by one receipt.
fn joined(mut past: Vec<Cell>) -> Vec<Cell> {
    past.sort_by_key(|cell| (cell.depth_from, cell.range.lo()));
    let mut cells: Vec<Cell> = Vec::with_capacity(past.len());
    for cell in past {
        if let Some(last) = cells.last_mut()
            && last.received == cell.received
            && last.range.hi() == cell.range.lo()
            && let Ok(range) = Range::new(last.range.lo(), cell.range.hi())
        {
            last.range = range;
        } else {
            cells.push(cell);
        }
    }
    cells
}
