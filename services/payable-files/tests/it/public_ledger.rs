//! A public authority's real ledger, by general rules and a saved mapping only.

use ledger_core::currency::Currency;
use payable_files::column_mapping::ColumnMapping;
use payable_files::limits::Limits;
use payable_files::payable_row::SupplierIdentity;
use payable_files::row_problem::ProblemCode;

use crate::reading::Reading;
use crate::reading::fixture;
use crate::reading::root;
use crate::reading::try_read;

fn gla_mapping() -> ColumnMapping {
    serde_json::from_slice(&fixture("gla-mapping.json")).unwrap()
}

fn by_name(reading: &Reading) -> usize {
    let suppliers = reading.payables.iter().map(|payable| &payable.row.supplier);
    suppliers
        .filter(|supplier| matches!(supplier, SupplierIdentity::Name(_)))
        .count()
}

#[test]
fn the_sample() {
    let reading = try_read(fixture("gla-sample.csv"), gla_mapping(), Limits::default()).unwrap();
    let summary = &reading.summary;
    assert_eq!(summary.rows, 600);
    let first = &reading.payables[0].row;
    assert_eq!(first.key(), ("GLA", "0"));
    assert_eq!(
        first.supplier,
        SupplierIdentity::Name("JILL BARTLETT COMPANY LTD".to_owned())
    );
    assert_eq!(first.gross_amount.minor(), 139_011);
    assert_eq!(first.due_date.to_string(), "2008-05-01");
    let counts = (
        summary.payables,
        summary.credit_notes,
        summary.repeated,
        summary.refused,
    );
    assert_eq!(counts, (567, 33, 0, 0));
    assert_eq!(
        by_name(&reading),
        559,
        "rows without a vendor number go by the name"
    );
    assert_eq!(summary.by_code[&ProblemCode::PossibleDuplicate], 42);
    assert_eq!(summary.payable_minor[&Currency::GBP], 764_581_150);
}

/// The whole export is not part of the repository: it is read where a copy stands beside it.
#[test]
fn the_whole_export_where_it_is_at_hand() {
    let Ok(bytes) = std::fs::read(root().join("../shared/data/gla-payables.csv")) else {
        eprintln!("the whole export is not at hand; the sample in fixtures/payables was read");
        return;
    };
    let reading = try_read(bytes, gla_mapping(), Limits::default()).unwrap();
    assert_eq!(reading.summary.rows, 28_145);
    let summary = &reading.summary;
    let counts = (
        summary.payables,
        summary.credit_notes,
        summary.repeated,
        summary.refused,
    );
    // Counted apart from this code, with Python's csv and decimal.
    assert_eq!(counts, (26_936, 1_209, 0, 0));
    assert_eq!(by_name(&reading), 8_446);
    assert_eq!(summary.by_code[&ProblemCode::PossibleDuplicate], 721);
    assert_eq!(summary.payable_minor[&Currency::GBP], 101_589_723_054);
    assert_eq!(summary.credit_minor[&Currency::GBP], 1_581_392_454);
}
