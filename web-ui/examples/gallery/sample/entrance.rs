//! The way in, the receipt and the problem.

use crate::sample::base::{Page, fact, me, page, say, shell};
use web_ui::forms::Form;
use web_ui::i18n::Lang;
use web_ui::layout::{Banner, Fact, Role, Tone};
use web_ui::pages::receipt::{Problem, Receipt};
use web_ui::pages::sign_in::{FirstVisit, SignIn};

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

pub(crate) fn entrance(lang: Lang) -> Vec<Page> {
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
