//! Invented money by day.

use crate::sample::base::{Page, fact, figure, oem, page, say};
use crate::sample::charts::both;
use crate::sample::supplier::around;
use ledger_core::currency::Currency;
use web_ui::cash_chart::{CashChart, CashLine};
use web_ui::charts::DueMark;
use web_ui::forms::Form;
use web_ui::i18n::Lang;
use web_ui::layout::Chart;
use web_ui::pages::cash::{CashByDay, CashRow, Plan, WayCard, WhatIfView};

/// The pages about money by day.
pub(crate) fn pages(lang: Lang) -> Vec<Page> {
    vec![page("plan", &plan(lang))]
}

fn chart(lang: Lang, id: &str, lines: Vec<CashLine>) -> Chart {
    let mark = |day, value| DueMark {
        day,
        value,
        label: web_ui::words::short_money(value, Currency::CNY, lang),
        short: web_ui::words::short_money(value, Currency::CNY, lang),
        overdue: false,
    };
    let month = |day, zh: &str, en: &str| (day, say(lang, zh, en));
    let chart = CashChart {
        id: id.to_owned(),
        days: 150,
        months: vec![month(0, "今天", "today"), month(42, "1月", "Jan")],
        lines,
        marks: vec![mark(23, 8_600_000), mark(80, 48_000_000)],
        title: say(lang, "每日资金", "Money by day"),
        description: say(lang, "共两天。", "Two days."),
    };
    both(|size| chart.draw(size))
}

fn line(class: &'static str, steps: &[(i64, i64)]) -> CashLine {
    CashLine {
        class,
        label: "¥566,000.00".to_owned(),
        steps: steps.to_vec(),
        short: "¥".to_owned(),
    }
}

/// What a treasury needs.
pub(crate) fn needed(lang: Lang) -> CashByDay {
    let lines = vec![line("way-hold", &[(23, 8_600_000), (80, 56_600_000)])];
    CashByDay {
        title: say(lang, "每日所需资金", "Cash needed by day"),
        figures: vec![figure(
            lang,
            ("30 天内需付", "Needed within 30 days"),
            "¥86,000.00",
            ("", ""),
        )],
        chart: chart(lang, "needed", lines),
        rows: vec![CashRow {
            date: say(lang, "2026年12月13日", "13 Dec 2026"),
            when: say(lang, "23 天后", "in 23 days"),
            amount: "¥86,000.00".to_owned(),
            running: "¥86,000.00".to_owned(),
            late: false,
        }],
    }
}

fn way(lang: Lang, name: (&str, &str), class: &'static str, href: &str) -> WayCard {
    WayCard {
        name: say(lang, name.0, name.1),
        class,
        arrives: "¥474,300.00".to_owned(),
        facts: vec![fact(
            lang,
            ("日期", "On"),
            ("2026年11月20日", "20 Nov 2026"),
        )],
        href: href.to_owned(),
        verb: say(lang, "发起融资", "Request financing"),
    }
}

fn plan(lang: Lang) -> Plan {
    let lines = vec![
        line("way-hold", &[(23, 8_600_000), (80, 56_600_000)]),
        line("way-standing", &[(0, 47_430_000), (23, 56_030_000)]),
    ];
    Plan {
        shell: around(lang, "/plan"),
        days: vec![needed(lang)],
        notes: Vec::new(),
        form: Form::default(),
        fragments: vec![("f1".to_owned(), format!("¥480,000.00 · {}", oem(lang)))],
        what_if: Some(WhatIfView {
            about: format!("¥480,000.00 · {}", oem(lang)),
            ways: vec![
                way(lang, ("持有至到期", "Hold to the due date"), "way-hold", ""),
                way(
                    lang,
                    ("按常设报价融资", "Sell it today"),
                    "way-standing",
                    "/finance/new",
                ),
            ],
            notes: Vec::new(),
            chart: chart(lang, "ways", lines),
            rows: vec![(
                say(lang, "2026年11月20日", "20 Nov 2026"),
                vec!["–".to_owned(), "¥474,300.00".to_owned()],
            )],
            totals: vec!["¥566,000.00".to_owned(), "¥560,300.00".to_owned()],
        }),
    }
}
