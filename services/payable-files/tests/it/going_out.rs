//! Files we write: reports, templates, payables.

use payable_files::column_mapping::ColumnMapping;
use payable_files::limits::Limits;
use payable_files::payable_row::PayableRow;
use payable_files::problem_report::Language;
use payable_files::problem_report::ProblemReport;
use payable_files::problem_report::write_payables;
use payable_files::template::template_csv;
use proptest::prelude::*;

use crate::reading::GOOD;
use crate::reading::Reading;
use crate::reading::file;
use crate::reading::mapping;
use crate::reading::read;
use crate::reading::try_read;

fn report(reading: &Reading, language: Language) -> String {
    let mut report = ProblemReport::new(Vec::new(), language).unwrap();
    for problem in reading.problems() {
        report.write(problem).unwrap();
    }
    String::from_utf8(report.finish().unwrap()).unwrap()
}

#[test]
fn a_report_can_not_be_run_as_formulas() {
    let rows: Vec<String> = ["=1+1", "+5", "-x", "@SUM(A1)"]
        .iter()
        .map(|amount| GOOD.replace("100.00", amount))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let reading = read(file(&rows));
    for language in [Language::En, Language::Zh] {
        let text = report(&reading, language);
        let body = text.strip_prefix('\u{feff}').unwrap();
        let mut records = csv::Reader::from_reader(body.as_bytes());
        let values: Vec<String> = records
            .records()
            .map(|record| record.unwrap()[2].to_owned())
            .collect();
        assert_eq!(values, ["'=1+1", "'+5", "'-x", "'@SUM(A1)"]);
    }
    assert!(
        report(&reading, Language::En)
            .contains("\n2,gross_amount,'=1+1,refused,amount_not_a_number,")
    );
    assert!(report(&reading, Language::Zh).contains("拒绝"));
}

#[test]
fn templates_are_good_files() {
    let english = read(template_csv(Language::En));
    let chinese = read(template_csv(Language::Zh));
    for reading in [&english, &chinese] {
        assert_eq!(reading.codes(), []);
        assert_eq!(reading.summary.payables, 2);
    }
    assert_eq!(english.payables[0].row.key(), chinese.payables[0].row.key());
    assert!(template_csv(Language::Zh).starts_with("\u{feff}供应商统一社会信用代码,供应商名称,"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn payables_written_are_read_back(
        name in "[-=+@'\\p{Han}A-Za-z0-9 ,;\"]{0,30}",
        number in "[A-Za-z0-9/=@+-]{1,30}",
        remark in "[-=+@a-z \"\n,]{0,40}",
        minor in 1_i64..1_000_000_000_000,
        currency in prop::sample::select(vec!["CNY", "JPY", "KWD"]),
        day in 1_u32..28,
    ) {
        let major = ledger_core::amount::Amount::from_minor(minor).unwrap()
            .to_plain(currency.parse().unwrap());
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let text = format!(
            "supplier_uscc,supplier_name,payable_no,gross_amount,currency,due_date,remark\n\
             91320500MA00EXAM1C,{},{},{major},{currency},2026-05-{day},{}\n",
            quoted(&name), quoted(&number), quoted(&remark),
        );
        let first = read(text);
        prop_assert_eq!(first.codes(), []);
        let rows: Vec<&PayableRow> = first.payables.iter().map(|payable| &payable.row).collect();
        let written = write_payables(Vec::new(), rows.iter().copied()).unwrap();
        let second = read(written);
        prop_assert_eq!(&second.payables, &first.payables);
    }

    #[test]
    fn any_changed_field_changes_the_digest(which in 0_usize..6) {
        let fields: Vec<&str> = GOOD.split(',').collect();
        let others = ["91330200MA00EXAM24", "AP-2", "2026-03-05", "100.01", "USD", "2026-05-02"];
        let mut changed = fields.clone();
        changed[which] = others[which];
        let digest = |row: &str| read(file(&[row])).payables[0].digest;
        prop_assert_ne!(digest(GOOD), digest(&changed.join(",")));
        prop_assert_eq!(digest(GOOD), digest(&GOOD.replace("100.00", "100")));
    }
}

/// Pinned: the database holds digests of rows taken in earlier.
#[test]
fn the_canonical_row_form_is_fixed() {
    let named = mapping(r#"{ "defaults": { "company_code": "1000" } }"#);
    assert_eq!(named.check(), ColumnMapping::default().check());
    let reading = try_read(file(&[GOOD]), named, Limits::default()).unwrap();
    let digest: String = reading.payables[0]
        .digest
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    assert_eq!(digest, PINNED);
}

/// Computed apart from this code, from the canonical form as documented, with Python's hashlib.
const PINNED: &str = "cf27a7e316536d7a1081471d664321dde9e34b4db27eb92ccac41ce877353d4d";
