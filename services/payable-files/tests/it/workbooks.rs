//! XLSX: exact numbers, dates by serial, bounds.

use payable_files::column_mapping::ColumnMapping;
use payable_files::limits::Limits;
use rust_xlsxwriter::ExcelDateTime;
use rust_xlsxwriter::Format;
use rust_xlsxwriter::Formula;
use rust_xlsxwriter::Workbook;
use rust_xlsxwriter::Worksheet;

use crate::reading::fixture;
use crate::reading::mapping;
use crate::reading::read;
use crate::reading::try_read;

const HEADER: [&str; 6] = [
    "supplier_uscc",
    "应付单号",
    "invoice_date",
    "gross_amount",
    "currency",
    "到期日",
];

/// A sheet whose rows are good until `change` does something to it.
fn workbook(rows: u32, change: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for (column, name) in (0_u16..).zip(HEADER) {
        sheet.write(0, column, name).unwrap();
    }
    for row in 1..=rows {
        sheet.write(row, 0, "91320500MA00EXAM1C").unwrap();
        sheet
            .write(row, 1, 5_100_000_000_u64 + u64::from(row))
            .unwrap();
        let day = ExcelDateTime::from_ymd(2026, 3, 4).unwrap();
        sheet.write_with_format(row, 2, &day, &date).unwrap();
        sheet.write(row, 3, 1234.56).unwrap();
        sheet.write(row, 4, "CNY").unwrap();
        sheet.write(row, 5, "2026年5月1日").unwrap();
    }
    change(sheet);
    book.save_to_buffer().unwrap()
}

#[test]
fn numbers_and_dates_are_exact() {
    let bytes = workbook(4, |sheet| {
        sheet.write(1, 3, 9_999_999_999.99).unwrap();
        sheet.write(2, 3, 0.07).unwrap();
        sheet.write(3, 3, 0.1 + 0.2).unwrap();
        sheet.write(4, 3, -12.5).unwrap();
    });
    let reading = read(bytes);
    let amounts: Vec<i64> = reading
        .payables
        .iter()
        .map(|payable| payable.row.gross_amount.minor())
        .collect();
    assert_eq!(amounts, [999_999_999_999, 7]);
    assert_eq!(
        reading.codes(),
        [(4, "amount_too_many_decimals"), (5, "credit_note")]
    );
    assert_eq!(reading.problems()[0].value, "0.30000000000000004");
    let row = &reading.payables[0].row;
    assert_eq!(row.payable_no, "5100000001");
    assert_eq!(row.invoice_date.unwrap().to_string(), "2026-03-04");
    assert_eq!(row.due_date.to_string(), "2026-05-01");
}

#[test]
fn cells_that_lost_something_are_refused() {
    let bytes = workbook(4, |sheet| {
        sheet.write(1, 1, 26_312_000_000_000_000_001_f64).unwrap();
        sheet
            .write_formula(2, 3, Formula::new("=1/0").set_result("#DIV/0!"))
            .unwrap();
        let stamp = ExcelDateTime::from_ymd(2026, 3, 4)
            .unwrap()
            .and_hms(14, 30, 0)
            .unwrap();
        let format = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        sheet.write_with_format(3, 2, &stamp, &format).unwrap();
        sheet.write(4, 5, 46_143).unwrap();
    });
    let codes = read(bytes.clone()).codes();
    assert_eq!(codes[0], (2, "number_precision_lost"));
    assert_eq!(codes[1].0, 3);
    assert_eq!(codes[2..], [(4, "date_invalid"), (5, "date_invalid")]);
    let dropping = mapping(r#"{ "dates": { "drop_time": true } }"#);
    let reading = try_read(bytes, dropping, Limits::default()).unwrap();
    assert_eq!(reading.payables[0].line, 4);
}

#[test]
fn the_same_payable_from_either_format_is_the_same() {
    let csv = "supplier_uscc,应付单号,invoice_date,gross_amount,currency,到期日\n\
               91320500MA00EXAM1C,5100000001,2026/3/4,1234.56,cny,20260501\n";
    let from_csv = read(csv);
    let from_workbook = read(workbook(1, |_| {}));
    assert_eq!(from_csv.payables, from_workbook.payables);
}

#[test]
fn sheets_by_name_and_rows_by_number() {
    let mut book = Workbook::new();
    book.add_worksheet()
        .set_name("封面")
        .unwrap()
        .write(0, 0, "封面")
        .unwrap();
    let sheet = book.add_worksheet().set_name("应付").unwrap();
    for (column, name) in (0_u16..).zip(HEADER) {
        sheet.write(2, column, name).unwrap();
    }
    sheet.write(9, 1, "AP-1").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let named = mapping(r#"{ "sheet": "应付" }"#);
    let reading = try_read(bytes.clone(), named, Limits::default()).unwrap();
    assert_eq!(reading.codes()[0], (10, "missing_supplier"));
    let absent = mapping(r#"{ "sheet": "Nope" }"#);
    let refused = try_read(bytes, absent, Limits::default()).unwrap_err();
    assert_eq!(refused.code(), "file_no_such_sheet");
}

#[test]
fn workbooks_beyond_the_limits() {
    let refused = |bytes: Vec<u8>, limits| {
        try_read(bytes, ColumnMapping::default(), limits)
            .unwrap_err()
            .code()
    };
    // Compresses a thousandfold: small as a file, large inside.
    let bomb = workbook(1, |sheet| {
        sheet.write(1, 6, "0".repeat(30_000)).unwrap();
        for row in 2..200 {
            sheet
                .write(row, 6, format!("{}{row}", "0".repeat(30_000)))
                .unwrap();
        }
    });
    assert!(bomb.len() < 100_000);
    let limits = Limits {
        max_inflated_bytes: 1_000_000,
        ..Limits::default()
    };
    assert_eq!(refused(bomb, limits), "file_workbook_too_large");
    let corner = workbook(1, |sheet| {
        sheet.write(1_048_575, 16_383, 1).unwrap();
    });
    assert_eq!(refused(corner, Limits::default()), "file_too_many_columns");
    let few = Limits {
        max_rows: 2,
        ..Limits::default()
    };
    assert_eq!(refused(workbook(3, |_| {}), few), "file_too_many_rows");
    let small = Limits {
        max_bytes: 1_000,
        ..Limits::default()
    };
    assert_eq!(refused(workbook(3, |_| {}), small), "file_too_large");
    assert_eq!(
        try_read(workbook(2, |_| {}), ColumnMapping::default(), few)
            .unwrap()
            .payables
            .len(),
        2
    );
}

#[test]
fn a_workbook_of_the_domestic_list_equals_its_csv() {
    let text = String::from_utf8(fixture("domestic-utf8.csv")).unwrap();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let mut lines = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    for (row, record) in (0_u32..).zip(lines.records()) {
        for (column, cell) in (0_u16..).zip(&record.unwrap()) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    assert_eq!(read(book.save_to_buffer().unwrap()), read(text));
}
