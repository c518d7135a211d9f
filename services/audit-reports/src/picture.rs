//! The icicle of a paper as SVG, with the classes of the portal's style sheet. Everything is drawn
//! in whole numbers: a unit of the drawing is a hundredth of a pixel.

use std::fmt::Write as _;

use ledger_core::lineage::Cell as Holding;
use ledger_core::lineage::CellState;
use ledger_core::lineage::icicle;

use crate::cell::Cell;
use crate::language::Language;
use crate::paper_report::PaperReport;

/// Colours in the style sheet (`ink-0` and up).
const INKS: usize = 20;

/// Height of a row.
const ROW: i64 = 4_400;

/// Room a character takes; Chinese ones take two.
const CHARACTER: i64 = 700;

/// Wide and narrow drawing of the whole paper; the style sheet shows the one that fits. Empty if
/// there is nothing to draw.
#[must_use]
pub fn draw(paper: &PaperReport, language: Language) -> String {
    let cells = icicle(&paper.steps);
    if cells.is_empty() || paper.face <= 0 {
        return String::new();
    }
    let mut out = String::from("<div class=\"drawing\">");
    for (class, width) in [("narrow", 36_000), ("wide", 104_000)] {
        draw_one(&mut out, paper, &cells, language, (class, width));
    }
    out.push_str("</div>");
    out
}

fn pixels(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn draw_one(
    out: &mut String,
    paper: &PaperReport,
    cells: &[Holding],
    language: Language,
    (class, width): (&str, i64),
) {
    let rows = cells.iter().map(|cell| cell.depth_to).max().unwrap_or(1);
    let height = i64::from(rows).saturating_mul(ROW);
    let title = escape(&language.text("picture-title"));
    // Writing to a String never fails.
    let _written = write!(
        out,
        "<svg class=\"chart {class}\" role=\"img\" viewBox=\"0 0 {} {}\"><title>{title}</title>",
        pixels(width),
        pixels(height),
    );
    for cell in cells {
        let x = place(cell.range.lo(), paper.face, width);
        let w = place(cell.range.hi(), paper.face, width).saturating_sub(x);
        let y = i64::from(cell.depth_from).saturating_mul(ROW);
        let h = i64::from(cell.depth_to)
            .saturating_mul(ROW)
            .saturating_sub(y);
        draw_cell(out, paper, cell, language, [x, y, w, h]);
    }
    out.push_str("</svg>");
}

fn place(unit: i64, face: i64, width: i64) -> i64 {
    let at = i128::from(unit) * i128::from(width) / i128::from(face);
    i64::try_from(at).unwrap_or(width)
}

fn draw_cell(
    out: &mut String,
    paper: &PaperReport,
    cell: &Holding,
    language: Language,
    [x, y, w, h]: [i64; 4],
) {
    let known = paper.names.iter().position(|(id, _)| *id == cell.holder);
    let name = known
        .and_then(|at| paper.names.get(at))
        .map(|(_, name)| name.to_text(language))
        .unwrap_or_default();
    let range = Cell::Range(cell.range.lo(), cell.range.hi()).to_text(language);
    let state = match cell.state {
        CellState::Past => "moved",
        CellState::Settled => "settled",
        CellState::Ended => "moved ended",
        CellState::Live(state) if state.counterparty().is_some() => "offered",
        CellState::Live(_) => "live",
    };
    let _written = write!(
        out,
        "<g class=\"piece {state} ink-{}\"><title>{} · {range}</title>\
         <rect class=\"body\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
        known.unwrap_or(0) % INKS,
        escape(&name),
        pixels(x.saturating_add(30)),
        pixels(y.saturating_add(30)),
        pixels(w.saturating_sub(60).max(20)),
        pixels(h.saturating_sub(60)),
    );
    for (line, class, down) in [(name.as_str(), "name", 1_700), (&range, "", 3_200)] {
        if let Some(text) = fit(line, w.saturating_sub(1_200)) {
            let _written = write!(
                out,
                "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>",
                pixels(x.saturating_add(600)),
                pixels(y.saturating_add(down)),
                escape(&text),
            );
        }
    }
    out.push_str("</g>");
}

/// As much of `text` as there is room for; none if that would say nothing.
fn fit(text: &str, room: i64) -> Option<String> {
    let width = |c: char| {
        if c.is_ascii() {
            CHARACTER
        } else {
            CHARACTER.saturating_mul(2)
        }
    };
    let mut left = room;
    let mut out = String::new();
    for c in text.chars() {
        left = left.saturating_sub(width(c));
        if left < 0 {
            // A part of a number would be another number.
            let told = out.chars().count() > 2 && text.chars().any(char::is_alphabetic);
            return told.then(|| format!("{out}…"));
        }
        out.push(c);
    }
    Some(out)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
