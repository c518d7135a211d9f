//! Whatever is uploaded, the answer is rows or a refusal, never a panic.

use std::io::Write;

use payable_files::limits::Limits;
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;

use crate::reading::fixture;
use crate::reading::mapping;
use crate::reading::try_read;

fn limits() -> Limits {
    Limits {
        max_inflated_bytes: 10_000_000,
        ..Limits::default()
    }
}

fn is_answered(bytes: Vec<u8>) {
    let lenient = mapping(
        r#"{ "supplier_identity": ["uscc", "vendor_id", "name"], "acceptance_required": true,
             "payment_terms": { "days": 30, "from": "invoice_date" },
             "amounts": { "point": ".", "thousands": "," },
             "defaults": { "currency": "CNY" } }"#,
    );
    match try_read(bytes, lenient, limits()) {
        Ok(reading) => {
            for payable in &reading.payables {
                assert!(!payable.row.gross_amount.is_zero() && !payable.row.payable_no.is_empty());
            }
            for aside in &reading.aside {
                assert!(!aside.problems.is_empty());
            }
        }
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
    }
}

/// A workbook as a zip of stored parts, so that flipped bytes reach the XML and not the checksum.
fn loose_workbook(sheet: &str) -> Vec<u8> {
    let parts = [
        ("[Content_Types].xml", "<Types/>"),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="r1" Type="t" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in parts {
        zip.start_file(name, stored).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        is_answered(bytes);
    }

    #[test]
    fn bytes_below_a_header(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let header = b"supplier_name,payable_no,invoice_date,gross_amount\n";
        is_answered([header.as_slice(), &bytes].concat());
    }

    #[test]
    fn cells_below_a_header(rows in prop::collection::vec(
        ("[^\"]{0,8}", "[0-9A-Z]{0,3}", "[0-9/年月日. T:-]{0,12}", "[0-9.,()eE+-]{0,12}"), 0..12
    )) {
        let mut text = "supplier_name,payable_no,invoice_date,gross_amount\n".to_owned();
        for (name, number, date, amount) in rows {
            text.push_str(&format!("\"{name}\",{number},{date},\"{amount}\"\n"));
        }
        is_answered(text.into_bytes());
    }

    #[test]
    fn a_good_file_with_flipped_bytes(
        flips in prop::collection::vec((0_usize..800, any::<u8>()), 1..6),
        which in prop::sample::select(vec!["domestic-utf8.csv", "domestic-gb18030.csv"]),
    ) {
        let mut bytes = fixture(which);
        for (place, byte) in flips {
            let place = place % bytes.len();
            bytes[place] = byte;
        }
        is_answered(bytes);
    }

    #[test]
    fn a_workbook_with_flipped_bytes(flips in prop::collection::vec((any::<usize>(), any::<u8>()), 1..4)) {
        let mut book = Workbook::new();
        book.add_worksheet().write(0, 0, "payable_no").unwrap();
        let mut bytes = book.save_to_buffer().unwrap();
        for (place, byte) in flips {
            let place = place % bytes.len();
            bytes[place] = byte;
        }
        is_answered(bytes);
    }

    #[test]
    fn sheets_of_odd_xml(
        cells in prop::collection::vec(("[A-Za-z]{0,4}[0-9]{0,11}", "(n|s|str|b|e|d|inlineStr|)", "[0-9eE.+-]{0,25}"), 0..8),
        dimension in "[A-Z]{0,4}[0-9]{0,10}:?[A-Z]{0,4}[0-9]{0,10}",
        row in "[0-9]{0,20}",
    ) {
        let mut sheet = format!(r#"<worksheet><dimension ref="{dimension}"/><sheetData><row r="{row}">"#);
        for (at, kind, value) in cells {
            sheet.push_str(&format!(r#"<c r="{at}" t="{kind}"><v>{value}</v></c>"#));
        }
        sheet.push_str("</row></sheetData></worksheet>");
        is_answered(loose_workbook(&sheet));
    }
}
