//! The file people start from: our columns with two example rows of invented suppliers.

use crate::field::ALL;
use crate::field::Field;
use crate::problem_report::BYTE_ORDER_MARK;
use crate::problem_report::Language;

/// The template as CSV text with a byte-order mark. The published columns without `vendor_id`,
/// which only foreign exports need.
#[must_use]
pub fn template_csv(language: Language) -> String {
    let mut text = BYTE_ORDER_MARK.to_owned();
    let fields = ALL.into_iter().filter(|field| *field != Field::VendorId);
    let names = fields.clone().map(|field| match language {
        Language::En => field.name(),
        Language::Zh => field.names_zh().first().copied().unwrap_or_default(),
    });
    let mut line = |cells: Vec<&str>| {
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    };
    line(names.collect());
    for example in 0..2 {
        line(
            fields
                .clone()
                .map(|field| example_cell(field, example, language))
                .collect(),
        );
    }
    text
}

/// No cell holds a separator or a quotation mark, so none needs quoting.
fn example_cell(field: Field, example: usize, language: Language) -> &'static str {
    let pick =
        |first: &'static str, second: &'static str| if example == 0 { first } else { second };
    match (field, language) {
        (Field::SupplierUscc, _) => pick("91320500MA00EXAM1C", "91330200MA00EXAM24"),
        (Field::SupplierName, Language::En) => pick("Example Brake Systems", "Example Castings"),
        (Field::SupplierName, Language::Zh) => pick("示例制动系统有限公司", "示例铸造有限公司"),
        (Field::PayableNo, _) => pick("AP-2026-000001", "AP-2026-000002"),
        (Field::PoNo, _) => pick("PO-88001", "PO-88002"),
        (Field::AcceptanceDate, _) => pick("2026-03-02", "2026-03-05"),
        (Field::InvoiceNo, _) => pick("26312000000000000001", "26312000000000000002"),
        (Field::InvoiceDate, _) => pick("2026-03-04", "2026-03-06"),
        (Field::InvoiceGross, _) => pick("1200000.00", "171201.00"),
        (Field::GrossAmount, _) => pick("1200000.00", "85600.50"),
        (Field::Currency, _) => "CNY",
        (Field::DueDate, _) => pick("2026-05-01", "2026-05-04"),
        (Field::CompanyCode, _) => "1000",
        (Field::CostCentre, _) => pick("CC-BRAKE", "CC-CAST"),
        (Field::Remark, Language::En) => pick("March call-off", ""),
        (Field::Remark, Language::Zh) => pick("三月要货", ""),
        (Field::VendorId, _) => "",
    }
}
