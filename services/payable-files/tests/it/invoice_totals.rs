//! The invoice's own total beside a part of it.

use payable_files::field::Field;

use crate::reading::read;

const HEAD: &str = "supplier_uscc,payable_no,invoice_no,发票总额,gross_amount,currency,due_date\n";

fn row(payable: &str, invoice: &str, total: &str, amount: &str) -> String {
    format!("91320500MA00EXAM1C,{payable},{invoice},{total},{amount},CNY,2026-05-01\n")
}

#[test]
fn a_part_states_the_total_and_a_total_is_never_less() {
    let rows = [
        row("AP-1", "INV-1", "1000.00", "400.00"),
        row("AP-2", "INV-2", "", "400.00"),
        row("AP-3", "INV-3", "399.99", "400.00"),
        row("AP-4", "", "1000.00", "400.00"),
        row("AP-5", "INV-5", "0", "400.00"),
        row("AP-6", "INV-6", "-1", "400.00"),
        row("AP-7", "INV-7", "1000.001", "400.00"),
        row("AP-8", "INV-8", "much", "400.00"),
    ];
    let reading = read(format!("{HEAD}{}", rows.concat()));
    let totals: Vec<_> = reading
        .payables
        .iter()
        .map(|payable| payable.row.field_text(Field::InvoiceGross))
        .collect();
    assert_eq!(totals, [Some("1000.00".to_owned()), None]);
    assert_eq!(
        reading.codes(),
        [
            (4, "invoice_gross_too_small"),
            (5, "missing_field"),
            (6, "invoice_gross_too_small"),
            (7, "invoice_gross_too_small"),
            (8, "amount_too_many_decimals"),
            (9, "amount_not_a_number"),
        ]
    );
}

#[test]
fn the_total_is_part_of_the_rows_content_and_none_leaves_the_digest_as_it_was() {
    let digest = |total: &str| {
        let rows = row("AP-1", "INV-1", total, "400.00");
        read(format!("{HEAD}{rows}")).payables[0].digest
    };
    let before = read(
        "supplier_uscc,payable_no,invoice_no,gross_amount,currency,due_date\n\
         91320500MA00EXAM1C,AP-1,INV-1,400.00,CNY,2026-05-01\n",
    );
    assert_eq!(digest(""), before.payables[0].digest);
    assert_ne!(digest("400.00"), digest(""));
    assert_ne!(digest("400.00"), digest("500.00"));
}
