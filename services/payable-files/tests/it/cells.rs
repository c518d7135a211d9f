//! Single cells: credit codes, amounts, dates, names.

use ledger_core::currency::Currency;
use payable_files::amount_cell::AmountCell;
use payable_files::amount_cell::AmountStyle;
use payable_files::amount_cell::read_amount;
use payable_files::date_cell::DateFormat;
use payable_files::date_cell::DateProblem;
use payable_files::date_cell::DateStyle;
use payable_files::date_cell::read_date;
use payable_files::payable_row::normalised_name;
use payable_files::uscc::UsccVerdict;
use payable_files::uscc::judge;

#[test]
fn credit_codes_as_registered() {
    for valid in [
        "91350100M000100Y43",
        "91110000101623741K",
        "911101066976941872",
        "91210112MA10499C0F",
    ] {
        assert_eq!(judge(valid), UsccVerdict::Valid, "{valid}");
    }
    // A real registration that violates the standard, and an invented one.
    let real = judge("91350211M0000XUF46");
    assert_eq!(real, UsccVerdict::WrongCheckDigit { expected: 'R' });
    let invented = judge("91310115MA1H8R7C6D");
    assert_eq!(invented, UsccVerdict::WrongCheckDigit { expected: '7' });
    // The sum of all noughts is a multiple of 31: its check digit is 0, not the 32nd character.
    assert_eq!(judge("000000000000000000"), UsccVerdict::Valid);
    for malformed in [
        "",
        "9135",
        "91350211M0000XUF4I",
        "91350211m0000xuf46",
        "测试",
    ] {
        assert_eq!(judge(malformed), UsccVerdict::Malformed, "{malformed}");
    }
}

fn minor(text: &str, point: char, thousands: Option<char>) -> Option<i64> {
    match read_amount(text, AmountStyle { point, thousands }, Currency::CNY) {
        AmountCell::Owed(amount) => Some(amount.minor()),
        AmountCell::Credit(amount) => Some(-amount.minor()),
        AmountCell::Zero => Some(0),
        AmountCell::Bad(_) => None,
    }
}

#[test]
fn amounts_in_the_styles_of_exports() {
    let cases = [
        ("1234.5", '.', None, Some(123_450)),
        ("1,234.50", '.', Some(','), Some(123_450)),
        ("1234.50", '.', Some(','), Some(123_450)),
        ("1,234.50", '.', None, None),
        ("12,34.50", '.', Some(','), None),
        ("1,2345", '.', Some(','), None),
        (",123", '.', Some(','), None),
        ("1.234.567,89", ',', Some('.'), Some(123_456_789)),
        ("1.234", ',', None, None),
        ("1.234,5", ',', Some('.'), Some(123_450)),
        ("-12.00", '.', None, Some(-1_200)),
        ("12.00-", '.', None, Some(-1_200)),
        ("(1,200.00)", '.', Some(','), Some(-120_000)),
        ("-0.00", '.', None, Some(0)),
        ("--5", '.', None, None),
        ("-5-", '.', None, None),
        ("1e3", '.', None, None),
        ("1.", '.', None, None),
        (".5", '.', None, None),
        ("", '.', None, None),
        ("１２", '.', None, None),
        ("0.001", '.', None, None),
        ("10000000000.01", '.', None, None),
    ];
    for (text, point, thousands, expected) in cases {
        assert_eq!(
            minor(text, point, thousands),
            expected,
            "{text} {point} {thousands:?}"
        );
    }
}

#[test]
fn dates_in_the_formats_named() {
    let plain = DateStyle::default();
    for text in [
        "2026-03-31",
        "2026/3/31",
        "2026年3月31日",
        "20260331",
        "2026-03-31 00:00:00",
    ] {
        assert_eq!(
            read_date(text, &plain).unwrap().to_string(),
            "2026-03-31",
            "{text}"
        );
    }
    for (text, problem) in [
        ("31/03/2026", DateProblem::Ambiguous),
        ("03/31/2026", DateProblem::Ambiguous),
        ("2026-02-29", DateProblem::Invalid),
        ("2026-03-31 14:30:00", DateProblem::Invalid),
        ("2026-3", DateProblem::Invalid),
        ("46112", DateProblem::Invalid),
        ("1899-12-31", DateProblem::OutOfRange),
        ("２０２６-03-31", DateProblem::Invalid),
    ] {
        assert_eq!(read_date(text, &plain), Err(problem), "{text}");
    }
    let style = |format| DateStyle {
        formats: vec![format],
        drop_time: true,
    };
    let day_first = read_date("04/03/2026 09:15", &style(DateFormat::DayFirst)).unwrap();
    assert_eq!(day_first.to_string(), "2026-03-04");
    let month_first = read_date("04/03/2026", &style(DateFormat::MonthFirst)).unwrap();
    assert_eq!(month_first.to_string(), "2026-04-03");
}

#[test]
fn names_that_are_one() {
    assert_eq!(
        normalised_name(" Acme (UK)  Ltd. "),
        normalised_name("ＡＣＭＥ uk LTD")
    );
    assert_ne!(normalised_name("ACME LTD"), normalised_name("ACME LIMITED"));
    assert_eq!(
        normalised_name("昆山示例（集团）有限公司"),
        "昆山示例 集团 有限公司"
    );
    assert_eq!(normalised_name("..."), "");
}
