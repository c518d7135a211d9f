//! Two quiet charts in SVG: columns (amounts by month) and a strip of due dates.

use std::fmt::Write as _;

use crate::svg;
use crate::svg::{Hundredths, Size};

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Under the column, short: `Dec` or `12月`.
    pub label: String,
    /// Minor units; not negative.
    pub value: i64,
    /// Over the column, short: `1.2M` or `120万`.
    pub short: String,
    /// Whether the column is set apart (overdue, this month).
    pub marked: bool,
}

/// A column chart.
#[derive(Debug, Clone)]
pub struct Columns {
    /// Unique on the page.
    pub id: String,
    /// The columns from left to right.
    pub columns: Vec<Column>,
    /// Accessible title.
    pub title: String,
    /// Accessible description.
    pub description: String,
}

impl Columns {
    /// Draws the chart.
    #[must_use]
    pub fn draw(&self, size: Size) -> String {
        let (base, top): (Hundredths, Hundredths) = (15000, 2200);
        let mut out = svg::open(
            size,
            17500,
            "columns",
            &self.id,
            &self.title,
            &self.description,
        );
        let width = size.width().saturating_mul(100);
        let count = i64::try_from(self.columns.len()).unwrap_or(i64::MAX).max(1);
        // A few columns must not become walls.
        let pitch = (width / count).min(match size {
            Size::Narrow => 7200,
            Size::Wide => 12000,
        });
        let highest = self
            .columns
            .iter()
            .map(|column| column.value)
            .max()
            .unwrap_or(0);
        let _ = write!(
            out,
            "<path class=\"base\" d=\"M0 {y}H{}\"/>",
            svg::num(width),
            y = svg::num(base)
        );
        for (place, column) in self.columns.iter().enumerate() {
            let place = i64::try_from(place).unwrap_or(0);
            let left = pitch.saturating_mul(place);
            let tall = svg::share(column.value, highest, base.saturating_sub(top));
            let y = base.saturating_sub(tall);
            let middle = left.saturating_add(pitch / 2);
            let class = if column.marked { "bar marked" } else { "bar" };
            let _ = write!(
                out,
                "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><title>{} · {}</title></rect>",
                svg::num(left.saturating_add(pitch / 6)),
                svg::num(y),
                svg::num(pitch / 3 * 2),
                svg::num(tall),
                svg::escape(&column.label),
                svg::escape(&column.short),
            );
            if svg::text_width(&column.short) <= pitch.saturating_add(400) {
                svg::text(
                    &mut out,
                    middle,
                    y.saturating_sub(500),
                    "sum mid",
                    &column.short,
                );
            }
            svg::text(
                &mut out,
                middle,
                base.saturating_add(1700),
                "axis mid",
                &column.label,
            );
        }
        out.push_str("</svg>");
        out
    }
}

/// One due date on the strip.
#[derive(Debug, Clone)]
pub struct DueMark {
    /// Days after the strip's first day.
    pub day: i64,
    /// Minor units due that day.
    pub value: i64,
    /// Words for the tooltip: `12 Dec 2026 · ¥1,200,000.00`.
    pub label: String,
    /// Over the stem where there is room: `1.2M`, `120万`.
    pub short: String,
    /// Whether the date has passed unpaid.
    pub overdue: bool,
}

/// A strip of time with what falls due on it.
#[derive(Debug, Clone)]
pub struct DueStrip {
    /// Unique on the page.
    pub id: String,
    /// Days from left to right; at least one.
    pub days: i64,
    /// Month starts: day and name.
    pub months: Vec<(i64, String)>,
    /// What falls due.
    pub marks: Vec<DueMark>,
    /// Accessible title.
    pub title: String,
    /// Accessible description.
    pub description: String,
}

impl DueStrip {
    /// Draws the strip: a stem for each date, its height the amount.
    #[must_use]
    pub fn draw(&self, size: Size) -> String {
        let base: Hundredths = 7000;
        let mut out = svg::open(
            size,
            9200,
            "strip",
            &self.id,
            &self.title,
            &self.description,
        );
        let (left, right) = (800, size.width().saturating_mul(100).saturating_sub(800));
        let at = |day| {
            svg::share(day, self.days.max(1), right.saturating_sub(left)).saturating_add(left)
        };
        let _ = write!(
            out,
            "<path class=\"base\" d=\"M{} {y}H{}\"/>",
            svg::num(left),
            svg::num(right),
            y = svg::num(base)
        );
        let mut free: Hundredths = 0;
        for (day, name) in &self.months {
            let x = at(*day);
            let _ = write!(
                out,
                "<path class=\"tick\" d=\"M{} {}v6\"/>",
                svg::num(x),
                svg::num(base)
            );
            // A name that would run into the one before or off the edge is left out.
            let end = x.saturating_add(svg::text_width(name));
            if x >= free && end <= size.width().saturating_mul(100) {
                svg::text(&mut out, x, base.saturating_add(1900), "axis", name);
                free = end.saturating_add(600);
            }
        }
        self.draw_marks(&mut out, base, &at);
        out.push_str("</svg>");
        out
    }

    fn draw_marks(&self, out: &mut String, base: Hundredths, at: &dyn Fn(i64) -> Hundredths) {
        let highest = self.marks.iter().map(|mark| mark.value).max().unwrap_or(0);
        let mut free: Hundredths = 0;
        for mark in &self.marks {
            let tall = svg::share(mark.value, highest, 5000).max(600);
            let class = if mark.overdue { "due overdue" } else { "due" };
            let (x, y) = (svg::num(at(mark.day)), svg::num(base.saturating_sub(tall)));
            let _ = write!(
                out,
                "<g class=\"{class}\"><title>{}</title><path d=\"M{x} {}V{y}\"/>\
                 <circle cx=\"{x}\" cy=\"{y}\" r=\"5\"/></g>",
                svg::escape(&mark.label),
                svg::num(base),
            );
            // A sum that would run into the one before is left to the tooltip and the list.
            let half = svg::text_width(&mark.short) / 2;
            let middle = at(mark.day).max(half);
            if middle.saturating_sub(half) >= free {
                let above = base.saturating_sub(tall).saturating_sub(1000);
                svg::text(out, middle, above, "sum mid", &mark.short);
                free = middle.saturating_add(half).saturating_add(500);
            }
        }
    }
}
