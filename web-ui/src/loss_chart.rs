//! Who loses how much, before and after, in SVG: two bars for each party, one below the other.

use std::fmt::Write as _;

use crate::svg;
use crate::svg::{Hundredths, Size};

/// Height of one party's rows, and of a bar.
const STEP: Hundredths = 5000;
const BAR: Hundredths = 1000;

/// One party.
#[derive(Debug, Clone)]
pub struct LossRow {
    /// Its name.
    pub name: String,
    /// What it is hit by first, minor units; not negative.
    pub first: i64,
    /// What it is left with, minor units; not negative.
    pub left: i64,
    /// The two in words.
    pub words: (String, String),
}

/// A chart of losses.
#[derive(Debug, Clone)]
pub struct LossChart {
    /// Unique on the page.
    pub id: String,
    /// The parties from top to bottom.
    pub rows: Vec<LossRow>,
    /// Accessible title.
    pub title: String,
    /// Accessible description.
    pub description: String,
}

impl LossChart {
    /// Draws the chart.
    #[must_use]
    pub fn draw(&self, size: Size) -> String {
        let count = i64::try_from(self.rows.len()).unwrap_or(i64::MAX);
        let height = STEP.saturating_mul(count).saturating_add(400);
        let mut out = svg::open(
            size,
            height,
            "losses",
            &self.id,
            &self.title,
            &self.description,
        );
        let width = size.width().saturating_mul(100);
        let all = self.rows.iter().flat_map(|row| [row.first, row.left]);
        let most = all.max().unwrap_or(0);
        // The widest sum must have room beside the longest bar.
        let words = self
            .rows
            .iter()
            .flat_map(|row| [&row.words.0, &row.words.1]);
        let widest = words.map(|words| svg::text_width(words)).max().unwrap_or(0);
        let room = width.saturating_sub(widest).saturating_sub(800).max(4000);
        let mut top: Hundredths = 0;
        for row in &self.rows {
            let name = svg::fit(&row.name, width).unwrap_or_default();
            svg::text(&mut out, 0, top.saturating_add(1500), "party", &name);
            let bars = [
                ("first", row.first, &row.words.0),
                ("left", row.left, &row.words.1),
            ];
            for (place, (class, minor, words)) in (0_i64..).zip(bars) {
                let y = top
                    .saturating_add(2000)
                    .saturating_add(place.saturating_mul(1250));
                let long = svg::share(minor, most, room);
                // What is there is seen; nothing is a line at the edge.
                let long = if minor > 0 { long.max(200) } else { 100 };
                let _ = write!(
                    out,
                    "<rect class=\"{class}\" x=\"0\" y=\"{}\" width=\"{}\" height=\"{}\"><title>{} · {}</title></rect>",
                    svg::num(y),
                    svg::num(long),
                    svg::num(BAR),
                    svg::escape(&row.name),
                    svg::escape(words),
                );
                let beside = long.saturating_add(500);
                svg::text(&mut out, beside, y.saturating_add(950), "sum", words);
            }
            top = top.saturating_add(STEP);
        }
        out.push_str("</svg>");
        out
    }
}
