//! Payables coming in.

use crate::sample::base::{Page, figure, me, page, say, shell};
use web_ui::forms::Form;
use web_ui::i18n::Lang;
use web_ui::layout::Role;
use web_ui::pages::imports::{
    ColumnHelp, ImportLine, ImportMapping, ImportNew, ImportProgress, ImportResult, ProposedLine,
    RowProblem,
};

/// Every page of this file.
pub(crate) fn pages(lang: Lang) -> Vec<Page> {
    vec![
        page("import", &import_new(lang)),
        page("mapping", &import_mapping(lang)),
        page("import-result", &import_result(lang)),
        page("import-reading", &reading(lang)),
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
        may_upload: true,
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
            state: say(lang, "读取完毕", "read to its end"),
            good: "1,204".to_owned(),
            bad: "17".to_owned(),
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
    ImportResult {
        unknown: Vec::new(),
        unknown_waiting: false,
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
        problems: problems(lang),
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
        deed: Some(crate::sample::base::deed(
            lang,
            "/treasury/imports/1/propose",
            say(lang, "我提交开立所列凭证。", "I propose these papers."),
            vec![crate::sample::base::fact(
                lang,
                ("凭证", "Papers"),
                ("12", "12"),
            )],
            say(lang, "提交复核", "Send for approval"),
        )),
        form: Form::default(),
    }
}

fn problems(lang: Lang) -> Vec<RowProblem> {
    let problem =
        |row: &str, column: &str, value: &str, advice: (&str, &str), code: &str| RowProblem {
            row: row.to_owned(),
            column: column.to_owned(),
            value: value.to_owned(),
            advice: say(lang, advice.0, advice.1),
            code: code.to_owned(),
        };
    vec![
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
    ]
}

fn reading(lang: Lang) -> ImportResult {
    let mut reading = import_result(lang);
    reading.progress = Some(ImportProgress {
        id: "1".to_owned(),
        words: say(lang, "已读 12,000 / 28,145 行", "12,000 of 28,145 rows"),
        done: 12_000,
        total: 28_145,
    });
    reading
}
