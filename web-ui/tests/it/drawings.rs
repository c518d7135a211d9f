//! The icicle and the charts, whatever they are given.

use proptest::prelude::*;
use web_ui::cash_chart::{CashChart, CashLine};
use web_ui::charts::{Column, Columns, DueMark, DueStrip};
use web_ui::icicle::{Icicle, Piece, PieceState, What};
use web_ui::svg::Size;

const SIZES: [Size; 2] = [Size::Narrow, Size::Wide];

fn icicle(face: i64, cuts: &[i64]) -> Icicle {
    let mut edges: Vec<i64> = cuts.iter().map(|cut| cut.rem_euclid(face)).collect();
    edges.extend([0, face]);
    edges.sort_unstable();
    edges.dedup();
    let pieces = edges.windows(2).enumerate().map(|(at, edge)| Piece {
        lo: edge[0],
        hi: edge[1],
        top: 0,
        bottom: 1,
        holder: (at % 5 != 4).then(|| format!("holder <{at}>")),
        mine: at == 0,
        state: if at % 3 == 0 {
            PieceState::Frozen
        } else {
            PieceState::Live
        },
        amount: format!("{}", edge[1] - edge[0]),
    });
    Icicle {
        id: "p".to_owned(),
        face,
        rows: vec!["Issue".to_owned()],
        pieces: pieces.collect(),
        axis: vec![(0, "1".to_owned()), (face, face.to_string())],
        title: "title".to_owned(),
        description: "description".to_owned(),
        masked: "others".to_owned(),
        many: "small fragments".to_owned(),
    }
}

/// The drawing is XML, has a title, and every number in it is finite and not negative.
fn sound(svg: &str) {
    let tree = scraper::Html::parse_fragment(svg);
    assert_eq!(
        tree.select(&scraper::Selector::parse("svg[role=img] > title").unwrap())
            .count(),
        1
    );
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
    assert!(!svg.contains(" style="));
    for rect in tree.select(&scraper::Selector::parse("rect[x]").unwrap()) {
        for name in ["x", "y", "width", "height"] {
            let value: f64 = rect.attr(name).unwrap().parse().unwrap();
            assert!((0.0..5_000.0).contains(&value), "{name}={value}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn money_over_time_is_drawn_whatever_it_comes_to(
        marks in prop::collection::vec((0_i64..2_000, 0_i64..i64::MAX), 0..60),
        cuts in prop::collection::vec(0_i64..i64::MAX, 1..5),
    ) {
        let mark = |&(day, value): &(i64, i64)| DueMark {
            day,
            value,
            label: "<&>".to_owned(),
            short: "1.2M".to_owned(),
            overdue: day == 0,
        };
        let chart = CashChart {
            id: "c".to_owned(),
            days: 90,
            months: vec![(0, "today".to_owned()), (40, "Jan".to_owned())],
            lines: cuts.iter().map(|most| CashLine {
                class: "way-hold",
                label: "<&>".to_owned(),
                steps: marks.iter().map(|(day, value)| (*day, *value.min(most))).collect(),
                short: "1.2M".to_owned(),
            }).collect(),
            marks: marks.iter().map(mark).collect(),
            title: "title".to_owned(),
            description: "description".to_owned(),
        };
        for size in SIZES {
            let svg = chart.draw(size);
            sound(&svg);
            prop_assert!(!svg.contains("<&>"));
            prop_assert_eq!(svg.matches("class=\"steps ").count(), cuts.len());
            prop_assert_eq!(svg.matches("class=\"day\"").count(), marks.len());
            // Whatever is drawn stays within the drawing.
            for path in svg.split(" d=\"").skip(1) {
                let path = path.split('"').next().unwrap();
                for number in path.split(|c: char| !c.is_ascii_digit() && c != '.' && c != '-') {
                    let whole = number.split('.').next().unwrap_or_default();
                    if let Ok(whole) = whole.parse::<i64>() {
                        prop_assert!((0..=size.width()).contains(&whole), "{path}");
                    }
                }
            }
        }
    }

    #[test]
    fn pieces_that_tile_the_paper_are_drawn_as_a_tiling(
        face in 1_i64..1_000_000_000_000,
        cuts in prop::collection::vec(0_i64..1_000_000_000_000, 0..300),
    ) {
        let icicle = icicle(face, &cuts);
        for size in SIZES {
            let mut cells = icicle.cells(size);
            cells.sort_by_key(|cell| (cell.x, cell.width));
            let (left, right) = (cells[0].x, size.width() * 100);
            // Slivers are widened to a visible line, so edges may be off by that line, no more.
            let mut at = left;
            for cell in &cells {
                prop_assert!(cell.width > 0);
                prop_assert!((cell.x - at).abs() <= 100, "gap or overlap at {at}");
                at = cell.x + cell.width;
            }
            prop_assert!((at - right).abs() <= 100);
            prop_assert!(cells.iter().all(|cell| cell.x + cell.width <= right), "off the edge");
            let drawn: usize = cells.iter().map(|cell| match cell.what {
                What::One(_) => 1,
                What::Many(count) => count,
            }).sum();
            prop_assert_eq!(drawn, icicle.pieces.len(), "nothing is left out");
            sound(&icicle.draw(size));
        }
    }
}

#[test]
fn a_hundred_thousand_slivers_are_few_rectangles() {
    let cuts: Vec<i64> = (0..100_000).map(|at| at * 10).collect();
    let icicle = icicle(1_000_000, &cuts);
    for size in SIZES {
        assert!(icicle.cells(size).len() < 1_000);
        assert!(icicle.draw(size).len() < 20_000);
    }
    let legend = icicle.legend();
    assert!(legend.iter().any(|item| item.class == "slivers"));
}

#[test]
fn holders_keep_their_colour_and_masked_ones_have_none() {
    let icicle = icicle(1_000, &[200, 400, 600, 800]);
    let classes: Vec<_> = icicle.legend().into_iter().map(|item| item.class).collect();
    assert_eq!(classes, ["mine", "ink-0", "ink-1", "ink-2", "masked"]);
    for size in SIZES {
        let svg = icicle.draw(size);
        assert!(svg.contains("piece live ink-1") && svg.contains("piece live masked"));
        assert!(svg.contains("holder &lt;1&gt;") && !svg.contains("holder <"));
    }
}

#[test]
fn nothing_to_draw_is_still_a_drawing() {
    let mut nothing = icicle(1, &[]);
    nothing.pieces.clear();
    nothing.face = 0;
    let columns = Columns {
        id: "c".to_owned(),
        columns: Vec::new(),
        title: "t".to_owned(),
        description: String::new(),
    };
    let strip = DueStrip {
        id: "s".to_owned(),
        days: 0,
        months: Vec::new(),
        marks: Vec::new(),
        title: "t".to_owned(),
        description: String::new(),
    };
    for size in SIZES {
        sound(&nothing.draw(size));
        sound(&columns.draw(size));
        sound(&strip.draw(size));
    }
}

#[test]
fn columns_and_marks_stand_in_proportion() {
    let column = |value| Column {
        label: "a".to_owned(),
        value,
        short: "b".to_owned(),
        marked: false,
    };
    let chart = Columns {
        id: "c".to_owned(),
        columns: vec![column(i64::MAX), column(i64::MAX / 2), column(0)],
        title: "t".to_owned(),
        description: String::new(),
    };
    for size in SIZES {
        let svg = chart.draw(size);
        sound(&svg);
        assert!(
            svg.contains("height=\"128\"")
                && (svg.contains("height=\"64\"") || svg.contains("height=\"63.99\""))
        );
    }
    let strip = DueStrip {
        id: "s".to_owned(),
        days: 10,
        months: vec![(0, "now".to_owned())],
        title: "t".to_owned(),
        description: String::new(),
        marks: vec![DueMark {
            day: 99,
            value: 5,
            label: "late".to_owned(),
            short: "5".to_owned(),
            overdue: true,
        }],
    };
    assert!(
        strip.draw(Size::Narrow).contains("cx=\"352\""),
        "a date past the end stands at the end"
    );
}
