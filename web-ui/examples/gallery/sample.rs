//! Invented data for every page. The same pages are rendered by the tests.

use askama::Template;
use web_ui::charts::{Column, Columns, DueMark, DueStrip};
use web_ui::forms::Form;
use web_ui::i18n::Lang;
use web_ui::icicle::{Icicle, Piece, PieceState};
use web_ui::layout::{Badge, Banner, Chart, Fact, Figure, Role, Shell, Signing, Task, Tone};
use web_ui::pages::picture::Picture;
use web_ui::pages::receipt::{Problem, Receipt};
use web_ui::pages::sign_in::{FirstVisit, SignIn};
use web_ui::svg::Size;

use crate::{sample_desk, sample_supplier};

/// A rendered page.
pub(crate) struct Page {
    /// Its name in the gallery.
    pub(crate) name: &'static str,
    /// The document.
    pub(crate) html: String,
}

/// Renders a view; a failure is shown as the page, so that the tests see it.
pub(crate) fn page(name: &'static str, view: &impl Template) -> Page {
    Page {
        name,
        html: view
            .render()
            .unwrap_or_else(|error| format!("FAILED {error}")),
    }
}

/// Chinese or English.
pub(crate) fn say(lang: Lang, zh: &str, en: &str) -> String {
    match lang {
        Lang::Zh => zh.to_owned(),
        Lang::En => en.to_owned(),
    }
}

/// A fact in both languages.
pub(crate) fn fact(lang: Lang, label: (&str, &str), value: (&str, &str)) -> Fact {
    Fact::new(say(lang, label.0, label.1), say(lang, value.0, value.1))
}

/// The invented carmaker.
pub(crate) fn oem(lang: Lang) -> String {
    say(lang, "远山汽车股份有限公司", "Yuanshan Motor Co., Ltd.")
}

/// The supplier whose pages are shown.
pub(crate) fn me(lang: Lang) -> String {
    say(
        lang,
        "苏州明锐精密冲压有限公司",
        "Mingrui Precision Stamping (Suzhou)",
    )
}

/// A number of thirty digits.
pub(crate) const NUMBER: &str = "731313100001720261109000000124";

/// Around a page.
pub(crate) fn shell(lang: Lang, role: Option<Role>, path: &str) -> Shell {
    let party = match role {
        Some(Role::Supplier) => me(lang),
        Some(Role::Operator) => say(lang, "平台运营方", "Platform operator"),
        _treasury => oem(lang),
    };
    Shell {
        lang,
        user: role.map(|role| Badge {
            name: say(lang, "周敏", "Zhou Min"),
            party,
            role,
        }),
        path: path.to_owned(),
        banner: None,
        business_date: say(lang, "2026年11月20日", "20 Nov 2026"),
        csrf: "sample-token".to_owned(),
        demo: true,
    }
}

/// A deed to sign.
pub(crate) fn deed(
    lang: Lang,
    action: &str,
    statement: String,
    facts: Vec<Fact>,
    submit: String,
) -> Signing {
    Signing {
        action: action.to_owned(),
        statement,
        facts,
        consequences: vec![
            say(
                lang,
                "签署后立即记账，不能撤销；如有错误，以新的签名记录更正。",
                "It is recorded at once and can't be undone; a mistake is put right by a new signed entry.",
            ),
            say(
                lang,
                "您对这笔交易真实、合法、无争议负责。",
                "You answer for the trade being real, lawful and undisputed.",
            ),
        ],
        submit,
        hidden: vec![(
            "deed".to_owned(),
            "b1946ac92492d2347c6235b4d2611184".to_owned(),
        )],
    }
}

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
        many: say(lang, "个片段", "fragments"),
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

/// A task.
pub(crate) fn task(title: String, note: String, amount: &str, verb: String) -> Task {
    Task {
        title,
        note,
        amount: amount.to_owned(),
        href: "/".to_owned(),
        verb,
    }
}

/// A figure.
pub(crate) fn figure(lang: Lang, label: (&str, &str), value: &str, note: (&str, &str)) -> Figure {
    Figure {
        label: say(lang, label.0, label.1),
        value: value.to_owned(),
        note: say(lang, note.0, note.1),
    }
}

/// The page for what can't be shown.
pub(crate) fn problem(lang: Lang) -> Problem {
    Problem {
        shell: shell(lang, Some(Role::Supplier), "/fragments/x"),
        title: say(
            lang,
            "没有这个片段，或您无权查看",
            "No such fragment, or not yours to see",
        ),
        advice: say(lang, "请从“我的凭证”进入。", "Start from what you hold."),
        code: "not_found".to_owned(),
        back: "/".to_owned(),
    }
}

/// Every page in one language.
pub(crate) fn pages(lang: Lang) -> Vec<Page> {
    let mut all = entrance(lang);
    all.extend(sample_supplier::pages(lang));
    all.extend(sample_desk::pages(lang));
    all
}

fn entrance(lang: Lang) -> Vec<Page> {
    let mut wrong = Form::default();
    wrong.push("login", "zhou.min@mingrui.example");
    wrong.refuse("passphrase", "sign_in_failed");
    let first = FirstVisit {
        shell: shell(lang, None, "/first-visit/abc"),
        form: Form::default(),
        invitation: "abc".to_owned(),
        person: say(lang, "周敏", "Zhou Min"),
        party: me(lang),
        login: "zhou.min@mingrui.example".to_owned(),
    };
    let receipt = Receipt {
        shell: shell(lang, Some(Role::Supplier), "/receipts/1"),
        title: say(
            lang,
            "已选择江南银行的报价",
            "You took Jiangnan Bank's quote",
        ),
        amount: "¥473,045.33".to_owned(),
        next: say(
            lang,
            "银行付款到账后，凭证才会转到银行名下。预计 11 月 23 日到账。",
            "The fragment moves to the bank when its payment has arrived, expected on 23 November.",
        ),
        facts: vec![
            fact(lang, ("记录编号", "Entry"), ("1 048 213", "1,048,213")),
            Fact::new(say(lang, "摘要", "Hash"), "9f2c 41d0 77ab 03e5 … 51c8"),
            fact(lang, ("签署人", "Signed by"), ("周敏", "Zhou Min")),
        ],
        links: vec![(
            say(lang, "返回我的凭证", "Back to holdings"),
            "/".to_owned(),
        )],
    };
    let mut refused = problem(lang);
    refused.shell.banner = Some(Banner {
        tone: Tone::Refused,
        title: say(
            lang,
            "报价已过期，没有签署",
            "The quote has expired; nothing was signed",
        ),
        advice: say(
            lang,
            "请重新询价，或选择另一家银行的报价。",
            "Ask again, or take another bank's quote.",
        ),
        code: "quote_expired".to_owned(),
    });
    vec![
        page(
            "sign-in",
            &SignIn {
                shell: shell(lang, None, "/sign-in"),
                form: wrong,
                next: "/".to_owned(),
            },
        ),
        page("first-visit", &first),
        page("receipt", &receipt),
        page("problem", &refused),
    ]
}
