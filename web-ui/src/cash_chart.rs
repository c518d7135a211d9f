//! Money over time in SVG: running totals as steps above, what comes on each day below.

use std::fmt::Write as _;

use crate::charts::DueMark;
use crate::svg;
use crate::svg::{Hundredths, Size};

/// The ground of the running totals, and of the days.
const UPPER: Hundredths = 9500;
const LOWER: Hundredths = 15500;

/// One running total.
#[derive(Debug, Clone)]
pub struct CashLine {
    /// Class in the style sheet: colour and dashes.
    pub class: &'static str,
    /// What it is, and what it comes to in the end, for the tooltip.
    pub label: String,
    /// From which day on it stands at which height, minor units, in the order of the days.
    pub steps: Vec<(i64, i64)>,
    /// What it comes to, short, at its end; may be empty.
    pub short: String,
}

/// A chart of money over time.
#[derive(Debug, Clone)]
pub struct CashChart {
    /// Unique on the page.
    pub id: String,
    /// Days from left to right; at least one.
    pub days: i64,
    /// Month starts: day and name.
    pub months: Vec<(i64, String)>,
    /// Running totals, the one that is so already first.
    pub lines: Vec<CashLine>,
    /// What comes on each day.
    pub marks: Vec<DueMark>,
    /// Accessible title.
    pub title: String,
    /// Accessible description.
    pub description: String,
}

impl CashChart {
    /// Draws the chart.
    #[must_use]
    pub fn draw(&self, size: Size) -> String {
        let mut out = svg::open(
            size,
            17800,
            "cash",
            &self.id,
            &self.title,
            &self.description,
        );
        let (left, right) = (800, size.width().saturating_mul(100).saturating_sub(800));
        let at = |day: i64| {
            svg::share(day, self.days.max(1), right.saturating_sub(left)).saturating_add(left)
        };
        for y in [UPPER, LOWER] {
            let (left, right, y) = (svg::num(left), svg::num(right), svg::num(y));
            let _ = write!(out, "<path class=\"base\" d=\"M{left} {y}H{right}\"/>");
        }
        self.draw_lines(&mut out, right, &at);
        self.draw_days(&mut out, &at);
        self.draw_months(&mut out, right, &at);
        out.push_str("</svg>");
        out
    }

    fn draw_lines(&self, out: &mut String, right: Hundredths, at: &dyn Fn(i64) -> Hundredths) {
        let all = self.lines.iter().flat_map(|line| &line.steps);
        let highest = all.map(|(_, value)| *value).max().unwrap_or(0);
        let mut labels: Vec<Hundredths> = Vec::new();
        // What is so already is drawn last, over the others.
        for line in self.lines.iter().rev() {
            let mut path = format!("M{} {}", svg::num(at(0)), svg::num(UPPER));
            let mut y = UPPER;
            for (day, value) in &line.steps {
                y = UPPER.saturating_sub(svg::share(*value, highest, 7000));
                let _ = write!(path, "H{}V{}", svg::num(at(*day)), svg::num(y));
            }
            let _ = write!(
                out,
                "<path class=\"steps {}\" d=\"{path}H{}\"><title>{}</title></path>",
                line.class,
                svg::num(right),
                svg::escape(&line.label),
            );
            // Ends that come to nearly the same would be written over each other.
            let free = labels.iter().all(|other| other.abs_diff(y) >= 1400);
            if free && !line.short.is_empty() {
                labels.push(y);
                svg::text(out, right, y.saturating_sub(500), "sum end", &line.short);
            }
        }
    }

    fn draw_days(&self, out: &mut String, at: &dyn Fn(i64) -> Hundredths) {
        let highest = self.marks.iter().map(|mark| mark.value).max().unwrap_or(0);
        let mut free: Hundredths = 0;
        for mark in &self.marks {
            let tall = svg::share(mark.value, highest, 3600).max(300);
            let (x, y) = (at(mark.day), LOWER.saturating_sub(tall));
            let class = if mark.overdue { "due overdue" } else { "due" };
            let _ = write!(
                out,
                "<g class=\"{class}\"><title>{}</title><path class=\"day\" d=\"M{} {}V{}\"/></g>",
                svg::escape(&mark.label),
                svg::num(x),
                svg::num(LOWER),
                svg::num(y),
            );
            // A sum that would run into the one before is left to the tooltip and the table.
            let half = svg::text_width(&mark.short) / 2;
            let middle = x.max(half);
            if middle.saturating_sub(half) >= free {
                svg::text(out, middle, y.saturating_sub(400), "sum mid", &mark.short);
                free = middle.saturating_add(half).saturating_add(500);
            }
        }
    }

    fn draw_months(&self, out: &mut String, right: Hundredths, at: &dyn Fn(i64) -> Hundredths) {
        let mut free: Hundredths = 0;
        for (day, name) in &self.months {
            let x = at(*day);
            let (tick, base) = (svg::num(x), svg::num(LOWER));
            let _ = write!(out, "<path class=\"tick\" d=\"M{tick} {base}v6\"/>");
            let end = x.saturating_add(svg::text_width(name));
            if x >= free && end <= right.saturating_add(800) {
                svg::text(out, x, LOWER.saturating_add(1900), "axis", name);
                free = end.saturating_add(600);
            }
        }
    }
}
