//! The supplier's holdings, payments and vouchers.

use crate::sample::base::{NUMBER, Page, deed, fact, figure, oem, page, say, shell, task};
use crate::sample::charts::strip;
use web_ui::forms::Form;
use web_ui::i18n::Lang;
use web_ui::layout::{Fact, Role, Shell};
use web_ui::pages::holdings::{Holding, Holdings};
use web_ui::pages::offer::Offer;
use web_ui::pages::pay::{FragmentChoice, Pay, PayPreview};
use web_ui::words;

/// Every page of a supplier but those about money.
pub(crate) fn pages(lang: Lang) -> Vec<Page> {
    vec![
        page("holdings", &holdings(lang)),
        page("offer", &offer(lang)),
        page("pay", &pay(lang)),
        page("pay-preview", &pay_preview(lang)),
    ]
}

pub(crate) fn around(lang: Lang, path: &str) -> Shell {
    shell(lang, Some(Role::Supplier), path)
}

fn holding(
    lang: Lang,
    amount: &str,
    when: (&str, &str),
    state: (&str, &str),
    class: &'static str,
) -> Holding {
    Holding {
        id: "f1".to_owned(),
        obligor: oem(lang),
        paper: NUMBER.to_owned(),
        range: "30000001-78000000".to_owned(),
        amount: amount.to_owned(),
        maturity: "2027-02-08".to_owned(),
        when: say(lang, when.0, when.1),
        state: say(lang, state.0, state.1),
        state_class: class,
        free: class == "live",
        joinable: false,
    }
}

fn holdings(lang: Lang) -> Holdings {
    Holdings {
        shell: around(lang, "/"),
        tasks: vec![
            task(
                say(
                    lang,
                    "常州恒立车桥请您签收凭证片段",
                    "Hengli Axle offers you a fragment",
                ),
                say(lang, "11月27日前", "by 27 Nov"),
                "¥86,000.00",
                say(lang, "查看并签收", "Look and accept"),
            ),
            task(
                say(lang, "收到 2 家银行报价", "2 banks have quoted"),
                say(lang, "最低年化 2.91%", "best 2.91 % a year"),
                "¥480,000.00",
                say(lang, "比较", "Compare"),
            ),
        ],
        figures: vec![
            figure(
                lang,
                ("持有合计", "You hold"),
                "¥778,500.00",
                ("3 笔", "3 fragments"),
            ),
            figure(
                lang,
                ("最近到期", "Due next"),
                "¥86,000.00",
                ("12月13日，23 天后", "13 Dec, in 23 days"),
            ),
            figure(
                lang,
                ("今年已融资", "Financed this year"),
                "¥1,240,000.00",
                ("", ""),
            ),
        ],
        strip: Some(strip(lang)),
        holdings: vec![
            holding(
                lang,
                "¥480,000.00",
                ("80 天后", "in 80 days"),
                ("持有中", "Held"),
                "live",
            ),
            holding(
                lang,
                "¥86,000.00",
                ("23 天后", "in 23 days"),
                ("转让待对方签收", "Offered, not yet accepted"),
                "offered",
            ),
            holding(
                lang,
                "¥212,500.00",
                ("118 天后", "in 118 days"),
                ("持有中", "Held"),
                "live",
            ),
        ],
        more: String::new(),
    }
}

pub(crate) fn trade_facts(lang: Lang) -> Vec<Fact> {
    vec![
        Fact::new(say(lang, "核心企业", "Obligor"), oem(lang)),
        Fact::new(say(lang, "凭证编号", "Paper"), words::paper_number(NUMBER)),
        Fact::new(say(lang, "子区间", "Range"), "30000001-78000000"),
        fact(
            lang,
            ("对应发票", "Invoice"),
            ("26322000000012345678", "26322000000012345678"),
        ),
    ]
}

fn offer(lang: Lang) -> Offer {
    let statement = say(
        lang,
        "我方签收上述凭证片段，同意以此抵偿发票项下等额货款。",
        "We accept this fragment in discharge of an equal amount owed under the invoice.",
    );
    Offer {
        shell: around(lang, "/offers/1"),
        form: Form::default(),
        id: "1".to_owned(),
        from: say(lang, "常州恒立车桥有限公司", "Hengli Axle"),
        amount: "¥86,000.00".to_owned(),
        due: say(
            lang,
            "2026年12月13日到期，还有 23 天",
            "due 13 December 2026, in 23 days",
        ),
        facts: trade_facts(lang),
        terms: vec![fact(
            lang,
            ("追索权", "Recourse"),
            ("由每次转让各自载明", "Each transfer states its own"),
        )],
        documents: vec![(
            say(
                lang,
                "发票 26322000000012345678.pdf",
                "Invoice 26322000000012345678.pdf",
            ),
            "/".to_owned(),
        )],
        choice: None,
        accept: deed(
            lang,
            "/offers/1/accept",
            statement,
            vec![fact(lang, ("金额", "Amount"), ("¥86,000.00", "¥86,000.00"))],
            say(lang, "签名并签收", "Sign and accept"),
        ),
        reasons: vec![
            (
                "amount".to_owned(),
                say(lang, "金额与发票不符", "Amount doesn't match the invoice"),
            ),
            (
                "trade".to_owned(),
                say(lang, "没有这笔交易", "No such trade"),
            ),
            (
                "cash".to_owned(),
                say(lang, "约定以现金支付", "Payment in cash was agreed"),
            ),
        ],
    }
}

pub(crate) fn choices(lang: Lang) -> Vec<FragmentChoice> {
    ["¥480,000.00", "¥212,500.00"]
        .iter()
        .enumerate()
        .map(|(at, amount)| FragmentChoice {
            id: format!("f{at}"),
            obligor: oem(lang),
            amount: (*amount).to_owned(),
            plain: amount.replace(['¥', ','], ""),
            currency: "CNY".to_owned(),
            maturity: say(
                lang,
                "2027-02-08 到期，80 天后",
                "due 2027-02-08, in 80 days",
            ),
            paper: "…00000124 · 30000001-78000000".to_owned(),
        })
        .collect()
}

fn pay(lang: Lang) -> Pay {
    let mut form = Form::default();
    form.push("amount", "600000.005");
    form.refuse("amount", "amount_too_many_decimals");
    Pay {
        shell: around(lang, "/pay"),
        form,
        fragments: choices(lang),
        recipients: vec![(
            "p1".to_owned(),
            say(lang, "无锡永固紧固件有限公司", "Yonggu Fasteners (Wuxi)"),
        )],
    }
}

pub(crate) fn pay_preview(lang: Lang) -> PayPreview {
    let statement = say(
        lang,
        "我方将上述区间转让给收款方，抵偿其发票项下等额货款。",
        "We pass this range on to the recipient in discharge of an equal amount owed under its invoice.",
    );
    PayPreview {
        shell: around(lang, "/pay"),
        form: Form::default(),
        recipient: say(lang, "无锡永固紧固件有限公司", "Yonggu Fasteners (Wuxi)"),
        amount: "¥180,000.00".to_owned(),
        range: "30000001-48000000".to_owned(),
        rest: "¥300,000.00".to_owned(),
        rest_range: "48000001-78000000".to_owned(),
        cut: 375,
        deed: deed(
            lang,
            "/pay/sign",
            statement,
            trade_facts(lang),
            say(lang, "签名并付款", "Sign and pay"),
        ),
        back: "/pay".to_owned(),
    }
}
