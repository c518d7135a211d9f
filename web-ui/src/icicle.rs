//! The picture of a paper: its cents from left to right, its tiers downward, a colour per holder.
//! Read along the bottom edge it says who holds what now; read upward, how it got there.
//!
//! What a party may not see must come in already merged and nameless (`holder: None`): this file
//! draws what it is given and can't hide what it knows.

use std::fmt::Write as _;

use crate::svg;
use crate::svg::{Hundredths, Size};

/// Colours in the style sheet, `ink-0` and up; the next holder after the last starts over.
const INKS: usize = 20;
/// Narrower pieces than this are drawn together.
const SLIVER: Hundredths = 150;
const AXIS: Hundredths = 2200;

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
    /// Words after the number of pieces drawn as one, "fragments".
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
        Size::Narrow => 4000,
        Size::Wide => 7600,
    }
}

fn row_height(size: Size) -> Hundredths {
    match size {
        Size::Narrow => 4200,
        Size::Wide => 4600,
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
        gather(&slivers, &mut cells);
        cells
    }

    fn ink(&self, piece: &Piece) -> String {
        let Some(name) = &piece.holder else {
            return "masked".to_owned();
        };
        if piece.mine {
            return "mine".to_owned();
        }
        let place = self.names().iter().position(|known| known == name);
        format!("ink-{}", place.unwrap_or(0) % INKS)
    }

    /// Other holders' names by first appearance from the top left: their order gives the colours.
    fn names(&self) -> Vec<String> {
        let mut order: Vec<&Piece> = self.pieces.iter().filter(|piece| !piece.mine).collect();
        order.sort_by_key(|piece| (piece.top, piece.lo));
        let mut names: Vec<String> = Vec::new();
        for name in order.into_iter().filter_map(|piece| piece.holder.as_ref()) {
            if names.len() < 64 && !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    /// Colours and names for the list under the picture: the reader first, masked last.
    #[must_use]
    pub fn legend(&self) -> Vec<LegendItem> {
        let mine = self.pieces.iter().find(|piece| piece.mine);
        let mut items: Vec<LegendItem> = mine
            .and_then(|piece| piece.holder.clone())
            .map(|label| LegendItem {
                class: "mine".to_owned(),
                label,
            })
            .into_iter()
            .collect();
        items.extend(
            self.names()
                .into_iter()
                .enumerate()
                .map(|(place, label)| LegendItem {
                    class: format!("ink-{}", place % INKS),
                    label,
                }),
        );
        if self.pieces.iter().any(|piece| piece.holder.is_none()) {
            items.push(LegendItem {
                class: "masked".to_owned(),
                label: self.masked.clone(),
            });
        }
        items
    }

    /// Draws the picture.
    #[must_use]
    pub fn draw(&self, size: Size) -> String {
        let row = row_height(size);
        let height = i64::from(self.depth())
            .saturating_mul(row)
            .saturating_add(AXIS + 200);
        let mut out = svg::open(
            size,
            height,
            "icicle",
            &self.id,
            &self.title,
            &self.description,
        );
        self.draw_patterns(&mut out, size);
        self.draw_frame(&mut out, size);
        for cell in self.cells(size) {
            let y = AXIS.saturating_add(i64::from(cell.top).saturating_mul(row));
            let rows = i64::from(cell.bottom.saturating_sub(cell.top));
            let h = rows.saturating_mul(row);
            match cell.what {
                What::One(index) => {
                    if let Some(piece) = self.pieces.get(index) {
                        self.draw_piece(&mut out, size, piece, &cell, (y, h));
                    }
                }
                What::Many(count) => {
                    let _ = write!(
                        out,
                        "<g class=\"many\">{}<title>{count} {}</title></g>",
                        rect("", cell.x, y, cell.width, h, &self.pattern(size, "slivers")),
                        svg::escape(&self.many)
                    );
                }
            }
        }
        out.push_str("</svg>");
        out
    }

    fn pattern(&self, size: Size, name: &str) -> String {
        format!("url(#{}-{}-{name})", svg::escape(&self.id), size.class())
    }

    fn draw_patterns(&self, out: &mut String, size: Size) {
        let id = format!("{}-{}", svg::escape(&self.id), size.class());
        let _ = write!(
            out,
            "<defs><pattern id=\"{id}-masked\" class=\"p-masked\" width=\"7\" height=\"7\" \
             patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
             <rect width=\"7\" height=\"7\"/><path d=\"M0 0V7\"/></pattern>\
             <pattern id=\"{id}-financed\" class=\"p-over\" width=\"6\" height=\"6\" \
             patternUnits=\"userSpaceOnUse\"><circle cx=\"3\" cy=\"3\" r=\"1\"/></pattern>\
             <pattern id=\"{id}-frozen\" class=\"p-over\" width=\"8\" height=\"8\" \
             patternUnits=\"userSpaceOnUse\"><path d=\"M0 0L8 8M8 0L0 8\"/></pattern>\
             <pattern id=\"{id}-slivers\" class=\"p-slivers\" width=\"3\" height=\"8\" \
             patternUnits=\"userSpaceOnUse\"><rect width=\"3\" height=\"8\"/>\
             <path d=\"M1 0V8\"/></pattern></defs>"
        );
    }

    /// Axis marks along the top and the names of the rows at the left.
    fn draw_frame(&self, out: &mut String, size: Size) {
        let left = gutter(size);
        let room = size.width().saturating_mul(100).saturating_sub(left);
        for (place, (unit, words)) in self.axis.iter().enumerate() {
            let x = left.saturating_add(svg::share(*unit, self.face, room));
            let class = match place {
                0 => "axis",
                last if last.saturating_add(1) == self.axis.len() => "axis end",
                _between => "axis mid",
            };
            svg::text(out, x, 1400, class, words);
        }
        for (place, name) in self.rows.iter().enumerate() {
            let place = i64::try_from(place).unwrap_or(0);
            let middle = row_height(size)
                .saturating_mul(place)
                .saturating_add(row_height(size) / 2);
            let words = svg::fit(name, left).unwrap_or_default();
            svg::text(
                out,
                0,
                AXIS.saturating_add(middle).saturating_add(400),
                "row",
                &words,
            );
        }
    }

    fn draw_piece(
        &self,
        out: &mut String,
        size: Size,
        piece: &Piece,
        cell: &Cell,
        (y, h): (Hundredths, Hundredths),
    ) {
        let name = piece.holder.as_deref().unwrap_or(&self.masked);
        let ink = self.ink(piece);
        let fill = if piece.holder.is_none() {
            self.pattern(size, "masked")
        } else {
            String::new()
        };
        let _ = write!(
            out,
            "<g class=\"piece {} {ink}\"><title>{} · {} · {}-{}</title>{}",
            piece.state.class(),
            svg::escape(name),
            svg::escape(&piece.amount),
            piece.lo.saturating_add(1),
            piece.hi,
            rect("body", cell.x, y, cell.width, h, &fill),
        );
        if matches!(piece.state, PieceState::Financed | PieceState::Frozen) {
            let over = self.pattern(size, piece.state.class());
            out.push_str(&rect("over", cell.x, y, cell.width, h, &over));
        }
        let room = cell.width.saturating_sub(1200);
        let x = cell.x.saturating_add(600);
        if let Some(words) = svg::fit(name, room) {
            svg::text(out, x, y.saturating_add(1700), "name", &words);
        }
        if svg::text_width(&piece.amount) <= room {
            svg::text(out, x, y.saturating_add(3300), "sum", &piece.amount);
        }
        out.push_str("</g>");
    }
}

/// A rectangle with a hairline of ground around it, so that neighbours of one colour stay apart.
fn rect(class: &str, x: i64, y: i64, width: i64, height: i64, fill: &str) -> String {
    let (inset, gap) = if width > 600 { (50, 100) } else { (0, 0) };
    let mut out = format!(
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
        svg::num(x.saturating_add(inset)),
        svg::num(y.saturating_add(50)),
        svg::num(width.saturating_sub(gap).max(1)),
        svg::num(height.saturating_sub(100).max(1)),
    );
    if !fill.is_empty() {
        let _ = write!(out, " fill=\"{fill}\"");
    }
    out.push_str("/>");
    out
}

/// Merges sorted slivers `(row, left, right)` that touch or nearly touch.
fn gather(slivers: &[(u32, Hundredths, Hundredths)], cells: &mut Vec<Cell>) {
    let mut open: Option<(u32, Hundredths, Hundredths, usize)> = None;
    for &(row, left, right) in slivers {
        open = Some(match open {
            Some((at, start, end, count)) if at == row && left <= end.saturating_add(100) => {
                (at, start, end.max(right), count.saturating_add(1))
            }
            other => {
                cells.extend(other.map(many));
                (row, left, right, 1)
            }
        });
    }
    cells.extend(open.map(many));
}

fn many((row, left, right, count): (u32, Hundredths, Hundredths, usize)) -> Cell {
    Cell {
        x: left,
        width: right.saturating_sub(left).max(100),
        top: row,
        bottom: row.saturating_add(1),
        what: What::Many(count),
    }
}
