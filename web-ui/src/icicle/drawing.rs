//! The icicle as SVG.

use std::fmt::Write as _;

use super::{Cell, Icicle, Piece, PieceState, What, gutter};
use crate::svg;
use crate::svg::{Hundredths, Size};

/// Room for the axis over the first row.
const AXIS: Hundredths = 2200;

fn row_height(size: Size) -> Hundredths {
    match size {
        Size::Narrow => 4200,
        Size::Wide => 4600,
    }
}

impl Icicle {
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
        let desk = self.cells(Size::Wide);
        let names = self.names(&desk);
        for cell in self.cells(size) {
            let y = AXIS.saturating_add(i64::from(cell.top).saturating_mul(row));
            let rows = i64::from(cell.bottom.saturating_sub(cell.top));
            let h = rows.saturating_mul(row);
            match cell.what {
                What::One(index) => {
                    if let Some(piece) = self.pieces.get(index) {
                        let ink = self.ink(piece, &names);
                        self.draw_piece(&mut out, size, (piece, &ink), &cell, (y, h));
                    }
                }
                What::Many(count) => {
                    let _ = write!(
                        out,
                        "<g class=\"many\">{}<title>{} × {count}</title></g>",
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
        (piece, ink): (&Piece, &str),
        cell: &Cell,
        (y, h): (Hundredths, Hundredths),
    ) {
        let name = piece.holder.as_deref().unwrap_or(&self.masked);
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
        if matches!(
            piece.state,
            PieceState::Financed | PieceState::Frozen | PieceState::Claimed
        ) {
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
