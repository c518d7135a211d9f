//! Amounts as the voucher of the field writes them: digits in boxes and Chinese capitals.

use ledger_app::currency_totals::CurrencyTotals;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::yuan_capitals;

use crate::i18n::Lang;

const BOX_NAMES: [&str; 13] = [
    "分", "角", "元", "拾", "佰", "仟", "万", "拾", "佰", "仟", "亿", "拾", "佰",
];

/// One box of the amount: its place and its digit; the box before the first digit holds the sign
/// of the currency, those before it nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmountBox {
    /// 亿, 仟 … 角, 分.
    pub place: &'static str,
    /// One digit, the sign, or empty.
    pub digit: String,
}

/// The amount in boxes down to the minor unit, at least nine of them (百万 and below), as printed
/// on receivable vouchers. Only for currencies of two places; others have no such form: empty.
#[must_use]
pub fn boxes(amount: Amount, currency: Currency) -> Vec<AmountBox> {
    if currency.exponent() != 2 {
        return Vec::new();
    }
    let digits: Vec<char> = format!("{:03}", amount.minor()).chars().rev().collect();
    let shown = digits.len().saturating_add(1).clamp(10, BOX_NAMES.len());
    let sign = if currency == Currency::CNY {
        "¥"
    } else {
        currency_sign(currency)
    };
    let mut row: Vec<AmountBox> = BOX_NAMES
        .iter()
        .take(shown)
        .enumerate()
        .map(|(at, place)| AmountBox {
            place,
            digit: match digits.get(at) {
                Some(digit) => digit.to_string(),
                None if at == digits.len() => sign.to_owned(),
                None => String::new(),
            },
        })
        .collect();
    row.reverse();
    row
}

fn currency_sign(currency: Currency) -> &'static str {
    match currency.code() {
        "GBP" => "£",
        "EUR" => "€",
        "USD" => "$",
        _other => "",
    }
}

/// The amount for people, with its sign or code before it: `¥1,200,000.00`, `KWD 1.250`.
#[must_use]
pub fn money(amount: Amount, currency: Currency) -> String {
    let grouped = amount.to_grouped(currency);
    match (currency == Currency::CNY, currency_sign(currency)) {
        (true, _) => format!("¥{grouped}"),
        (false, "") => format!("{currency} {grouped}"),
        (false, sign) => format!("{sign}{grouped}"),
    }
}

/// A sum of minor units for people, which may be wider than an amount.
#[must_use]
pub fn sum(minor: i128, currency: Currency) -> String {
    let mut one = CurrencyTotals::default();
    one.add_minor(minor, currency);
    totals(&one)
}

/// A sum for over a column, rounded down to three digits: `¥18.4M`, `1840万`. `minor` units.
#[must_use]
pub fn short_money(minor: i64, currency: Currency, lang: Lang) -> String {
    let unit = 10_i64.saturating_pow(u32::from(currency.exponent()));
    let whole = minor.checked_div(unit).unwrap_or(0);
    let steps: &[(i64, &str)] = match lang {
        Lang::Zh => &[(100_000_000, "亿"), (10_000, "万")],
        Lang::En => &[(1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K")],
    };
    for (step, name) in steps {
        if whole >= *step {
            let head = whole / step;
            let tenth = (whole % step).saturating_mul(10) / step;
            return match (head, tenth) {
                (100.., _) | (_, 0) => format!("{head}{name}"),
                (head, tenth) => format!("{head}.{tenth}{name}"),
            };
        }
    }
    whole.to_string()
}

/// Sums of several currencies for people, joined by ` + `; `0` without any.
#[must_use]
pub fn totals(sums: &CurrencyTotals) -> String {
    let mut parts = Vec::new();
    for (currency, minor) in sums.iter() {
        let amount = i64::try_from(minor).ok().map(Amount::from_minor);
        match amount {
            Some(Ok(amount)) => parts.push(money(amount, currency)),
            // A sum may be larger than any amount of the ledger.
            _beyond => {
                let mut one = CurrencyTotals::default();
                one.add_minor(minor, currency);
                parts.push(one.words());
            }
        }
    }
    if parts.is_empty() {
        "0".to_owned()
    } else {
        parts.join(" + ")
    }
}

/// A paper number in its groups, as people compare them: kind, bank, date, serial, check digit.
/// Anything that hasn't thirty digits is given back as it is.
#[must_use]
pub fn paper_number(number: &str) -> String {
    if number.len() != 30 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut spaced = String::with_capacity(34);
    for (at, digit) in number.chars().enumerate() {
        if matches!(at, 1 | 13 | 21 | 29) {
            spaced.push(' ');
        }
        spaced.push(digit);
    }
    spaced
}

/// Renminbi in capitals (大写), `人民币壹佰贰拾万元整`; for other currencies `None`.
///
/// Source of the rules: the payment and settlement rules on filling in bills (正确填写票据和结算凭证
/// 的基本规定): one 零 for a run of zeros inside, 整 after 元 or 角, none after 分.
#[must_use]
pub fn capitals(amount: Amount, currency: Currency) -> Option<String> {
    if currency != Currency::CNY {
        return None;
    }
    yuan_capitals::capitals(amount).map(|capitals| format!("人民币{capitals}"))
}
