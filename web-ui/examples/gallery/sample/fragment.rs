//! A fragment and its voucher.

use crate::sample::base::{NUMBER, Page, fact, me, oem, page, say};
use crate::sample::charts::picture;
use crate::sample::supplier::{around, trade_facts};
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use web_ui::forms::Form;
use web_ui::i18n::Lang;
use web_ui::layout::Fact;
use web_ui::pages::fragment::{FragmentPage, PathStep};
use web_ui::pages::papers::EntryLine;
use web_ui::pages::voucher::{Voucher, VoucherParty};
use web_ui::words;

/// Every page of this file.
pub(crate) fn pages(lang: Lang) -> Vec<Page> {
    vec![
        page("fragment", &fragment(lang)),
        page("voucher", &voucher(lang)),
    ]
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
        providers: Vec::new(),
        retransfers: false,
        form: Form::default(),
        correctable: false,
        recall: String::new(),
        join: String::new(),
        write_off: String::new(),
        facts: trade_facts(lang),
        picture: Some(picture(lang, false)),
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
        terms: Vec::new(),
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
        clauses: clauses(lang),
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

fn clauses(lang: Lang) -> Vec<String> {
    vec![
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
    ]
}
