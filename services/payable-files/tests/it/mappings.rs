//! Foreign columns.

use payable_files::column_mapping::ColumnMapping;
use payable_files::file_row::FileRow;
use payable_files::limits::Limits;
use payable_files::payable_row::SupplierIdentity;
use payable_files::payables_file::PayablesFile;

use crate::reading::GOOD;
use crate::reading::file;
use crate::reading::mapping;
use crate::reading::read;
use crate::reading::try_read;

const FOREIGN: &str = r#"{
    "columns": {
        "payable_no": { "compose": ["Doc", "Item"], "separator": "/" },
        "supplier_name": { "first_of": ["Trading as", "Name"] },
        "gross_amount": "Total", "invoice_date": "Posted", "acceptance_date": "Received"
    },
    "defaults": { "currency": "EUR", "company_code": "DE01" },
    "payment_terms": { "days": 60, "from": "acceptance_date" },
    "supplier_identity": ["name"],
    "dates": { "formats": ["dd.mm.yyyy"] },
    "amounts": { "point": ",", "thousands": "." },
    "acceptance_required": true,
    "prepayment_mark": { "column": "Type", "values": ["KA", "advance"] }
}"#;

const HEADER: &str = "Doc;Item;Name;Trading as;Total;Posted;Received;Type\n";

#[test]
fn a_foreign_export() {
    let text = format!(
        "{HEADER}77;1;Muster GmbH;;1.234,50;01.03.2026;02.03.2026;KR\n\
         77;;Muster GmbH;;5,00;01.03.2026;02.03.2026;KR\n\
         78;1;Muster GmbH;Muster;5,00;01.03.2026;;KR\n\
         79;1;Muster GmbH;Muster;5,00;01.03.2026;02.03.2026;Advance\n\
         80;1;...;;5,00;01.03.2026;02.03.2026;KR\n"
    );
    let reading = try_read(text, mapping(FOREIGN), Limits::default()).unwrap();
    let row = &reading.payables[0].row;
    assert_eq!(row.key(), ("DE01", "77/1"));
    assert_eq!(
        row.supplier,
        SupplierIdentity::Name("MUSTER GMBH".to_owned())
    );
    assert_eq!(
        (row.gross_amount.minor(), row.currency.code()),
        (123_450, "EUR")
    );
    assert_eq!(row.due_date.to_string(), "2026-05-01");
    let expected = [
        (3, "missing_field"),
        (4, "prepayment"),
        (4, "missing_field"),
        (5, "prepayment"),
        (6, "missing_supplier"),
    ];
    assert_eq!(reading.codes(), expected);
    let missing = &reading.aside[0].problems[0];
    assert_eq!(missing.column, "Doc + Item");
}

#[test]
fn a_mapping_survives_being_saved() {
    let read_back = |m: &ColumnMapping| mapping(&serde_json::to_string(m).unwrap());
    for original in [mapping(FOREIGN), ColumnMapping::default()] {
        assert_eq!(read_back(&original), original);
        original.check().unwrap();
    }
    assert!(serde_json::from_str::<ColumnMapping>(r#"{ "colums": {} }"#).is_err());
}

#[test]
fn mappings_that_contradict_themselves() {
    for json in [
        r#"{ "dates": { "formats": ["dd/mm/yyyy", "mm/dd/yyyy"] } }"#,
        r#"{ "dates": { "formats": [] } }"#,
        r#"{ "amounts": { "point": ",", "thousands": "," } }"#,
        r#"{ "supplier_identity": [] }"#,
        r#"{ "payment_terms": { "days": 400, "from": "invoice_date" } }"#,
        r#"{ "separator": "x" }"#,
        r#"{ "defaults": { "currency": "RMB" } }"#,
        r#"{ "columns": { "payable_no": { "compose": [] } } }"#,
    ] {
        let refused = try_read(file(&[GOOD]), mapping(json), Limits::default()).unwrap_err();
        assert_eq!(refused.code(), "mapping_invalid", "{json}");
    }
    let absent = mapping(r#"{ "columns": { "payable_no": "Nowhere" } }"#);
    let refused = try_read(file(&[GOOD]), absent, Limits::default()).unwrap_err();
    assert!(refused.to_string().contains("Nowhere"));
}

#[test]
fn records_from_the_api_are_judged_like_a_file() {
    let text = file(&[GOOD, ",AP-2,2026-03-04,1.00,CNY,2026-05-01"]);
    let mut lines = text
        .lines()
        .map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let rows = lines.collect();
    let opened =
        PayablesFile::from_records(header, rows, ColumnMapping::default(), Limits::default());
    let rows: Vec<FileRow> = opened.unwrap().map(Result::unwrap).collect();
    let from_csv = read(text);
    // A file's header is its first line; records are counted without one.
    let mut payable = from_csv.payables[0].clone();
    payable.line -= 1;
    let mut aside = from_csv.aside[0].clone();
    aside.line -= 1;
    aside
        .problems
        .iter_mut()
        .for_each(|problem| problem.row -= 1);
    assert_eq!(rows[0], FileRow::Payable(payable));
    assert_eq!(rows[1], FileRow::Aside(aside));
}
