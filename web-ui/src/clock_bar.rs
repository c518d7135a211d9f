//! A clock as a bar: the days in time, what is used of them, and the days past the last one; all bars
//! of a page to one scale, so that they can be compared.

use std::fmt::Write as _;

use crate::share_bar::Weight;
use crate::svg;

/// Width of the drawing; the style sheet stretches it.
const WIDTH: i64 = 1_000;

/// Days of a clock, counted from its first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClockDays {
    /// To the last day in time.
    pub(crate) allowed: i64,
    /// To the end.
    pub(crate) ends: i64,
    /// To today; not drawn if it is past the drawing.
    pub(crate) today: i64,
}

impl ClockDays {
    /// The longest of both.
    pub(crate) fn longest(&self) -> i64 {
        self.allowed.max(self.ends).max(1)
    }
}

/// Draws a clock, `whole` days to the full width; `past` colours what lies past the last day, and
/// `described` is what a screen reader says.
#[must_use]
pub(crate) fn draw(days: ClockDays, whole: i64, past: Weight, described: &str) -> String {
    let at = |day: i64| svg::share(day, whole.max(1), WIDTH);
    let mut out = format!(
        "<svg class=\"clockbar\" viewBox=\"0 0 {WIDTH} 24\" preserveAspectRatio=\"none\" role=\"img\" \
         aria-label=\"{}\"><title>{0}</title>",
        svg::escape(described)
    );
    let mut piece = |class: &str, from: i64, to: i64| {
        if to > from {
            let width = to.saturating_sub(from);
            // Writing to a String can't fail.
            let _ = write!(
                out,
                "<rect class=\"{class}\" x=\"{from}\" y=\"4\" width=\"{width}\" height=\"16\"/>"
            );
        }
    };
    let (allowed, ends) = (at(days.allowed), at(days.ends));
    piece("allowed", 0, allowed);
    piece("w-good", 0, ends.min(allowed));
    // One day past is seen, too.
    let seen = if days.ends > days.allowed {
        ends.max(allowed.saturating_add(8))
    } else {
        ends
    };
    piece(past.class(), allowed, seen);
    if (0..=whole).contains(&days.today) {
        let x = at(days.today).min(WIDTH.saturating_sub(4));
        let _ = write!(
            out,
            "<rect class=\"now\" x=\"{x}\" y=\"0\" width=\"4\" height=\"24\"/>"
        );
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::ClockDays;
    use super::draw;
    use crate::share_bar::Weight;

    #[test]
    fn what_lies_past_the_last_day_is_set_apart() {
        let days = |ends, today| ClockDays {
            allowed: 60,
            ends,
            today,
        };
        let past = draw(days(90, 10), 100, Weight::Bad, "a < b");
        assert!(
            past.contains("class=\"w-good\" x=\"0\" y=\"4\" width=\"600\""),
            "{past}"
        );
        assert!(
            past.contains("class=\"w-bad\" x=\"600\" y=\"4\" width=\"300\""),
            "{past}"
        );
        assert!(past.contains("class=\"now\" x=\"100\"") && past.contains("a &lt; b"));
        let within = draw(days(30, 200), 100, Weight::Bad, "");
        assert!(within.contains("width=\"300\"") && !within.contains("w-bad"));
        assert!(!within.contains("now"), "past the drawing");
        assert!(draw(days(61, 0), 1_000, Weight::Own, "").contains("class=\"w-own\" x=\"60\""));
    }
}
