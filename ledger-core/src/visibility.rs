//! Who may see what of a paper's picture (the visibility matrix of the trade).
//!
//! A party sees itself, whom it has a range from and whom it passed it on to, each only as far as
//! they share it. All else is one nameless block: its inner edges, its depth and its states stay
//! hidden, so that nothing which others do among themselves changes what a party sees.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::fragment::FragmentState;
use crate::hash::EntryHash;
use crate::id::PartyId;
use crate::lineage::Cell;
use crate::lineage::CellState;
use crate::range::Range;

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// The obligor: its payee by name, below it only that something was passed on.
    Obligor,
    /// A party that holds, held, or is offered a part.
    Holder(PartyId),
    /// A finance provider invited to quote for this range: everybody on its path.
    Invited(Range),
    /// Everything.
    Auditor,
}

/// What may be told about a cell's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SeenState {
    /// All of it.
    Known(CellState),
    /// Nothing: what became of it is not the viewer's to know.
    Hidden,
}

/// A cell as somebody may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenCell {
    /// Which units.
    pub range: Range,
    /// First row, 0 at the top.
    pub depth_from: u16,
    /// One past the last row.
    pub depth_to: u16,
    /// Who, if the viewer may know; else several holders may be merged in it.
    pub holder: Option<PartyId>,
    /// Where it stands.
    pub state: SeenState,
    /// Whether it is the viewer's own.
    pub own: bool,
}

/// A cell that may be named. Where several cover a unit, the one of the lowest layer is seen.
#[derive(Debug, Clone, Copy)]
struct Named {
    seen: SeenCell,
    layer: u32,
}

/// What may be named, and how many rows may be shown: the depth of the rest is hidden.
struct View {
    named: Vec<Named>,
    rows: u16,
}

const OWN: u32 = 0;
const FROM: u32 = 1;

/// The layer of those the viewer passed a range to. If a range came back and was passed on again,
/// the later recipient is seen from its row on.
fn to_layer(depth: u16) -> u32 {
    u32::MAX.saturating_sub(u32::from(depth))
}

/// The picture as `viewer` may see it. `cells` are all of one paper, from
/// [`icicle`](crate::lineage::icicle). In every row the ranges tile the face.
#[must_use]
pub fn visible_to(viewer: Viewer, cells: &[Cell]) -> Vec<SeenCell> {
    let View { named, rows } = match viewer {
        Viewer::Auditor => return cells.iter().map(|cell| shown(cell, false)).collect(),
        Viewer::Obligor => named_for_obligor(cells),
        Viewer::Holder(party) => named_for_holder(party, cells),
        Viewer::Invited(range) => named_for_invited(range, cells),
    };
    let face = cells.iter().map(|cell| cell.range.hi()).max().unwrap_or(0);
    let mut seen = Seen::default();
    for depth in 0..rows {
        let row = named
            .iter()
            .filter(|one| (one.seen.depth_from..one.seen.depth_to).contains(&depth));
        seen.add_row(depth, row_of(face, row));
    }
    seen.cells
}

const fn shown(cell: &Cell, own: bool) -> SeenCell {
    SeenCell {
        range: cell.range,
        depth_from: cell.depth_from,
        depth_to: cell.depth_to,
        holder: Some(cell.holder),
        state: SeenState::Known(cell.state),
        own,
    }
}

/// The payee's cells; an offer that is not accepted yet is not the obligor's business.
fn named_for_obligor(cells: &[Cell]) -> View {
    let passed_on = cells.iter().any(|cell| cell.depth_from > 0);
    let mut named: Vec<Named> = Vec::new();
    for cell in cells.iter().filter(|cell| cell.depth_from == 0) {
        let state = match cell.state {
            CellState::Live(
                FragmentState::Offered { .. }
                | FragmentState::FinanceLocked { .. }
                | FragmentState::Pledged { .. }
                | FragmentState::Frozen { .. }
                | FragmentState::Recourse { .. }
                | FragmentState::WrittenOff,
            ) => CellState::Live(FragmentState::Held),
            state => state,
        };
        let still_there = state != CellState::Past;
        let seen = SeenCell {
            depth_to: if still_there && passed_on { 2 } else { 1 },
            state: SeenState::Known(state),
            ..shown(cell, false)
        };
        // How the payee cuts what it keeps is hidden too.
        if let Some(last) = named.last_mut()
            && last.seen.state == seen.state
            && last.seen.range.hi() == seen.range.lo()
            && let Ok(range) = Range::new(last.seen.range.lo(), seen.range.hi())
        {
            last.seen.range = range;
        } else {
            named.push(Named { seen, layer: OWN });
        }
    }
    View {
        named,
        // One row for all that lies below the payee, however deep.
        rows: if passed_on { 2 } else { 1 },
    }
}

fn named_for_holder(party: PartyId, cells: &[Cell]) -> View {
    let answers = |cell: &Cell| matches!(cell.state, CellState::Live(state) if state.counterparty() == Some(party));
    let own = |cell: &&Cell| cell.holder == party;
    let depths = cells
        .iter()
        .filter(|cell| own(cell) || answers(cell))
        .map(|cell| cell.depth_from);
    // One row more than the viewer's deepest, for those it passes on to; whether or not it does.
    let rows = depths.max().map_or(1, |depth| depth.saturating_add(2));
    let mut named = Vec::new();
    for cell in cells.iter().filter(own) {
        let mut seen = shown(cell, true);
        if seen.state != SeenState::Known(CellState::Past) {
            seen.depth_to = rows;
        }
        named.push(Named { seen, layer: OWN });
    }
    for cell in cells.iter().filter(|cell| answers(cell)) {
        let seen = SeenCell {
            depth_to: rows,
            ..shown(cell, false)
        };
        named.push(Named { seen, layer: FROM });
    }
    named.extend(neighbours(party, rows, cells));
    View { named, rows }
}

/// Whom the viewer has its ranges from and whom it passed them to, each as far as they share it: a
/// neighbour is known over the leg between the two, and not what it did with the rest.
fn neighbours(party: PartyId, rows: u16, cells: &[Cell]) -> Vec<Named> {
    let mut legs = BTreeSet::new();
    let mut named = Vec::new();
    let above = holders_above(cells);
    for cell in cells {
        let Some(from) = above.get(&cell.received) else {
            continue;
        };
        let is_new = legs.insert(cell.received);
        if !is_new || (cell.holder == party) == (*from == party) {
            continue;
        }
        let (holder, layer, depth_from, depth_to, state) = if cell.holder == party {
            let depth = cell.depth_from.saturating_sub(1);
            let past = SeenState::Known(CellState::Past);
            (*from, FROM, depth, cell.depth_from, past)
        } else {
            let layer = to_layer(cell.depth_from);
            (cell.holder, layer, cell.depth_from, rows, SeenState::Hidden)
        };
        let seen = SeenCell {
            range: cell.leg,
            depth_from,
            depth_to,
            holder: Some(holder),
            state,
            own: false,
        };
        named.push(Named { seen, layer });
    }
    named
}

/// For each leg below the payee, who passed it on: the holder of the cell right above.
fn holders_above(cells: &[Cell]) -> HashMap<EntryHash, PartyId> {
    let past: HashMap<u16, Vec<&Cell>> = cells
        .iter()
        .filter(|cell| cell.state == CellState::Past)
        .fold(HashMap::new(), |mut rows, cell| {
            rows.entry(cell.depth_from).or_default().push(cell);
            rows
        });
    let mut above = HashMap::new();
    for cell in cells {
        let row = cell.depth_from.checked_sub(1).and_then(|d| past.get(&d));
        // Rows come ordered by `lo`: the last that starts at or before the leg covers it.
        let giver = row.and_then(|row| {
            let after = row.partition_point(|past| past.range.lo() <= cell.leg.lo());
            row.get(after.checked_sub(1)?)
        });
        if let Some(giver) = giver {
            above.insert(cell.received, giver.holder);
        }
    }
    above
}

/// Everybody on the path of `range`; a waiting recipient or rival provider is not on it.
fn named_for_invited(range: Range, cells: &[Cell]) -> View {
    let on_path = cells.iter().filter_map(|cell| {
        let lo = cell.range.lo().max(range.lo());
        let part = Range::new(lo, cell.range.hi().min(range.hi())).ok()?;
        let seen = shown(cell, false);
        let live = matches!(cell.state, CellState::Live(_));
        Some(SeenCell {
            range: part,
            depth_to: if cell.state == CellState::Past {
                seen.depth_to
            } else {
                cell.depth_from.saturating_add(1)
            },
            state: if live { SeenState::Hidden } else { seen.state },
            ..seen
        })
    });
    let mut named: Vec<Named> = on_path.map(|seen| Named { seen, layer: OWN }).collect();
    let rows = named.iter().map(|one| one.seen.depth_to).max().unwrap_or(1);
    for one in &mut named {
        if one.seen.state != SeenState::Known(CellState::Past) {
            one.seen.depth_to = rows;
        }
    }
    View { named, rows }
}

/// One row: what may be named where, and nameless ranges between.
fn row_of<'a>(
    face: i64,
    named: impl Iterator<Item = &'a Named>,
) -> Vec<(Range, Option<&'a SeenCell>)> {
    let mut layers: BTreeMap<u32, Vec<&SeenCell>> = BTreeMap::new();
    let mut edges = BTreeSet::from([0, face]);
    for one in named {
        edges.extend([one.seen.range.lo(), one.seen.range.hi()]);
        layers.entry(one.layer).or_default().push(&one.seen);
    }
    for layer in layers.values_mut() {
        layer.sort_by_key(|seen| seen.range.lo());
    }
    let mut row: Vec<(Range, Option<&SeenCell>)> = Vec::new();
    for (lo, hi) in edges.iter().zip(edges.iter().skip(1)) {
        let Ok(range) = Range::new(*lo, *hi) else {
            continue;
        };
        let seen = layers.values().find_map(|layer| covering(layer, range));
        match row.last_mut() {
            Some((last, same)) if is_same(*same, seen) => {
                *last = Range::new(last.lo(), *hi).unwrap_or(*last);
            }
            _ => row.push((range, seen)),
        }
    }
    row
}

fn is_same(one: Option<&SeenCell>, other: Option<&SeenCell>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => std::ptr::eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

fn covering<'a>(layer: &[&'a SeenCell], range: Range) -> Option<&'a SeenCell> {
    let after = layer.partition_point(|seen| seen.range.lo() <= range.lo());
    let seen = layer.get(after.checked_sub(1)?)?;
    seen.range.contains(range).then_some(*seen)
}

/// Rows put together: a cell that stands the same in the next row grows down.
#[derive(Default)]
struct Seen {
    cells: Vec<SeenCell>,
    open: HashMap<Range, usize>,
}

impl Seen {
    fn add_row(&mut self, depth: u16, row: Vec<(Range, Option<&SeenCell>)>) {
        let before = std::mem::take(&mut self.open);
        for (range, seen) in row {
            let cell = SeenCell {
                range,
                depth_from: depth,
                depth_to: depth.saturating_add(1),
                holder: seen.and_then(|seen| seen.holder),
                state: seen.map_or(SeenState::Hidden, |seen| seen.state),
                own: seen.is_some_and(|seen| seen.own),
            };
            let grown = before.get(&range).and_then(|at| {
                let above = self.cells.get_mut(*at)?;
                let same =
                    (above.holder, above.state, above.own) == (cell.holder, cell.state, cell.own);
                same.then(|| above.depth_to = cell.depth_to)?;
                Some(*at)
            });
            let at = grown.unwrap_or_else(|| {
                self.cells.push(cell);
                self.cells.len().saturating_sub(1)
            });
            self.open.insert(range, at);
        }
    }
}
