//! The supplier's pages.

use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use web_ui::forms::Form;
use web_ui::i18n::Lang;
use web_ui::layout::{Fact, Role, Shell, Signing};
use web_ui::pages::finance::{Ask, FinanceList, QuoteCard, Quotes, RequestLine, SignQuote};
use web_ui::pages::fragment::{FragmentPage, PathStep};
use web_ui::pages::holdings::{Holding, Holdings};
use web_ui::pages::offer::Offer;
use web_ui::pages::papers::EntryLine;
use web_ui::pages::pay::{FragmentChoice, Pay, PayPreview};
use web_ui::pages::voucher::{Voucher, VoucherParty};
use web_ui::words;

use crate::sample::{
    NUMBER, Page, deed, fact, figure, me, oem, page, picture, say, shell, strip, task,
};

fn around(lang: Lang, path: &str) -> Shell {
    shell(lang, Some(Role::Supplier), path)
}

/// Every page of a supplier.
pub(crate) fn pages(lang: Lang) -> Vec<Page> {
    vec![
        page("holdings", &holdings(lang)),
        page("offer", &offer(lang)),
        page("pay", &pay(lang)),
        page("pay-preview", &pay_preview(lang)),
        page("finance", &finance(lang)),
        page("ask", &ask(lang)),
        page("quotes", &quotes(lang)),
        page("sign-quote", &sign_quote(lang)),
        page("fragment", &fragment(lang)),
        page("voucher", &voucher(lang)),
    ]
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

fn trade_facts(lang: Lang) -> Vec<Fact> {
    vec![
        Fact::new(say(lang, "核心企业", "Obligor"), oem(lang)),
        Fact::new(say(lang, "凭证编号", "Paper"), NUMBER),
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
        documents: vec![(
            say(
                lang,
                "发票 26322000000012345678.pdf",
                "Invoice 26322000000012345678.pdf",
            ),
            "/".to_owned(),
        )],
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

fn choices(lang: Lang) -> Vec<FragmentChoice> {
    ["¥480,000.00", "¥212,500.00"]
        .iter()
        .enumerate()
        .map(|(at, amount)| FragmentChoice {
            id: format!("f{at}"),
            obligor: oem(lang),
            amount: (*amount).to_owned(),
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

fn pay_preview(lang: Lang) -> PayPreview {
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

fn finance(lang: Lang) -> FinanceList {
    FinanceList {
        shell: around(lang, "/finance"),
        requests: vec![RequestLine {
            href: "/finance/1".to_owned(),
            amount: "¥480,000.00".to_owned(),
            what: oem(lang),
            status: say(
                lang,
                "2 家报价，最低年化 2.91%",
                "2 quotes, best 2.91 % a year",
            ),
            state_class: "waiting",
            until: say(lang, "截止 11月25日", "until 25 Nov"),
        }],
        can_ask: true,
    }
}

fn ask(lang: Lang) -> Ask {
    let mut form = Form::default();
    form.push("amount", "480000.00");
    form.push("expires", "2026-11-25");
    Ask {
        shell: around(lang, "/finance/new"),
        form,
        fragments: choices(lang),
        banks: vec![
            (
                "b1".to_owned(),
                say(lang, "江南银行", "Jiangnan Bank"),
                say(lang, "通常 2 小时内答复", "usually answers within 2 hours"),
            ),
            (
                "b2".to_owned(),
                say(lang, "渤海商业银行", "Bohai Commercial Bank"),
                String::new(),
            ),
        ],
    }
}

fn quote(lang: Lang, bank: (&str, &str), money: [&str; 5], best: bool) -> QuoteCard {
    let [proceeds, charge, rate, cost, year] = money.map(str::to_owned);
    QuoteCard {
        href: "/finance/1/quotes/1".to_owned(),
        bank: say(lang, bank.0, bank.1),
        proceeds,
        charge,
        rate,
        fees: vec![
            (
                say(lang, "手续费（您承担）", "Handling fee (you)"),
                "¥120.00".to_owned(),
            ),
            (
                say(lang, "平台服务费（银行承担）", "Platform fee (bank)"),
                "¥96.00".to_owned(),
            ),
        ],
        cost,
        cost_per_year: year,
        pays_on: say(
            lang,
            "11月23日（签署次工作日）",
            "23 Nov (next working day)",
        ),
        recourse: say(lang, "无追索权", "Without recourse"),
        valid_until: say(lang, "11月21日 17:00", "21 Nov, 17:00"),
        best,
        stands: true,
        why_not: String::new(),
    }
}

fn quotes(lang: Lang) -> Quotes {
    let mut late = quote(
        lang,
        ("渤海商业银行", "Bohai Commercial Bank"),
        ["¥475,922.67", "¥3,957.33", "3.90%", "¥4,077.33", "4.01%"],
        false,
    );
    late.recourse = say(lang, "有追索权", "With recourse");
    Quotes {
        shell: around(lang, "/finance/1"),
        id: "1".to_owned(),
        amount: "¥480,000.00".to_owned(),
        facts: vec![
            Fact::new(say(lang, "核心企业", "Obligor"), oem(lang)),
            fact(
                lang,
                ("到期日", "Maturity"),
                ("2027年2月8日，还有 80 天", "8 Feb 2027, in 80 days"),
            ),
        ],
        quotes: vec![
            quote(
                lang,
                ("江南银行", "Jiangnan Bank"),
                ["¥476,929.33", "¥2,950.67", "2.80%", "¥3,070.67", "2.91%"],
                true,
            ),
            late,
        ],
        hold_date: say(lang, "2027年2月8日", "8 Feb 2027"),
        hold_amount: "¥480,000.00".to_owned(),
        waiting: vec![say(lang, "中原信托银行", "Zhongyuan Bank")],
        open: true,
        can_withdraw: true,
    }
}

fn sign_quote(lang: Lang) -> SignQuote {
    let statement = say(
        lang,
        "我方接受该报价，以此价格将上述凭证片段转让给江南银行，无追索权。",
        "We accept this quote and sell this fragment to Jiangnan Bank at this price, without recourse.",
    );
    let mut form = Form::default();
    form.refuse("passphrase", "passphrase_wrong");
    let mut deed: Signing = deed(
        lang,
        "/finance/1/quotes/1/sign",
        statement,
        trade_facts(lang),
        say(lang, "签名并融资", "Sign and get the money"),
    );
    deed.consequences.insert(
        0,
        say(
            lang,
            "银行付款到账之前，凭证仍在您名下，但不能转让。",
            "Until the bank's payment has arrived the fragment stays yours but can't move.",
        ),
    );
    SignQuote {
        shell: around(lang, "/finance/1/quotes/1"),
        form,
        bank: say(lang, "江南银行", "Jiangnan Bank"),
        proceeds: "¥476,929.33".to_owned(),
        pays_on: say(lang, "11月23日", "23 November"),
        cost: "¥3,070.67".to_owned(),
        cost_per_year: "2.91%".to_owned(),
        deed,
        back: "/finance/1".to_owned(),
    }
}

/// A history of two entries.
pub(crate) fn history(lang: Lang) -> Vec<EntryLine> {
    vec![
        EntryLine {
            when: "2026-11-09 10:12".to_owned(),
            what: say(
                lang,
                "远山汽车开立凭证，常州恒立车桥签收",
                "Issued by Yuanshan Motor, accepted by Hengli Axle",
            ),
            amount: "¥1,200,000.00".to_owned(),
            hash: "41d0 77ab 03e5".to_owned(),
        },
        EntryLine {
            when: "2026-11-12 16:40".to_owned(),
            what: say(
                lang,
                "常州恒立车桥拆分转让给苏州明锐精密冲压",
                "Split and passed on by Hengli Axle to Mingrui",
            ),
            amount: "¥480,000.00".to_owned(),
            hash: "9f2c 60b1 c3d7".to_owned(),
        },
    ]
}

fn fragment(lang: Lang) -> FragmentPage {
    let ok = say(lang, "签名有效", "signature valid");
    let step = |tier: (&str, &str), holder: String, masked, how: (&str, &str)| PathStep {
        tier: say(lang, tier.0, tier.1),
        holder,
        masked,
        how: say(lang, how.0, how.1),
        proof: ok.clone(),
    };
    FragmentPage {
        shell: around(lang, "/fragments/f1"),
        id: "f1".to_owned(),
        number: NUMBER.to_owned(),
        range: "30000001-78000000".to_owned(),
        amount: "¥480,000.00".to_owned(),
        due: say(
            lang,
            "2027年2月8日到期，还有 80 天",
            "due 8 February 2027, in 80 days",
        ),
        state: say(lang, "持有中", "Held"),
        state_class: "live",
        free: true,
        facts: trade_facts(lang),
        picture: picture(lang, false),
        path: vec![
            step(
                ("开立", "Issue"),
                oem(lang),
                false,
                ("2026-11-09 开立", "issued 2026-11-09"),
            ),
            step(
                ("一级", "Tier 1"),
                say(lang, "（名称隐去）", "(name withheld)"),
                true,
                ("2026-11-10 转让", "passed on 2026-11-10"),
            ),
            step(
                ("二级", "Tier 2"),
                me(lang),
                false,
                ("2026-11-12 签收", "accepted 2026-11-12"),
            ),
        ],
        documents: vec![(
            say(
                lang,
                "发票 26322000000012345678.pdf",
                "Invoice 26322000000012345678.pdf",
            ),
            "/".to_owned(),
        )],
        entries: history(lang),
    }
}

fn voucher(lang: Lang) -> Voucher {
    let amount = Amount::from_minor(48_000_000).unwrap_or(Amount::ZERO);
    let party = |title: (&str, &str), name: String| VoucherParty {
        title: say(lang, title.0, title.1),
        name,
        account: "6222 **** **** 0193".to_owned(),
        bank: say(lang, "江南银行苏州分行", "Jiangnan Bank, Suzhou"),
        tax_number: "91320505MA1X8K2L3T".to_owned(),
    };
    Voucher {
        shell: around(lang, "/fragments/f1/voucher"),
        back: "/fragments/f1".to_owned(),
        number: NUMBER.to_owned(),
        range: "30000001-78000000".to_owned(),
        transfer_number: "T20261112-000318".to_owned(),
        receipt_number: "R20261112-000299".to_owned(),
        origin_number: NUMBER.to_owned(),
        issued: "2026-11-09".to_owned(),
        transferred: "2026-11-12".to_owned(),
        promised: "2027-02-08".to_owned(),
        currency: say(lang, "人民币 CNY", "Renminbi CNY"),
        amount: words::money(amount, Currency::CNY),
        boxes: words::boxes(amount, Currency::CNY),
        capitals: words::capitals(amount, Currency::CNY).unwrap_or_default(),
        parties: vec![
            party(
                ("转让方", "Transferor"),
                say(lang, "常州恒立车桥有限公司", "Hengli Axle (Changzhou)"),
            ),
            party(("接收方", "Recipient"), me(lang)),
            party(("付款方", "Payer"), oem(lang)),
        ],
        basis: vec![
            fact(
                lang,
                ("发票号码", "Invoice number"),
                ("26322000000012345678", "26322000000012345678"),
            ),
            fact(
                lang,
                ("发票金额", "Invoice amount"),
                ("¥486,200.00", "¥486,200.00"),
            ),
        ],
        clauses: vec![
            say(
                lang,
                "本凭证的开立与转让以真实、合法、无争议的交易为基础。",
                "Issue and transfer rest on a real, lawful and undisputed trade.",
            ),
            say(
                lang,
                "转让后，转让方与接收方之间等额债务消灭，转让方不再享有凭证权利。",
                "After the transfer the equal amount of debt between transferor and recipient is extinguished; the transferor no longer holds the rights.",
            ),
            say(
                lang,
                "付款方承诺于承诺付款日无条件向最终持有人的绑定账户付款。",
                "The payer promises to pay unconditionally, on the promised date, into the bound account of the final holder.",
            ),
        ],
        proof: vec![
            Fact::new(
                say(lang, "记录摘要", "Entry hash"),
                "9f2c60b1c3d741d077ab03e5a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
            ),
            fact(
                lang,
                ("签名", "Signatures"),
                (
                    "转让方、接收方 · 均有效",
                    "transferor, recipient · both valid",
                ),
            ),
        ],
    }
}
