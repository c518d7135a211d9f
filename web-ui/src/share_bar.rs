//! A bar in parts: how a whole is shared out, with each part's sum beside it.

use std::fmt::Write as _;

use crate::layout::Chart;
use crate::svg;
use crate::svg::Size;

/// What a part means; decides its colour in the style sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// As it should be.
    Good,
    /// To be watched.
    Watch,
    /// Bad news.
    Bad,
    /// The reader's own.
    Own,
    /// Not yet the reader's own.
    Soft,
}

impl Weight {
    /// Class in the style sheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Weight::Good => "w-good",
            Weight::Watch => "w-watch",
            Weight::Bad => "w-bad",
            Weight::Own => "w-own",
            Weight::Soft => "w-soft",
        }
    }
}

/// One part.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its colour.
    pub weight: Weight,
    /// How large it is; not negative.
    pub value: i128,
    /// What it is.
    pub label: String,
    /// Its size in words: `¥1,200.00`, `12`.
    pub words: String,
}

/// The drawn bar and its legend, which says the same in words.
#[derive(Debug, Clone)]
pub struct ShareBar {
    /// What the whole is.
    pub title: String,
    /// Both drawings; none where the whole is nothing.
    pub chart: Option<Chart>,
    /// The parts.
    pub parts: Vec<Part>,
}

/// Draws `parts` of one whole. `id` is unique on the page.
#[must_use]
pub fn draw(id: &str, title: String, parts: Vec<Part>) -> ShareBar {
    let whole: i128 = parts.iter().map(|part| part.value.max(0)).sum();
    let chart = (whole > 0).then(|| Chart {
        narrow: bar(id, &title, &parts, whole, Size::Narrow),
        wide: bar(id, &title, &parts, whole, Size::Wide),
    });
    ShareBar {
        title,
        chart,
        parts,
    }
}

fn bar(id: &str, title: &str, parts: &[Part], whole: i128, size: Size) -> String {
    let words: Vec<String> = parts
        .iter()
        .map(|part| format!("{} {}", part.label, part.words))
        .collect();
    let mut out = svg::open(size, 1800, "shares", id, title, &words.join(", "));
    let width = i128::from(size.width()).saturating_mul(100);
    let at = |value: i128| {
        let place = value.saturating_mul(width).checked_div(whole).unwrap_or(0);
        i64::try_from(place).unwrap_or(0)
    };
    let mut before: i128 = 0;
    for part in parts.iter().filter(|part| part.value > 0) {
        let (from, to) = (at(before), at(before.saturating_add(part.value)));
        before = before.saturating_add(part.value);
        // Writing to a String can't fail.
        let _ = write!(
            out,
            "<rect class=\"{}\" x=\"{}\" y=\"0\" width=\"{}\" height=\"18\"><title>{} {}</title></rect>",
            part.weight.class(),
            svg::num(from),
            // A part that is there is seen.
            svg::num(to.saturating_sub(from).max(150)),
            svg::escape(&part.label),
            svg::escape(&part.words),
        );
    }
    out.push_str("</svg>");
    out
}
