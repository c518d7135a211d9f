//! The supplier's requests and quotes.

use crate::sample::base::{Page, deed, fact, oem, page, say};
use crate::sample::supplier::{around, choices, trade_facts};
use web_ui::forms::Form;
use web_ui::i18n::Lang;
use web_ui::layout::{Fact, Signing};
use web_ui::pages::finance::{
    Ask, AskChoice, AskedLine, FinanceList, OfferCard, Quotes, RequestLine, SignQuote, StandingLine,
};
use web_ui::pages::pay::with_currency;

/// Every page about money.
pub(crate) fn pages(lang: Lang) -> Vec<Page> {
    vec![
        page("finance", &finance(lang)),
        page("ask", &ask(lang)),
        page("quotes", &quotes(lang)),
        page("sign-quote", &sign_quote(lang)),
    ]
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
    form.push("expires", "2026-11-25");
    form.push("bidding", "sealed");
    form.push("bids_until", "2026-11-22T17:00");
    let mut fragments = Vec::new();
    for choice in choices(lang) {
        let amount_field = format!("amount-{}", choice.id);
        form.push(&amount_field, &choice.plain);
        let label = say(lang, "融资金额", "Amount to finance");
        fragments.push(AskChoice {
            amount_label: with_currency(&label, lang, &choice.currency),
            chosen: fragments.is_empty(),
            amount_field,
            choice,
        });
    }
    Ask {
        shell: around(lang, "/finance/new"),
        form,
        fragments,
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
        standing: vec![StandingLine {
            bank: say(lang, "江南银行", "Jiangnan Bank"),
            proceeds: "¥476,929.33".to_owned(),
            cost_per_year: "2.91%".to_owned(),
            pays_on: say(lang, "2026年11月23日", "23 Nov 2026"),
            recourse: say(
                lang,
                "有限追索，最高 ¥96,000.00",
                "Limited recourse, up to ¥96,000.00",
            ),
        }],
    }
}

fn quote(lang: Lang, bank: (&str, &str), money: [&str; 5], best: bool) -> OfferCard {
    let [proceeds, charge, rate, cost, year] = money.map(str::to_owned);
    OfferCard {
        href: "/finance/1/quotes/1".to_owned(),
        bank: say(lang, bank.0, bank.1),
        at_once: best,
        covers: String::new(),
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
        lines: Vec::new(),
        best,
        chosen: false,
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
    late.covers = say(lang, "覆盖 2 个片段中的 1 个", "On 1 of 2 fragments");
    let line = AskedLine {
        what: oem(lang),
        amount: "¥240,000.00".to_owned(),
        note: say(
            lang,
            "2027年2月8日到期，还有 80 天",
            "due 8 Feb 2027, in 80 days",
        ),
    };
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
        parts: vec![line.clone(), line],
        offers: vec![
            quote(
                lang,
                ("江南银行", "Jiangnan Bank"),
                ["¥476,929.33", "¥2,950.67", "2.80%", "¥3,070.67", "2.91%"],
                true,
            ),
            late,
        ],
        hold: vec![(
            say(lang, "2027年2月8日", "8 Feb 2027"),
            "¥480,000.00".to_owned(),
        )],
        sealed: None,
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
