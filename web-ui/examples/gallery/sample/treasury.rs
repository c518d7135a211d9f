//! The treasury's pages.

use crate::sample::base::{NUMBER, Page, deed, fact, figure, me, oem, page, say, shell, task};
use crate::sample::cash::needed;
use crate::sample::charts::{columns, picture};
use crate::sample::fragment::history;
use web_ui::forms::Form;
use web_ui::i18n::Lang;
use web_ui::layout::{Fact, Role};
use web_ui::pages::home::{Home, NoticeLine};
use web_ui::pages::papers::{Outstanding, PaperLine, PaperPage};
use web_ui::pages::proposals::{Proposal, Proposals};

/// Every page of a desk.
pub(crate) fn pages(lang: Lang) -> Vec<Page> {
    vec![
        page("home", &home(lang)),
        page("proposals", &proposals(lang)),
        page("outstanding", &outstanding(lang)),
        page("paper", &paper(lang)),
    ]
}

fn home(lang: Lang) -> Home {
    Home {
        shell: shell(lang, Some(Role::TreasuryChecker), "/"),
        tasks: vec![task(
            say(lang, "12 张凭证待复核", "12 papers to approve"),
            say(lang, "周敏 提交于今天 09:40", "from Zhou Min, today 09:40"),
            "¥18,420,000.00",
            say(lang, "复核", "Approve"),
        )],
        figures: figures(lang),
        chart: Some(columns(lang)),
        notices: vec![NoticeLine {
            when: "11-20".to_owned(),
            text: say(
                lang,
                "常州恒立车桥已签收凭证",
                "Hengli Axle accepted its paper",
            ),
            href: "/".to_owned(),
        }],
    }
}

fn figures(lang: Lang) -> Vec<web_ui::layout::Figure> {
    vec![
        figure(
            lang,
            ("未兑付", "Outstanding"),
            "¥322,500,000.00",
            ("41 张凭证", "41 papers"),
        ),
        figure(
            lang,
            ("最近到期", "Due next"),
            "¥8,600,000.00",
            ("12月7日", "7 Dec"),
        ),
        figure(
            lang,
            ("待签收", "Not yet accepted"),
            "¥1,200,000.00",
            ("1 张", "1 paper"),
        ),
    ]
}

fn proposals(lang: Lang) -> Proposals {
    let line = |id: &str, payee: String, amount: &str, own| Proposal {
        id: id.to_owned(),
        payee,
        invoices: say(lang, "14 张发票", "14 invoices"),
        amount: amount.to_owned(),
        maturity: "2027-02-08".to_owned(),
        clock: lang.text("clock-paper-within"),
        past_clock: false,
        maker: say(lang, "周敏，今天 09:40", "Zhou Min, today 09:40"),
        own,
    };
    Proposals {
        after: String::new(),
        next: None,
        past_clock: None,
        all: None,
        shell: shell(lang, Some(Role::TreasuryChecker), "/treasury/proposals"),
        form: Form::default(),
        proposals: vec![
            line(
                "1",
                say(lang, "常州恒立车桥有限公司", "Hengli Axle (Changzhou)"),
                "¥1,200,000.00",
                false,
            ),
            line("2", me(lang), "¥212,500.00", true),
        ],
        total: say(
            lang,
            "2 张凭证，合计 ¥1,412,500.00",
            "2 papers, ¥1,412,500.00 in all",
        ),
        terms: vec![(
            say(lang, "2 张凭证的条款", "Terms of 2 papers"),
            vec![fact(
                lang,
                ("转让", "Passing on"),
                ("可转让，最深第 10 级", "Allowed, down to tier 10"),
            )],
        )],
        deed: Some(deed(
            lang,
            "/treasury/proposals/approve",
            say(
                lang,
                "我方确认所选应付账款真实无争议，开立凭证并承诺到期日无条件付款。",
                "We confirm the selected payables as real and undisputed, issue papers for them and promise to pay unconditionally on maturity.",
            ),
            vec![fact(
                lang,
                ("可用额度", "Limit left"),
                ("¥677,500,000.00", "¥677,500,000.00"),
            )],
            say(lang, "签名并开立", "Sign and issue"),
        )),
    }
}

fn outstanding(lang: Lang) -> Outstanding {
    let paper = |payee: String, amount: &str| PaperLine {
        number: NUMBER.to_owned(),
        payee,
        amount: amount.to_owned(),
        issued: "2026-11-09".to_owned(),
        maturity: "2027-02-08".to_owned(),
        state: say(lang, "已签收", "Accepted"),
        state_class: "live",
    };
    Outstanding {
        shell: shell(lang, Some(Role::TreasuryMaker), "/treasury/papers"),
        figures: figures(lang),
        needed: vec![needed(lang)],
        chart: Some(columns(lang)),
        months: vec![
            (
                say(lang, "2026年12月", "December 2026"),
                "6".to_owned(),
                "¥42,100,000.00".to_owned(),
            ),
            (
                say(lang, "2027年1月", "January 2027"),
                "9".to_owned(),
                "¥78,300,000.00".to_owned(),
            ),
        ],
        papers: vec![
            paper(
                say(lang, "常州恒立车桥有限公司", "Hengli Axle (Changzhou)"),
                "¥1,200,000.00",
            ),
            paper(me(lang), "¥212,500.00"),
        ],
        more: "/treasury/papers?after=1".to_owned(),
        all: false,
    }
}

fn paper(lang: Lang) -> PaperPage {
    PaperPage {
        shell: shell(lang, Some(Role::TreasuryChecker), "/treasury/papers/1"),
        number: NUMBER.to_owned(),
        amount: "¥1,200,000.00".to_owned(),
        state: say(lang, "已签收，流转中", "Accepted, in circulation"),
        state_class: "live",
        terms: Vec::new(),
        withdrawal: None,
        form: Form::default(),
        facts: vec![
            Fact::new(say(lang, "核心企业", "Obligor"), oem(lang)),
            fact(
                lang,
                ("收款企业", "Payee"),
                ("常州恒立车桥有限公司", "Hengli Axle (Changzhou)"),
            ),
            Fact::new(say(lang, "开立日", "Issued"), "2026-11-09"),
            Fact::new(say(lang, "到期日", "Maturity"), "2027-02-08"),
        ],
        picture: Some(picture(lang, true)),
        payables: vec![(
            "26322000000012345678".to_owned(),
            "2026-10-28".to_owned(),
            "¥1,200,000.00".to_owned(),
        )],
        entries: history(lang),
    }
}
