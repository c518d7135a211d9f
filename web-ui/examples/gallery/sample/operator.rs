//! The operator's pages.

use crate::sample::base::{Page, figure, me, page, say, shell};
use web_ui::forms::Form;
use web_ui::i18n::Lang;
use web_ui::layout::Role;
use web_ui::pages::operator::{
    Day, JobLine, MatchLine, Parties, PartyLine, Reconciliation, UserLine, Users,
};

/// Every page of the operator.
pub(crate) fn pages(lang: Lang) -> Vec<Page> {
    vec![
        page("parties", &parties(lang)),
        page("users", &users(lang)),
        page("day", &day(lang)),
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
