//! What browsers post, and amounts as the voucher writes them.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use web_ui::forms::{Form, same_token};
use web_ui::words;

fn amount(typed: &str) -> Result<i64, &'static str> {
    let mut form = Form::default();
    form.push("amount", typed);
    match form.amount("amount", Currency::CNY) {
        Some(amount) => Ok(amount.minor()),
        None => Err(form.errors()[0].code),
    }
}

#[test]
fn amounts_as_people_paste_them() {
    assert_eq!(amount("125000"), Ok(12_500_000));
    assert_eq!(amount(" 1,250,000.50 "), Ok(125_000_050));
    assert_eq!(amount("¥1,200.00"), Ok(120_000));
    assert_eq!(amount("１２５．５"), Ok(12_550));
    assert_eq!(
        amount("1,5"),
        Err("amount_not_a_number"),
        "a decimal comma is not guessed at"
    );
    assert_eq!(amount("1,2345.00"), Err("amount_not_a_number"));
    assert_eq!(amount("1e5"), Err("amount_not_a_number"));
    assert_eq!(amount("12.345"), Err("amount_too_many_decimals"));
    assert_eq!(amount("-1"), Err("amount_negative"));
    assert_eq!(amount("0.00"), Err("amount_zero"));
    assert_eq!(amount(""), Err("missing"));
    assert_eq!(amount("99999999999999999999"), Err("amount_too_large"));
}

#[test]
fn a_form_is_read_and_shown_again_without_its_secrets() {
    let mut form =
        Form::parse(b"bank=b1&bank=b2&invoice_date=2026-11-20&passphrase=+a%26b+&csrf=t");
    assert_eq!(form.all("bank"), ["b1", "b2"]);
    assert!(form.chose("bank", "b2"));
    assert_eq!(
        form.date("invoice_date"),
        NaiveDate::from_ymd_opt(2026, 11, 20)
    );
    assert_eq!(
        form.passphrase("passphrase"),
        " a&b ",
        "spaces are part of it"
    );
    assert_eq!((form.value("passphrase"), form.value("csrf")), ("", ""));
    assert_eq!(form.date("bank"), None);
    assert_eq!(form.error_key("bank").as_deref(), Some("field-not-a-date"));
}

#[test]
fn a_new_passphrase_is_long_and_typed_twice() {
    let try_it = |first: &str, again: &str| {
        let mut form = Form::default();
        form.push("passphrase", first);
        form.push("passphrase_again", again);
        let taken = form.new_passphrase("passphrase", "passphrase_again");
        (taken, form.errors().first().map(|error| error.code))
    };
    assert_eq!(try_it("short", "short"), (None, Some("passphrase_short")));
    assert_eq!(
        try_it("river stone lamp", "river stone lamb"),
        (None, Some("passphrase_differs"))
    );
    assert_eq!(
        try_it("河流石头灯笼苹果树叶太阳", "河流石头灯笼苹果树叶太阳").1,
        None
    );
}

#[test]
fn tokens_are_the_same_or_not() {
    assert!(same_token("abc", "abc"));
    for wrong in ["", "ab", "abd", "abcd"] {
        assert!(!same_token(wrong, "abc"));
    }
    assert!(
        !same_token("", ""),
        "a session without a token takes no form"
    );
}

#[test]
fn amounts_in_capitals() {
    let write = |minor| words::capitals(Amount::from_minor(minor).unwrap(), Currency::CNY).unwrap();
    for (minor, capitals) in [
        (120_000_000, "人民币壹佰贰拾万元整"),
        (0, "人民币零元整"),
        (140_950, "人民币壹仟肆佰零玖元伍角整"),
        (600_714, "人民币陆仟零柒元壹角肆分"),
        (1_680_032, "人民币壹万陆仟捌佰元零叁角贰分"),
        (10_700_053, "人民币壹拾万柒仟元零伍角叁分"),
        (1_640_902, "人民币壹万陆仟肆佰零玖元零贰分"),
        (32_504, "人民币叁佰贰拾伍元零肆分"),
        (10_001_000_000, "人民币壹亿零壹万元整"),
        (50, "人民币伍角整"),
        (1, "人民币壹分"),
    ] {
        // The rules leave the 零 before 角 after whole tens free; we write the shorter form.
        let short = capitals
            .replace("元零叁角", "元叁角")
            .replace("元零伍角", "元伍角");
        assert_eq!(write(minor), short, "{minor}");
    }
    assert_eq!(words::capitals(Amount::ZERO, Currency::GBP), None);
}

#[test]
fn amounts_in_boxes() {
    let row = words::boxes(Amount::from_minor(48_000_005).unwrap(), Currency::CNY);
    let digits: Vec<_> = row.iter().map(|cell| cell.digit.as_str()).collect();
    assert_eq!(digits, ["", "¥", "4", "8", "0", "0", "0", "0", "0", "5"]);
    assert_eq!(
        (row[9].place, row[7].place, row[3].place),
        ("分", "元", "万")
    );
    assert!(words::boxes(Amount::ZERO, "JPY".parse().unwrap()).is_empty());
    let widest = words::boxes(
        Amount::from_minor(1_000_000_000_000).unwrap(),
        Currency::CNY,
    );
    assert_eq!(widest.len(), 13, "the largest amount of the ledger fits");
    assert_eq!(
        widest
            .iter()
            .map(|cell| cell.digit.as_str())
            .collect::<String>(),
        "1000000000000"
    );
}

#[test]
fn paper_numbers_in_groups() {
    let number = "731313100001720261109000000124";
    assert_eq!(
        words::paper_number(number),
        "7 313131000017 20261109 00000012 4"
    );
    assert_eq!(words::paper_number("x"), "x");
}
