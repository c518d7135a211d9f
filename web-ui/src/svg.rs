//! Small pieces for writing SVG without floats: lengths are hundredths of a viewBox unit.

use std::fmt::Write as _;

/// A length in hundredths of a viewBox unit.
pub(crate) type Hundredths = i64;

/// Which of the two drawings of a chart: text keeps its size on a phone because the phone gets a
/// drawing of its own, not a scaled one. The style sheet shows one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// About 360 units wide, one to one on a phone.
    Narrow,
    /// About 960 units wide, for a desk and for paper.
    Wide,
}

impl Size {
    /// Width of the drawing in viewBox units.
    #[must_use]
    pub const fn width(self) -> i64 {
        match self {
            Size::Narrow => 360,
            Size::Wide => 960,
        }
    }

    /// The class that shows or hides the drawing by the page's width.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Size::Narrow => "narrow",
            Size::Wide => "wide",
        }
    }
}

/// `value / whole` of `length`, rounded down, without overflow; nothing for an empty whole.
pub(crate) fn share(value: i64, whole: i64, length: Hundredths) -> Hundredths {
    if whole <= 0 {
        return 0;
    }
    let scaled = i128::from(value.clamp(0, whole))
        .saturating_mul(i128::from(length))
        .checked_div(i128::from(whole))
        .unwrap_or(0);
    i64::try_from(scaled).unwrap_or(length)
}

/// A length as SVG writes it: `12.5` for 1250.
pub(crate) fn num(length: Hundredths) -> String {
    let sign = if length < 0 { "-" } else { "" };
    let whole = length.saturating_abs() / 100;
    match length.saturating_abs() % 100 {
        0 => format!("{sign}{whole}"),
        rest if rest % 10 == 0 => format!("{sign}{whole}.{}", rest / 10),
        rest => format!("{sign}{whole}.{rest:02}"),
    }
}

/// Text made safe for an element or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// About how wide `text` is at 12 units: Chinese characters are square, Latin ones half of it.
pub(crate) fn text_width(text: &str) -> Hundredths {
    text.chars().fold(0, |sum: i64, c| {
        sum.saturating_add(if c.is_ascii() { 690 } else { 1220 })
    })
}

/// `text` cut to `room` with an ellipsis, or nothing if fewer than two characters would be left.
pub(crate) fn fit(text: &str, room: Hundredths) -> Option<String> {
    if text_width(text) <= room {
        return Some(text.to_owned());
    }
    let mut kept = String::new();
    let mut used: i64 = 1220;
    for c in text.chars() {
        used = used.saturating_add(if c.is_ascii() { 690 } else { 1220 });
        if used > room {
            break;
        }
        kept.push(c);
    }
    (kept.chars().count() >= 2).then(|| format!("{}…", kept.trim_end()))
}

/// Starts a drawing that a screen reader announces by its title and description.
pub(crate) fn open(
    size: Size,
    height: Hundredths,
    kind: &str,
    id: &str,
    title: &str,
    desc: &str,
) -> String {
    let (class, width) = (size.class(), size.width());
    let id = format!("{}-{class}", escape(id));
    let mut svg = String::new();
    // Writing to a String can't fail.
    let _ = write!(
        svg,
        "<svg class=\"chart {kind} {class}\" viewBox=\"0 0 {width} {h}\" role=\"img\" \
         aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title>\
         <desc id=\"{id}-d\">{}</desc>",
        escape(title),
        escape(desc),
        h = num(height),
    );
    svg
}

/// A line of text at a place; `class` carries anchor and colour.
pub(crate) fn text(svg: &mut String, x: Hundredths, y: Hundredths, class: &str, words: &str) {
    let _ = write!(
        svg,
        "<text x=\"{}\" y=\"{}\" class=\"{class}\">{}</text>",
        num(x),
        num(y),
        escape(words)
    );
}
