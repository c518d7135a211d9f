//! Paper numbers, social credit codes, LEIs.

use std::collections::HashSet;

use chrono::Days;
use chrono::NaiveDate;
use ledger_core::lei::Lei;
use ledger_core::lei::LeiError;
use ledger_core::paper_number::PaperNumber;
use ledger_core::paper_number::PaperNumberError;
use ledger_core::paper_number::PaperType;
use ledger_core::paper_number::PrintedRange;
use ledger_core::paper_serial::gather_serial;
use ledger_core::paper_serial::scatter_serial;
use ledger_core::range::Range;
use ledger_core::social_credit_code::Verdict;
use ledger_core::social_credit_code::check;
use proptest::prelude::*;

use crate::calendar::day;

const BANK: &str = "313290000017";

fn number(serial: u32) -> PaperNumber {
    PaperNumber::new(
        PaperType::SupplyChainCommercial,
        BANK,
        day("2026-11-20"),
        serial,
    )
    .unwrap()
}

/// The check digit in its recursive definition from the standard's text: with P(1) = 10,
/// S(j) = P(j) + a(j), P(j+1) = (S(j) mod 10, or 10) × 2 mod 11, the last S is 1 modulo 10.
fn passes_mod_11_10(digits: &str) -> bool {
    let mut p = 10;
    let mut s = 0;
    for digit in digits.chars() {
        s = p + digit.to_digit(10).unwrap();
        let rest = if s % 10 == 0 { 10 } else { s % 10 };
        p = rest * 2 % 11;
    }
    s % 10 == 1
}

#[test]
fn the_parts_stand_where_the_national_system_puts_them() {
    let number = number(12_345);
    assert_eq!(number.to_string(), "731329000001720261120000123458");
    assert!(passes_mod_11_10(number.as_str()));
    assert_eq!(number.paper_type(), Some(PaperType::SupplyChainCommercial));
    assert_eq!(number.bank_code(), BANK);
    assert_eq!(number.registered(), Some(day("2026-11-20")));
    // The example of the standard itself: 0794 has check digit 5.
    assert!(passes_mod_11_10("07945"));
}

#[test]
fn what_is_no_paper_number() {
    let good = number(1).to_string();
    let code = |text: &str| text.parse::<PaperNumber>().map_err(PaperNumberError::code);
    assert_eq!(code(&good[1..]), Err("paper_number_not_30_digits"));
    assert_eq!(
        code(&format!("{}x", &good[..29])),
        Err("paper_number_not_30_digits")
    );
    assert_eq!(
        code(&format!("9{}", &good[1..])),
        Err("paper_number_unknown_type")
    );
    assert_eq!(
        code(&good.replace("20261120", "20261320")),
        Err("paper_number_bad_date")
    );
    assert_eq!(
        code(&good.replace(BANK, "313290000018")),
        Err("paper_number_wrong_check_digit")
    );
    let new = |bank, serial| {
        PaperNumber::new(PaperType::BankChannelBank, bank, day("2026-01-01"), serial)
            .map_err(PaperNumberError::code)
    };
    assert_eq!(new("31329000001", 0), Err("paper_number_bad_bank_code"));
    assert_eq!(new("31329000001X", 0), Err("paper_number_bad_bank_code"));
    assert_eq!(new(BANK, 100_000_000), Err("paper_number_serial_too_large"));
    assert!(new(BANK, 99_999_999).is_ok());
}

#[test]
fn the_published_printed_range() {
    let range = Range::new(0, 120_000_000).unwrap();
    let printed = PrintedRange::new(number(7), range).unwrap();
    let text = printed.to_string();
    assert_eq!(text, format!("{} 1-120000000", number(7)));
    assert_eq!(text.parse(), Ok(printed));
    for bad in [
        "",
        " ",
        " 1",
        " 0-5",
        " 5-4",
        " 01-5",
        " 1-1000000000000",
        " 1-5 ",
        " -1-5",
        " +1-5",
    ] {
        let text = format!("{}{bad}", number(7));
        assert_eq!(
            text.parse::<PrintedRange>(),
            Err(PaperNumberError::BadRange),
            "{bad:?}"
        );
    }
    assert_eq!(
        PrintedRange::new(number(7), Range::new(0, 1_000_000_000_000).unwrap()),
        Err(PaperNumberError::BadRange)
    );
}

/// 20,000 neighbouring counters give 20,000 serials, and neighbours stand as far apart as chance
/// would put them (a third of the whole on average), so nothing is read off a pair of numbers.
#[test]
fn scattered_serials_collide_never_and_tell_no_count() {
    let (key, date) = ([7; 32], day("2026-11-20"));
    let serials: Vec<u32> = (0..20_000)
        .map(|counter| scatter_serial(counter, &key, date).unwrap())
        .collect();
    let distinct: HashSet<_> = serials.iter().collect();
    assert_eq!(distinct.len(), serials.len());
    let apart: u64 = serials
        .windows(2)
        .map(|pair| u64::from(pair[0].abs_diff(pair[1])))
        .sum();
    let mean = apart / 19_999;
    assert!((32_000_000..35_000_000).contains(&mean), "{mean}");
    let rising = serials.windows(2).filter(|pair| pair[0] < pair[1]).count();
    assert!((9_600..10_400).contains(&rising), "{rising}");
    assert_eq!(scatter_serial(100_000_000, &key, date), None);
    assert_eq!(gather_serial(100_000_000, &key, date), None);
}

#[test]
fn another_key_or_day_scatters_otherwise() {
    let date = day("2026-11-20");
    let first_ten = |key: u8, date: NaiveDate| -> Vec<_> {
        (0..10)
            .map(|counter| scatter_serial(counter, &[key; 32], date))
            .collect()
    };
    assert_ne!(first_ten(1, date), first_ten(2, date));
    assert_ne!(first_ten(1, date), first_ten(1, date + Days::new(1)));
    // Pinned, as computed by a separate program: numbers given out must stay gatherable.
    assert_eq!(scatter_serial(0, &[1; 32], date), Some(54_641_888));
}

proptest! {
    /// Scattering has an inverse on both sides, so it is a bijection.
    #[test]
    fn scattering_is_a_bijection(n in 0..100_000_000_u32, key: [u8; 32], days in 0..40_000_u64) {
        let date = day("2000-01-01") + Days::new(days);
        let there = scatter_serial(n, &key, date).unwrap();
        prop_assert!(there < 100_000_000);
        prop_assert_eq!(gather_serial(there, &key, date), Some(n));
        let back = gather_serial(n, &key, date).unwrap();
        prop_assert_eq!(scatter_serial(back, &key, date), Some(n));
    }

    /// Numbers and ranges are read back as they were printed.
    #[test]
    fn print_and_parse(
        serial in 0..100_000_000_u32, bank in "[0-9]{12}", days in 0..40_000_u64, lo in 0..999_999_999_i64,
        units in 1..=999_000_000_000_i64,
    ) {
        let date = day("2000-01-01") + Days::new(days);
        let number = PaperNumber::new(PaperType::SupplyChainBank, &bank, date, serial).unwrap();
        prop_assert!(passes_mod_11_10(number.as_str()));
        prop_assert_eq!(number.to_string().parse(), Ok(number));
        prop_assert_eq!((number.bank_code(), number.registered()), (bank.as_str(), Some(date)));
        let printed = PrintedRange::new(number, Range::new(lo, lo + units).unwrap()).unwrap();
        prop_assert_eq!(printed.to_string().parse(), Ok(printed));
        prop_assert_eq!((printed.number(), printed.range().lo()), (number, lo));
    }

    /// Every single wrong digit is found.
    #[test]
    fn a_mistyped_digit_is_found(serial in 0..100_000_000_u32, place in 0..30_usize, other in 0..10_u8) {
        let good = number(serial).to_string();
        let mut typed = good.clone().into_bytes();
        typed[place] = b'0' + other;
        let typed = String::from_utf8(typed).unwrap();
        prop_assert_eq!(typed.parse::<PaperNumber>().is_ok(), typed == good);
    }
}

#[test]
fn social_credit_codes() {
    for (code, verdict) in [
        ("91350100M000100Y43", Verdict::Valid),
        ("91110000101623741K", Verdict::Valid),
        ("911101066976941872", Verdict::Valid),
        ("91210112MA10499C0F", Verdict::Valid),
        ("91210112ma10499c0f", Verdict::Valid),
        // Really registered, and wrong: hence a warning.
        (
            "91350211M0000XUF46",
            Verdict::WrongCheckDigit { expected: 'R' },
        ),
        (
            "91310115MA1H8R7C6D",
            Verdict::WrongCheckDigit { expected: '7' },
        ),
        ("91350100M000100Y4", Verdict::Malformed),
        ("91350100M000100Y433", Verdict::Malformed),
        ("91350100M0001O0Y43", Verdict::Malformed),
        ("9135010AM000100Y43", Verdict::Malformed),
        ("9135010\u{4e00}00Y43", Verdict::Malformed),
        ("", Verdict::Malformed),
    ] {
        assert_eq!(check(code), verdict, "{code}");
    }
}

/// The remainder 0, which many snippets turn into an index out of bounds, is the character 0.
#[test]
fn the_remainder_zero_is_the_digit_zero() {
    let zeros = (0..1000)
        .map(|subject| format!("91350100{subject:09}0"))
        .filter(|code| check(code) == Verdict::Valid);
    assert_eq!(zeros.count(), 32);
    assert_eq!(check("000000000000000000"), Verdict::Valid);
}

#[test]
fn leis() {
    for lei in [
        "969500KSV493XWY0PS33",
        "5493001KJTIIGC8Y1R12",
        "7H6GLXDRUGQFU57RNE97",
        "7ZW8QJWVPR4P1S5PX088",
        "7zw8qjwvpr4p1s5px088",
        // Passes though it was surely never issued: the check finds slips, it proves no issue.
        "MAINSARDELLA32434312",
    ] {
        let parsed = Lei::parse(lei).unwrap();
        assert_eq!(parsed.as_str(), lei.to_ascii_uppercase());
    }
    let wrong = Lei::parse("969500KSV493XWY0PS34").unwrap_err();
    assert_eq!(wrong, LeiError::WrongCheckDigits { expected: 33 });
    assert_eq!(wrong.code(), "lei_wrong_check_digits");
    // 99 leaves the same remainder as the right 02, and is wrong all the same.
    let with_02 = (0..1000)
        .map(|n| format!("969500TALLYSTIC{n:03}02"))
        .find(|lei| Lei::parse(lei).is_ok())
        .unwrap();
    let with_99 = format!("{}99", &with_02[..18]);
    assert_eq!(
        Lei::parse(&with_99),
        Err(LeiError::WrongCheckDigits { expected: 2 })
    );
    for malformed in [
        "",
        "969500KSV493XWY0PS3",
        "969500KSV493XWY0PS3X",
        "969500KSV493XWY0P-33",
    ] {
        assert_eq!(Lei::parse(malformed), Err(LeiError::Malformed));
    }
}
