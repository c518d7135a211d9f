//! CSV: encodings, separators, line numbers, refusals, repetitions.

use payable_files::column_mapping::ColumnMapping;
use payable_files::file_row::AsideKind;
use payable_files::limits::Limits;

use crate::reading::GOOD;
use crate::reading::file;
use crate::reading::fixture;
use crate::reading::mapping;
use crate::reading::read;
use crate::reading::refusal;
use crate::reading::try_read;

#[test]
fn each_mistake_has_its_code() {
    let bytes = fixture("bad-rows.csv");
    let text = String::from_utf8(bytes.clone()).unwrap();
    let expected: Vec<(u64, &str)> = text
        .lines()
        .zip(1_u64..)
        .skip(1)
        .map(|(line, number)| (number, line.rsplit(',').next().unwrap()))
        .filter(|(_, code)| *code != "ok")
        .collect();
    let reading = read(bytes);
    assert_eq!(reading.codes(), expected);
    assert_eq!(
        reading.summary.payables, 3,
        "the good row and the two with a warning"
    );
    assert_eq!(reading.summary.credit_notes, 3);
    assert_eq!(reading.summary.repeated, 1);
    for problem in reading.problems() {
        assert!(!problem.what_to_do_en.contains("{}") && !problem.what_to_do_zh.contains("{}"));
        assert!(!problem.what_to_do_zh.is_ascii());
    }
}

#[test]
fn utf8_and_gb18030_say_the_same() {
    let utf8 = read(fixture("domestic-utf8.csv"));
    let gb18030 = read(fixture("domestic-gb18030.csv"));
    assert_eq!(utf8.summary.payables, 4);
    assert_eq!(utf8, gb18030);
    let names: Vec<_> = utf8
        .payables
        .iter()
        .map(|p| p.row.supplier_name.clone().unwrap())
        .collect();
    assert_eq!(names[0], "示例制动系统有限公司");
    assert_eq!(utf8.payables[0].row.due_date.to_string(), "2026-05-01");
    assert_eq!(
        utf8.payables[1].row.acceptance_date.unwrap().to_string(),
        "2026-03-05"
    );
    assert_eq!(utf8.payables[3].row.gross_amount.minor(), 999_999_999_999);
    let without_mark = fixture("domestic-utf8.csv")[3..].to_vec();
    assert_eq!(read(without_mark), utf8);
}

#[test]
fn one_damaged_place_in_utf8_costs_its_row_only() {
    let mut bytes = fixture("domestic-utf8.csv");
    let place = bytes.windows(3).position(|w| w == "铸".as_bytes()).unwrap();
    bytes[place] = 0xff;
    let reading = read(bytes);
    assert_eq!(reading.codes(), [(3, "invalid_encoding")]);
    assert_eq!(reading.summary.payables, 3);
}

/// Chinese UTF-8 in pairs of characters also passes for GB18030, and would come out as other names.
#[test]
fn damaged_utf8_is_not_taken_for_gb18030() {
    let mut text =
        "supplier_uscc,supplier_name,payable_no,gross_amount,currency,due_date\n".to_owned();
    for number in 1..=3 {
        text.push_str(&format!(
            "91320500MA00EXAM1C,示例制动系统公司,AP-{number},{number}.00,CNY,2026-05-01\n"
        ));
    }
    let mut bytes = text.into_bytes();
    let place = bytes.windows(3).position(|w| w == "示".as_bytes()).unwrap();
    bytes[place] = 0xfe;
    assert!(
        !encoding_rs::GB18030.decode(&bytes).2,
        "the damage is one GB18030 doesn't see"
    );
    let reading = read(bytes);
    assert_eq!(reading.codes(), [(2, "invalid_encoding")]);
    let name = reading.payables[0].row.supplier_name.as_deref();
    assert_eq!(name, Some("示例制动系统公司"));
}

#[test]
fn separators_are_seen_from_the_header() {
    let comma = read(file(&[GOOD]));
    for separator in [";", "\t"] {
        let text = file(&[GOOD]).replace(',', separator);
        assert_eq!(read(text), comma, "{separator:?}");
    }
    let quoted = file(&[GOOD]).replace("payable_no", "\"payable_no\"");
    assert_eq!(read(quoted), comma);
}

#[test]
fn line_numbers_are_those_of_the_file() {
    let bad = ",AP-2,2026-03-04,100.00,CNY,2026-05-01";
    let two_lines = "91320500MA00EXAM1C,\"AP\n3\",2026-03-04,100.00,CNY,2026-05-01";
    let text = format!("\n{}\n\n{two_lines}\n{bad}", file(&[GOOD, bad]));
    let expected = [
        (4, "missing_supplier"),
        (7, "control_character"),
        (9, "missing_supplier"),
    ];
    // A blank line before the header, and after the second row: counted, not read.
    for text in [
        text.clone(),
        text.replace('\n', "\r\n"),
        text.replace('\n', "\r"),
    ] {
        assert_eq!(read(text.clone()).codes(), expected, "{text:?}");
    }
}

#[test]
fn a_row_of_another_width_is_not_guessed_at() {
    let short = "91320500MA00EXAM1C,AP-2,2026-03-04,100.00,CNY";
    let long = format!("{GOOD},more");
    let padded = format!("{},,", GOOD.replace("AP-1", "AP-4"));
    let reading = read(file(&[short, &long, &padded, ",,,,,"]));
    assert_eq!(reading.codes(), [(2, "field_count"), (3, "field_count")]);
    assert_eq!((reading.summary.payables, reading.summary.blank), (1, 1));
}

#[test]
fn a_number_used_again_is_told_apart_from_a_row_repeated() {
    let changed = GOOD.replace("100.00", "100.01");
    // The same amount written otherwise is still the same row.
    let same = GOOD.replace("100.00", "100");
    let reading = read(file(&[GOOD, &changed, &same]));
    assert_eq!(
        reading.codes(),
        [(3, "payable_no_reused"), (4, "repeated_row")]
    );
    assert_eq!(reading.aside[1].kind, AsideKind::Repeated);
    assert!(reading.aside[0].problems[0].what_to_do_en.contains("Row 2"));
    assert_eq!(reading.payables.len(), 1);
}

#[test]
fn credit_notes_are_summed_and_take_no_number() {
    let credit = GOOD.replace("100.00", "-40.00");
    let reading = read(file(&[&credit, GOOD]));
    assert_eq!(reading.codes(), [(2, "credit_note")]);
    assert_eq!(reading.summary.payables, 1);
    let sums: Vec<_> = reading.summary.credit_minor.values().copied().collect();
    assert_eq!(sums, [4_000]);
    let sums: Vec<_> = reading.summary.payable_minor.values().copied().collect();
    assert_eq!(sums, [10_000]);
}

#[test]
fn all_problems_of_a_row_come_at_once() {
    let reading = read(file(&[",,x,1e3,RMB,"]));
    let codes: Vec<_> = reading.codes().into_iter().map(|(_, code)| code).collect();
    let expected = [
        "missing_supplier",
        "missing_field",
        "date_invalid",
        "currency_unknown",
        "missing_field",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn files_that_are_none_are_refused_whole() {
    assert_eq!(refusal(""), "file_empty");
    assert_eq!(refusal("\n\n"), "file_empty");
    assert_eq!(refusal("a,b\n1,2\n"), "file_missing_column");
    assert_eq!(refusal("payable_no,应付单号\n"), "file_duplicate_column");
    assert_eq!(refusal(vec![0xff, 0xfe, b'a', 0]), "file_utf16");
    assert_eq!(
        refusal(vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1]),
        "file_old_or_locked_workbook"
    );
    assert_eq!(refusal("PK\u{3}\u{4}nothing"), "file_bad_workbook");
}

#[test]
fn limits_hold() {
    let limited = |limits: Limits, text: String| {
        try_read(text, ColumnMapping::default(), limits)
            .unwrap_err()
            .code()
    };
    let small = Limits {
        max_bytes: 100,
        ..Limits::default()
    };
    assert_eq!(limited(small, file(&[GOOD])), "file_too_large");
    let few = Limits {
        max_rows: 1,
        ..Limits::default()
    };
    let two = file(&[GOOD, &GOOD.replace("AP-1", "AP-2")]);
    assert_eq!(limited(few, two), "file_too_many_rows");
    let narrow = Limits {
        max_columns: 5,
        ..Limits::default()
    };
    assert_eq!(limited(narrow, file(&[GOOD])), "file_too_many_columns");
    let unclosed = file(&[GOOD, &format!("\"{}", "x".repeat(3_000_000))]);
    assert_eq!(limited(Limits::default(), unclosed), "file_record_too_long");
}

#[test]
fn another_encoding_must_be_asked_for() {
    let latin = b"supplier_name,payable_no,gross_amount,due_date\nCaf\xe9 Noir,1,5.00,2026-05-01\n";
    let asked = mapping(
        r#"{ "encoding": "windows-1252", "supplier_identity": ["name"],
             "defaults": { "currency": "EUR" } }"#,
    );
    let reading = try_read(latin.to_vec(), asked, Limits::default()).unwrap();
    assert_eq!(
        reading.payables[0].row.supplier_name.as_deref(),
        Some("Café Noir")
    );
}
