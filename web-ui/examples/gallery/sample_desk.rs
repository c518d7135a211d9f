//! The treasury's and the operator's pages.

use web_ui::forms::Form;
use web_ui::i18n::Lang;
use web_ui::layout::{Fact, Role};
use web_ui::pages::home::{Home, NoticeLine};
use web_ui::pages::imports::{
    ColumnHelp, ImportLine, ImportMapping, ImportNew, ImportProgress, ImportResult, ProposedLine,
    RowProblem,
};
use web_ui::pages::operator::{
    Day, JobLine, MatchLine, Parties, PartyLine, Reconciliation, UserLine, Users,
};
use web_ui::pages::papers::{Outstanding, PaperLine, PaperPage};
use web_ui::pages::proposals::{Proposal, Proposals};

use crate::sample::{
    NUMBER, Page, columns, deed, fact, figure, me, oem, page, picture, say, shell, task,
};
use crate::sample_supplier::history;

/// Every page of a desk.
pub(crate) fn pages(lang: Lang) -> Vec<Page> {
    let mut reading = import_result(lang);
    reading.progress = Some(ImportProgress {
        id: "1".to_owned(),
        words: say(lang, "已读 12,000 / 28,145 行", "12,000 of 28,145 rows"),
        done: 12_000,
        total: 28_145,
    });
    vec![
        page("home", &home(lang)),
        page("import", &import_new(lang)),
        page("mapping", &import_mapping(lang)),
        page("import-result", &import_result(lang)),
        page("import-reading", &reading),
        page("proposals", &proposals(lang)),
        page("outstanding", &outstanding(lang)),
        page("paper", &paper(lang)),
        page("parties", &parties(lang)),
        page("users", &users(lang)),
        page("day", &day(lang)),
        page("reconciliation", &reconciliation(lang)),
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

fn columns_help(lang: Lang) -> Vec<ColumnHelp> {
    let column = |name: &str, meaning: (&str, &str), example: &str, required| ColumnHelp {
        name: name.to_owned(),
        meaning: say(lang, meaning.0, meaning.1),
        example: example.to_owned(),
        required,
    };
    vec![
        column(
            "invoice_number",
            ("发票号码", "Invoice number"),
            "26322000000012345678",
            true,
        ),
        column(
            "payee_credit_code",
            ("收款企业统一社会信用代码", "Payee's credit code"),
            "91320505MA1X8K2L3T",
            true,
        ),
        column(
            "amount",
            (
                "应付金额，元，最多两位小数",
                "Amount payable, at most two decimals",
            ),
            "1200000.00",
            true,
        ),
        column(
            "due_date",
            ("付款日", "Date to be paid"),
            "2027-02-08",
            true,
        ),
        column(
            "purchase_order",
            ("采购订单号", "Purchase order"),
            "PO-88120",
            false,
        ),
    ]
}

fn import_new(lang: Lang) -> ImportNew {
    ImportNew {
        shell: shell(lang, Some(Role::TreasuryMaker), "/treasury/imports"),
        form: Form::default(),
        mappings: vec![
            (
                "own".to_owned(),
                say(lang, "本平台列格式", "Our own column set"),
            ),
            (
                "sap".to_owned(),
                say(lang, "SAP 月末导出", "SAP month-end export"),
            ),
            (
                "new".to_owned(),
                say(lang, "新建对应关系…", "A new mapping…"),
            ),
        ],
        columns: columns_help(lang),
        recent: vec![ImportLine {
            href: "/treasury/imports/1".to_owned(),
            file: say(lang, "应付账款-2026-10.csv", "payables-2026-10.csv"),
            when: say(lang, "11月2日，周敏", "2 Nov, Zhou Min"),
            good: "1,204".to_owned(),
            bad: "17".to_owned(),
            amount: "¥84,210,330.50".to_owned(),
        }],
    }
}

fn import_mapping(lang: Lang) -> ImportMapping {
    ImportMapping {
        shell: shell(
            lang,
            Some(Role::TreasuryMaker),
            "/treasury/imports/1/mapping",
        ),
        form: Form::default(),
        id: "1".to_owned(),
        file: "ZFI_AP_OPEN_202611.XLSX".to_owned(),
        columns: columns_help(lang),
        headers: vec![
            ("Belegnummer".to_owned(), "5100004711".to_owned()),
            ("Kreditor".to_owned(), "70001234".to_owned()),
            ("Betrag".to_owned(), "1200000.00".to_owned()),
        ],
    }
}

fn import_result(lang: Lang) -> ImportResult {
    let problem =
        |row: &str, column: &str, value: &str, advice: (&str, &str), code: &str| RowProblem {
            row: row.to_owned(),
            column: column.to_owned(),
            value: value.to_owned(),
            advice: say(lang, advice.0, advice.1),
            code: code.to_owned(),
        };
    ImportResult {
        shell: shell(lang, Some(Role::TreasuryMaker), "/treasury/imports/1"),
        id: "1".to_owned(),
        file: say(lang, "应付账款-2026-11.csv", "payables-2026-11.csv"),
        how: say(
            lang,
            "GB18030 · 本平台列格式 · 摘要 4be1 09aa",
            "GB18030 · our own column set · digest 4be1 09aa",
        ),
        progress: None,
        figures: vec![
            figure(
                lang,
                ("可开立金额", "Can be issued"),
                "¥18,420,000.00",
                ("12 家收款企业", "12 payees"),
            ),
            figure(lang, ("合格行", "Good rows"), "1,187", ("", "")),
            figure(lang, ("问题行", "With problems"), "17", ("", "")),
        ],
        kinds: vec![
            (
                say(lang, "金额为负（红字）", "negative amount (credit note)"),
                "9".to_owned(),
            ),
            (
                say(lang, "缺少收款企业代码", "payee's code missing"),
                "6".to_owned(),
            ),
            (say(lang, "重复的发票", "invoice twice"), "2".to_owned()),
        ],
        problems: vec![
            problem(
                "214",
                "amount",
                "-3,200.00",
                (
                    "红字不能开立凭证，请与原发票冲抵后重新导出。",
                    "A credit note can't become a paper; net it against its invoice and export again.",
                ),
                "amount_negative",
            ),
            problem(
                "380",
                "payee_credit_code",
                "",
                (
                    "请补上 18 位统一社会信用代码。",
                    "Add the 18-character credit code.",
                ),
                "payee_missing",
            ),
            problem(
                "911",
                "due_date",
                "2026-02-30",
                (
                    "没有这一天，请更正日期。",
                    "There is no such day; correct the date.",
                ),
                "not_a_date",
            ),
        ],
        left_out: 14,
        proposed: vec![
            ProposedLine {
                payee: say(lang, "常州恒立车桥有限公司", "Hengli Axle (Changzhou)"),
                invoices: "14".to_owned(),
                maturity: "2027-02-08".to_owned(),
                amount: "¥1,200,000.00".to_owned(),
            },
            ProposedLine {
                payee: me(lang),
                invoices: "3".to_owned(),
                maturity: "2027-02-08".to_owned(),
                amount: "¥212,500.00".to_owned(),
            },
        ],
        can_propose: true,
    }
}

fn proposals(lang: Lang) -> Proposals {
    let line = |id: &str, payee: String, amount: &str, own| Proposal {
        id: id.to_owned(),
        payee,
        invoices: say(lang, "14 张发票", "14 invoices"),
        amount: amount.to_owned(),
        maturity: "2027-02-08".to_owned(),
        maker: say(lang, "周敏，今天 09:40", "Zhou Min, today 09:40"),
        own,
    };
    Proposals {
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
    }
}

fn paper(lang: Lang) -> PaperPage {
    PaperPage {
        shell: shell(lang, Some(Role::TreasuryChecker), "/treasury/papers/1"),
        number: NUMBER.to_owned(),
        amount: "¥1,200,000.00".to_owned(),
        state: say(lang, "已签收，流转中", "Accepted, in circulation"),
        state_class: "live",
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
        picture: picture(lang, true),
        payables: vec![(
            "26322000000012345678".to_owned(),
            "2026-10-28".to_owned(),
            "¥1,200,000.00".to_owned(),
        )],
        entries: history(lang),
    }
}

fn parties(lang: Lang) -> Parties {
    let line = |name: String, state: (&str, &str), class| PartyLine {
        name,
        credit_code: "91320505MA1X8K2L3T".to_owned(),
        kind: say(lang, "供应商", "Supplier"),
        account: "**** 0193".to_owned(),
        custody: say(lang, "平台托管（口令加密）", "hosted, sealed by passphrase"),
        state: say(lang, state.0, state.1),
        state_class: class,
    };
    Parties {
        shell: shell(lang, Some(Role::Operator), "/operator/parties"),
        form: Form::default(),
        parties: vec![
            line(me(lang), ("可用", "active"), "ok"),
            line(
                say(lang, "无锡永固紧固件有限公司", "Yonggu Fasteners (Wuxi)"),
                ("未登记密钥", "no key yet"),
                "waiting",
            ),
        ],
        kinds: vec![
            ("supplier".to_owned(), say(lang, "供应商", "Supplier")),
            ("obligor".to_owned(), say(lang, "核心企业", "Obligor")),
        ],
    }
}

fn users(lang: Lang) -> Users {
    Users {
        shell: shell(lang, Some(Role::Operator), "/operator/users"),
        form: Form::default(),
        users: vec![UserLine {
            name: say(lang, "周敏", "Zhou Min"),
            login: "zhou.min@mingrui.example".to_owned(),
            party: me(lang),
            role: say(lang, "供应商", "Supplier"),
            seen: say(lang, "邀请未使用", "invitation open"),
        }],
        parties: vec![("p1".to_owned(), me(lang))],
        roles: vec![("supplier".to_owned(), say(lang, "供应商", "Supplier"))],
    }
}

fn day(lang: Lang) -> Day {
    let job = |name: &str, what: (&str, &str), due: (&str, &str), class| JobLine {
        name: name.to_owned(),
        what: say(lang, what.0, what.1),
        last: say(lang, "今天 09:00，完成 3 项", "today 09:00, 3 done"),
        due: say(lang, due.0, due.1),
        state_class: class,
    };
    Day {
        shell: shell(lang, Some(Role::Operator), "/operator/day"),
        form: Form::default(),
        date: "2026-11-20".to_owned(),
        kind: say(lang, "星期五，工作日", "Friday, a working day"),
        can_travel: true,
        stops: vec![
            (
                "2026-12-07".to_owned(),
                say(lang, "12月7日：首张到期", "7 Dec: first maturity"),
            ),
            (
                "2027-02-08".to_owned(),
                say(
                    lang,
                    "2月8日：春节后首个工作日",
                    "8 Feb: first maturity of the year",
                ),
            ),
        ],
        jobs: vec![
            job(
                "present-papers",
                ("提示付款", "Present papers"),
                ("无", "nothing"),
                "ok",
            ),
            job(
                "settle-papers",
                ("兑付清分", "Settle and clear"),
                ("1 张", "1 paper"),
                "waiting",
            ),
        ],
    }
}

fn reconciliation(lang: Lang) -> Reconciliation {
    let line = |purpose: (&str, &str), amount: &str| MatchLine {
        instruction: "SET-20261207-0001-003".to_owned(),
        purpose: say(lang, purpose.0, purpose.1),
        instructed: amount.to_owned(),
        booked: amount.to_owned(),
        reference: "JN20261207000318".to_owned(),
        state: say(lang, "一致", "matched"),
        state_class: "ok",
    };
    Reconciliation {
        shell: shell(lang, Some(Role::Operator), "/operator/reconciliation"),
        date: "2026-12-07".to_owned(),
        figures: vec![
            figure(lang, ("差额", "Difference"), "¥0.00", ("", "")),
            figure(
                lang,
                ("已指令", "Instructed"),
                "¥8,600,000.00",
                ("4 笔", "4 instructions"),
            ),
            figure(
                lang,
                ("银行入账", "On the statement"),
                "¥8,600,000.00",
                ("4 笔", "4 lines"),
            ),
        ],
        even: true,
        lines: vec![
            line(
                ("向远山汽车收款", "Collected from Yuanshan Motor"),
                "¥8,600,000.00",
            ),
            line(("付给最终持有人", "Paid to holder"), "¥4,300,000.00"),
        ],
    }
}
