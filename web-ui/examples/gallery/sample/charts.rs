//! Invented charts.

use crate::sample::base::{me, oem, say};
use ledger_core::currency::Currency;
use web_ui::charts::{Column, Columns, DueMark, DueStrip};
use web_ui::i18n::Lang;
use web_ui::icicle::{Icicle, Piece, PieceState};
use web_ui::layout::Chart;
use web_ui::pages::picture::Picture;
use web_ui::svg::Size;

/// Both drawings of a chart.
pub(crate) fn both(draw: impl Fn(Size) -> String) -> Chart {
    Chart {
        narrow: draw(Size::Narrow),
        wide: draw(Size::Wide),
    }
}

/// Outstanding by month.
pub(crate) fn columns(lang: Lang) -> Chart {
    let data = [
        (12, 4_210),
        (1, 7_830),
        (2, 2_120),
        (3, 9_640),
        (4, 5_400),
        (5, 3_050),
    ];
    let names = [
        "", "Jan", "Feb", "Mar", "Apr", "May", "", "", "", "", "", "", "Dec",
    ];
    let chart = Columns {
        id: "months".to_owned(),
        columns: data
            .iter()
            .map(|&(month, value)| Column {
                label: say(lang, &format!("{month}月"), names.get(month).unwrap_or(&"")),
                value,
                short: say(
                    lang,
                    &format!("{value}万"),
                    &format!("{}.{}M", value / 100, value / 10 % 10),
                ),
                marked: false,
            })
            .collect(),
        title: say(
            lang,
            "按到期月份的未兑付金额",
            "Outstanding by month of maturity",
        ),
        description: say(
            lang,
            "三月最高，9640 万元。",
            "March is highest with 96.4 million yuan.",
        ),
    };
    both(|size| chart.draw(size))
}

/// Due dates of a supplier.
pub(crate) fn strip(lang: Lang) -> Chart {
    let mark = |day, value, zh: &str, en: &str| DueMark {
        day,
        value,
        label: say(lang, zh, en),
        short: web_ui::words::short_money(value, Currency::CNY, lang),
        overdue: false,
    };
    let month = |day, zh: &str, en: &str| (day, say(lang, zh, en));
    let chart = DueStrip {
        id: "strip".to_owned(),
        days: 180,
        months: vec![
            month(0, "今天", "today"),
            month(11, "12月", "Dec"),
            month(42, "1月", "Jan"),
            month(73, "2月", "Feb"),
            month(101, "3月", "Mar"),
            month(132, "4月", "Apr"),
            month(162, "5月", "May"),
        ],
        marks: vec![
            mark(23, 86_000, "12月13日 · ¥86,000.00", "13 Dec · ¥86,000.00"),
            mark(80, 480_000, "2月8日 · ¥480,000.00", "8 Feb · ¥480,000.00"),
            mark(
                118,
                212_500,
                "3月18日 · ¥212,500.00",
                "18 Mar · ¥212,500.00",
            ),
        ],
        title: say(lang, "到期安排", "Due dates"),
        description: say(
            lang,
            "三笔，最近一笔 12 月 13 日。",
            "Three amounts, the next on 13 December.",
        ),
    };
    both(|size| chart.draw(size))
}

/// The picture as a tier-2 supplier may see it, or whole for the auditor with many slivers.
pub(crate) fn picture(lang: Lang, whole: bool) -> Picture {
    let tiers = [
        ("开立", "Issue"),
        ("一级", "Tier 1"),
        ("二级", "Tier 2"),
        ("三级", "Tier 3"),
    ];
    let mut pieces = vec![
        piece(
            (0, 120_000_000),
            (0, 1),
            Some(oem(lang)),
            PieceState::Moved,
            "¥1,200,000.00",
        ),
        piece(
            (0, 120_000_000),
            (1, 2),
            Some(say(lang, "常州恒立车桥", "Hengli Axle")),
            PieceState::Moved,
            "¥1,200,000.00",
        ),
    ];
    let mut mine = piece(
        (30_000_000, 78_000_000),
        (2, 4),
        Some(me(lang)),
        PieceState::Live,
        "¥480,000.00",
    );
    mine.mine = true;
    pieces.push(mine);
    if whole {
        pieces.extend(siblings(lang));
    } else {
        pieces.push(piece((0, 30_000_000), (2, 4), None, PieceState::Live, ""));
        pieces.push(piece(
            (78_000_000, 120_000_000),
            (2, 4),
            None,
            PieceState::Live,
            "",
        ));
    }
    let icicle = Icicle {
        id: "paper".to_owned(),
        face: 120_000_000,
        rows: tiers.iter().map(|(zh, en)| say(lang, zh, en)).collect(),
        pieces,
        axis: vec![
            (0, "1".to_owned()),
            (60_000_000, "60,000,000".to_owned()),
            (120_000_000, "120,000,000".to_owned()),
        ],
        title: say(lang, "凭证持有结构", "Who holds which part of the paper"),
        description: say(
            lang,
            "从左到右是凭证的每一分钱，从上到下是层级。",
            "Cents from left to right, tiers downward.",
        ),
        masked: say(lang, "其他持有人", "Others"),
        many: say(lang, "小额片段", "small fragments"),
    };
    let caption = say(
        lang,
        "从左到右是凭证的每一分钱，从上到下是层级；最下沿是现在的持有人。",
        "Cents run from left to right, tiers downward. The bottom edge is who holds what now.",
    );
    Picture::of(&icicle, lang, caption)
}

fn piece(
    (lo, hi): (i64, i64),
    (top, bottom): (u32, u32),
    holder: Option<String>,
    state: PieceState,
    amount: &str,
) -> Piece {
    Piece {
        lo,
        hi,
        top,
        bottom,
        holder,
        mine: false,
        state,
        amount: amount.to_owned(),
    }
}

/// What only the auditor sees: the other branches, one of them cut into slivers.
fn siblings(lang: Lang) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let inner = [
        ("无锡永固紧固件", "Yonggu Fasteners"),
        ("宁波申达橡塑", "Shenda Rubber"),
        ("江南银行", "Jiangnan Bank"),
    ];
    pieces.push(piece(
        (0, 30_000_000),
        (2, 3),
        Some(say(lang, inner[0].0, inner[0].1)),
        PieceState::Moved,
        "¥300,000.00",
    ));
    pieces.push(piece(
        (0, 18_000_000),
        (3, 4),
        Some(say(lang, inner[1].0, inner[1].1)),
        PieceState::Offered,
        "¥180,000.00",
    ));
    pieces.push(piece(
        (18_000_000, 30_000_000),
        (3, 4),
        Some(say(lang, inner[2].0, inner[2].1)),
        PieceState::Financed,
        "¥120,000.00",
    ));
    pieces.push(piece(
        (78_000_000, 100_000_000),
        (2, 4),
        Some(say(lang, "合肥瑞丰电子", "Ruifeng Electronics")),
        PieceState::Frozen,
        "¥220,000.00",
    ));
    pieces.extend((0..400).map(|at| {
        piece(
            (100_000_000 + at * 50_000, 100_050_000 + at * 50_000),
            (2, 4),
            Some(format!("S{at}")),
            PieceState::Live,
            "¥500.00",
        )
    }));
    pieces
}
