//! A limit as a bar: used, reserved, free; what lies past the limit is set apart.

use std::fmt::Write as _;

/// Width of the drawing; the style sheet stretches it.
const WIDTH: i128 = 1_000;

/// Draws the bar of a limit; `described` is what a screen reader says.
#[must_use]
pub(crate) fn draw(limit: i64, used: i64, reserved: i64, described: &str) -> String {
    let (limit, used, reserved) = (
        i128::from(limit.max(0)),
        i128::from(used.max(0)),
        i128::from(reserved.max(0)),
    );
    let whole = limit.max(used.saturating_add(reserved)).max(1);
    let at = |minor: i128| minor.saturating_mul(WIDTH) / whole;
    let (held, signed, edge) = (at(used), at(used.saturating_add(reserved)), at(limit));
    let mut out = format!(
        "<svg class=\"limitbar\" viewBox=\"0 0 {WIDTH} 24\" preserveAspectRatio=\"none\" \
         role=\"img\" aria-label=\"{}\">",
        escaped(described)
    );
    let mut piece = |class: &str, from: i128, to: i128| {
        if to > from {
            let width = to.saturating_sub(from);
            let _ = write!(
                out,
                "<rect class=\"{class}\" x=\"{from}\" y=\"0\" width=\"{width}\" height=\"24\"/>"
            );
        }
    };
    piece("free", 0, WIDTH);
    piece("used", 0, held);
    piece("reserved", held, signed);
    piece("over", edge, signed);
    out.push_str("</svg>");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn pieces_follow_each_other_and_what_is_past_the_limit_is_set_apart() {
        let bar = draw(1_000, 250, 500, "a < b");
        assert!(bar.contains("class=\"used\" x=\"0\" y=\"0\" width=\"250\""));
        assert!(bar.contains("class=\"reserved\" x=\"250\" y=\"0\" width=\"500\""));
        assert!(!bar.contains("over") && bar.contains("a &lt; b"));
        let over = draw(500, 1_000, 0, "");
        assert!(over.contains("class=\"over\" x=\"500\" y=\"0\" width=\"500\""));
        assert!(draw(0, 0, 0, "").contains("free"));
    }
}
