//! The picture of a paper: its cents from left to right, its tiers downward, a colour per holder.
//! Read along the bottom edge it says who holds what now; read upward, how it got there.
//!
//! What a party may not see must come in already merged and nameless (`holder: None`): this file
//! draws what it is given and can't hide what it knows.

mod drawing;

use crate::svg;
use crate::svg::{Hundredths, Size};

/// Colours in the style sheet, `ink-0` and up; the next holder after the last starts over.
const INKS: usize = 20;
/// Narrower pieces than this are drawn together.
const SLIVER: Hundredths = 150;

/// Where a piece of the paper stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PieceState {
    /// Held now.
    Live,
    /// Held once, since split or passed on.
    Moved,
    /// Offered to somebody who has not accepted yet.
    Offered,
    /// Held now by a finance provider.
    Financed,
    /// Held now and frozen or pledged: it can't move.
    Frozen,
    /// Held now and claimed back: it waits for the money of the party before.
    Claimed,
    /// Held now and written off in its holder's own books.
    WrittenOff,
    /// Paid at maturity.
    Settled,
}

impl PieceState {
    /// Class in the style sheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            PieceState::Live => "live",
            PieceState::Moved => "moved",
            PieceState::Offered => "offered",
            PieceState::Financed => "financed",
            PieceState::Frozen => "frozen",
            PieceState::Claimed => "claimed",
            PieceState::WrittenOff => "written-off",
            PieceState::Settled => "settled",
        }
    }

    /// Key of its name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            PieceState::Live => "piece-live",
            PieceState::Moved => "piece-moved",
            PieceState::Offered => "piece-offered",
            PieceState::Financed => "piece-financed",
            PieceState::Frozen => "piece-frozen",
            PieceState::Claimed => "piece-claimed",
            PieceState::WrittenOff => "piece-written-off",
            PieceState::Settled => "piece-settled",
        }
    }
}

/// One holder's hold on a range for some rows of the picture.
#[derive(Debug, Clone)]
pub struct Piece {
    /// First minor unit, 0-based.
    pub lo: i64,
    /// One past the last minor unit.
    pub hi: i64,
    /// First row (tier or step), 0 at the top.
    pub top: u32,
    /// One past the last row; a piece held now reaches the bottom.
    pub bottom: u32,
    /// The holder's name; `None` where the reader may not know it.
    pub holder: Option<String>,
    /// Whether the reader holds or held it.
    pub mine: bool,
    /// Where it stands.
    pub state: PieceState,
    /// Its amount for people, `¥1,200.00`.
    pub amount: String,
}

/// Everything the picture shows.
#[derive(Debug, Clone)]
pub struct Icicle {
    /// Unique on the page; goes into ids.
    pub id: String,
    /// Minor units of the paper.
    pub face: i64,
    /// Names of the rows from the top: tiers or steps.
    pub rows: Vec<String>,
    /// The pieces; their order doesn't matter.
    pub pieces: Vec<Piece>,
    /// Marks on the axis: minor unit and words, ascending.
    pub axis: Vec<(i64, String)>,
    /// Accessible title.
    pub title: String,
    /// Accessible description.
    pub description: String,
    /// What stands for a name the reader may not know.
    pub masked: String,
    /// Name of pieces too narrow to tell apart, "small fragments".
    pub many: String,
}

/// One line of the legend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegendItem {
    /// Class of the swatch.
    pub class: String,
    /// Holder's name or the word for masked.
    pub label: String,
}

/// A rectangle of the drawing, in hundredths; public to the crate so that tests can measure it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Left edge.
    pub x: i64,
    /// Width, at least one hundredth.
    pub width: i64,
    /// First row.
    pub top: u32,
    /// One past the last row.
    pub bottom: u32,
    /// Index of the piece, or how many pieces are drawn as one.
    pub what: What,
}

/// What a cell stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// One piece, by its index.
    One(usize),
    /// So many pieces, each too narrow to see.
    Many(usize),
}

fn gutter(size: Size) -> Hundredths {
    match size {
        Size::Narrow => 4700,
        Size::Wide => 7600,
    }
}

impl Icicle {
    /// Rows of the picture, at least one.
    fn depth(&self) -> u32 {
        let deepest = self.pieces.iter().map(|piece| piece.bottom).max();
        let named = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        deepest.unwrap_or(0).max(named).max(1)
    }

    /// Left and right edge of a piece.
    fn edges(&self, piece: &Piece, size: Size) -> (Hundredths, Hundredths) {
        let left = gutter(size);
        let room = size.width().saturating_mul(100).saturating_sub(left);
        let at = |unit| left.saturating_add(svg::share(unit, self.face, room));
        (at(piece.lo), at(piece.hi))
    }

    /// The rectangles to draw. Pieces that can be seen stand for themselves; neighbours that can't
    /// are gathered row by row, so that a million slivers are a few hundred rectangles.
    #[must_use]
    pub fn cells(&self, size: Size) -> Vec<Cell> {
        let mut cells = Vec::new();
        let mut slivers: Vec<(u32, Hundredths, Hundredths)> = Vec::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            let (x, end) = self.edges(piece, size);
            let bottom = piece.bottom.max(piece.top.saturating_add(1));
            if end.saturating_sub(x) >= SLIVER {
                cells.push(Cell {
                    x,
                    width: end.saturating_sub(x),
                    top: piece.top,
                    bottom,
                    what: What::One(index),
                });
            } else {
                slivers.extend((piece.top..bottom).map(|row| (row, x, end)));
            }
        }
        slivers.sort_unstable();
        gather(&slivers, size.width().saturating_mul(100), &mut cells);
        cells
    }

    /// Class of a piece's colour, by its holder's place among `names`.
    fn ink(&self, piece: &Piece, names: &[&str]) -> String {
        match &piece.holder {
            None => "masked".to_owned(),
            Some(_me) if piece.mine => "mine".to_owned(),
            Some(name) => {
                let place = names.iter().position(|known| known == name).unwrap_or(0);
                format!("ink-{}", place % INKS)
            }
        }
    }

    /// Holders other than the reader whose pieces can be seen on a desk, by first appearance from
    /// the top left: their order gives the colours, the same on a phone.
    fn names(&self, cells: &[Cell]) -> Vec<&str> {
        let mut seen: Vec<&Piece> = cells
            .iter()
            .filter_map(|cell| match cell.what {
                What::One(index) => self.pieces.get(index).filter(|piece| !piece.mine),
                What::Many(_) => None,
            })
            .collect();
        seen.sort_by_key(|piece| (piece.top, piece.lo));
        let mut names: Vec<&str> = Vec::new();
        for name in seen.into_iter().filter_map(|piece| piece.holder.as_deref()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Colours and names for the list under the picture: the reader first, then the holders that
    /// can be told apart, then what was drawn together, masked last.
    #[must_use]
    pub fn legend(&self) -> Vec<LegendItem> {
        let cells = self.cells(Size::Wide);
        let item = |class: String, label: &str| LegendItem {
            class,
            label: label.to_owned(),
        };
        let mine = self.pieces.iter().find(|piece| piece.mine);
        let mut items: Vec<LegendItem> = mine
            .and_then(|piece| piece.holder.as_deref())
            .map(|label| item("mine".to_owned(), label))
            .into_iter()
            .collect();
        let names = self.names(&cells);
        let others = names.iter().enumerate().take(INKS);
        items.extend(others.map(|(place, label)| item(format!("ink-{place}"), label)));
        if names.len() > INKS {
            items.push(item(String::new(), "…"));
        }
        if cells.iter().any(|cell| matches!(cell.what, What::Many(_))) {
            items.push(item("slivers".to_owned(), &self.many));
        }
        if self.pieces.iter().any(|piece| piece.holder.is_none()) {
            items.push(item("masked".to_owned(), &self.masked));
        }
        items
    }
}

/// Merges sorted slivers `(row, left, right)` that touch or nearly touch; none leaves the drawing,
/// whose right edge is `edge`.
fn gather(slivers: &[(u32, Hundredths, Hundredths)], edge: Hundredths, cells: &mut Vec<Cell>) {
    let mut open: Option<(u32, Hundredths, Hundredths, usize)> = None;
    for &(row, left, right) in slivers {
        open = Some(match open {
            Some((at, start, end, count)) if at == row && left <= end.saturating_add(100) => {
                (at, start, end.max(right), count.saturating_add(1))
            }
            other => {
                cells.extend(other.map(|sliver| many(sliver, edge)));
                (row, left, right, 1)
            }
        });
    }
    cells.extend(open.map(|sliver| many(sliver, edge)));
}

fn many((row, left, right, count): (u32, Hundredths, Hundredths, usize), edge: Hundredths) -> Cell {
    // One unit at least, or it could not be seen.
    let width = right.saturating_sub(left).max(100);
    Cell {
        x: left.min(edge.saturating_sub(width)),
        width,
        top: row,
        bottom: row.saturating_add(1),
        what: What::Many(count),
    }
}
