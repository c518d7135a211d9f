//! The operator's pages.

use crate::sample::base::{Page, figure, me, page, say, shell, task};
use web_ui::forms::Form;
use web_ui::i18n::Lang;
use web_ui::layout::{Fact, Role, Task};
use web_ui::pages::operator::{
    Day, JobLine, MatchLine, Parties, PartyLine, Reconciliation, UserLine, Users,
};
use web_ui::pages::tasks::{TaskCard, Tasks};
use web_ui::task_desk::wording;

/// Every page of the operator.
pub(crate) fn pages(lang: Lang) -> Vec<Page> {
    vec![
        page("parties", &parties(lang)),
        page("users", &users(lang)),
        page("day", &day(lang)),
        page("tasks", &tasks(lang)),
        page("reconciliation", &reconciliation(lang)),
    ]
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
        left_out: 0,
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
        left_out: 0,
        users: vec![UserLine {
            name: say(lang, "周敏", "Zhou Min"),
            login: "zhou.min@mingrui.example".to_owned(),
            party: me(lang),
            role: say(lang, "供应商", "Supplier"),
            seen: say(lang, "邀请未使用", "invitation open"),
            again: Some("/operator/users/u1/invite".to_owned()),
        }],
        parties: vec![("p1".to_owned(), me(lang))],
        roles: vec![("supplier".to_owned(), say(lang, "供应商", "Supplier"))],
    }
}

fn day(lang: Lang) -> Day {
    let job = |name: &str, what: (&str, &str), class| JobLine {
        name: name.to_owned(),
        what: say(lang, what.0, what.1),
        last: say(lang, "今天 09:00，完成 3 项", "today 09:00, 3 done"),
        state_class: class,
    };
    Day {
        shell: shell(lang, Some(Role::Operator), "/operator/day"),
        form: Form::default(),
        tasks: vec![Task {
            href: "/operator/tasks".to_owned(),
            ..task(
                say(lang, "2 个事项待处理", "2 things wait for you to look at"),
                say(
                    lang,
                    "最早的始于 2026年11月20日 09:00",
                    "the oldest since 20 Nov 2026 09:00",
                ),
                "",
                say(lang, "查看", "Look"),
            )
        }],
        date: "2026-11-20".to_owned(),
        kind: say(lang, "星期五，工作日", "Friday, a working day"),
        can_travel: true,
        bank: String::new(),
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
            job("present-papers", ("提示付款", "Present papers"), "ok"),
            job("settle-papers", ("兑付清分", "Settle and clear"), "waiting"),
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

fn tasks(lang: Lang) -> Tasks {
    let card = |code: &str, kind: (&str, &str), detail: &str, facts: Vec<Fact>| {
        let (what, advice) = wording(code, lang);
        TaskCard {
            id: format!("00000000-0000-0000-0000-{:012}", code.len()),
            kind: say(lang, kind.0, kind.1),
            since: say(lang, "2026年11月20日 09:00", "20 Nov 2026 09:00"),
            what,
            advice,
            resumes: !facts.is_empty(),
            facts,
            links: vec![(
                "/operator/reconciliation?date=2026-12-07".to_owned(),
                say(lang, "当天对账", "That day's reconciliation"),
            )],
            detail: detail.to_owned(),
            code: code.to_owned(),
            form: Form::default(),
        }
    };
    let number = "6100112026112000001234567890123";
    Tasks {
        shell: shell(lang, Some(Role::Operator), "/operator/tasks"),
        tasks: vec![
            card(
                "sheet_changed",
                ("兑付", "Settlement"),
                "the kept clearing sheet does not have the digest that was kept with it",
                vec![Fact::new(say(lang, "凭证编号", "Paper"), number)],
            ),
            card(
                "booking_without_reference",
                ("银行入账", "Bank booking"),
                "camt.054.001.08 N1, booking 2: CNY 10.00 on account ****5678, for E1",
                Vec::new(),
            ),
        ],
        left_out: 3,
    }
}
