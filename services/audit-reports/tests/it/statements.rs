//! The lists: rows and totals agree to the cent, files read back, pages follow each other.

use std::collections::BTreeMap;

use audit_reports::cell::Cell;
use audit_reports::clearing_report::ClearingReport;
use audit_reports::clearing_report::clearing_report;
use audit_reports::csv_file::CsvFile;
use audit_reports::error::AuditError;
use audit_reports::language::Language;
use audit_reports::money;
use audit_reports::snapshot::AuditDatabase;
use audit_reports::statement::Filter;
use audit_reports::statement::Statement;
use audit_reports::statement::Total;
use audit_reports::statements::LISTS;
use audit_reports::statements::balances::BALANCES;
use audit_reports::statements::journal::JOURNAL;
use audit_reports::statements::live_fragments::LIVE_FRAGMENTS;
use audit_reports::statements::maturities::MATURITIES;
use audit_reports::statements::settlements::SETTLEMENTS;
use audit_reports::statements::trace::TRACE;
use ledger_core::party::PartyKind;
use postgres::Client;
use postgres::NoTls;

use crate::chain::Chain;
use crate::stage::Stage;

fn database(stage: &Stage) -> AuditDatabase {
    AuditDatabase::new(&stage.database.url_audit()).unwrap()
}

fn played() -> (Stage, Chain) {
    let stage = Stage::new();
    let chain = Chain::play(&stage).then_maturity(&stage);
    (stage, chain)
}

pub(crate) fn rows(
    stage: &Stage,
    statement: &Statement,
    filter: &Filter,
) -> (Vec<Vec<Cell>>, Vec<Total>) {
    database(stage)
        .report(|snapshot| {
            let mut rows = Vec::new();
            statement.each(snapshot, filter, |row| {
                rows.push(row);
                Ok(())
            })?;
            Ok((rows, statement.totals(snapshot, filter)?))
        })
        .unwrap()
}

/// Sums of a column by currency, added up here.
fn added(statement: &Statement, rows: &[Vec<Cell>], key: &str) -> BTreeMap<String, i128> {
    let at = statement
        .columns
        .iter()
        .position(|column| column.key == key)
        .unwrap();
    let mut sums = BTreeMap::new();
    for row in rows {
        if let Cell::Money(minor, currency) = &row[at] {
            *sums.entry(currency.to_string()).or_default() += minor;
        }
    }
    sums
}

fn count_of(rows: &[Vec<Cell>]) -> i64 {
    i64::try_from(rows.len()).unwrap()
}

fn total(totals: &[Total], currency: &str) -> Vec<i128> {
    totals
        .iter()
        .find(|total| total.currency.is_some_and(|c| c.code() == currency))
        .unwrap()
        .sums
        .clone()
}

#[test]
fn totals_are_the_sums_of_the_rows() {
    let (stage, chain) = played();
    let paper = Filter::of_paper(&chain.long.number);
    for statement in LISTS.into_iter().chain([&TRACE, &LIVE_FRAGMENTS]) {
        let filter = if LISTS.iter().any(|list| list.name == statement.name) {
            Filter::default()
        } else {
            paper.clone()
        };
        let (rows, totals) = rows(&stage, statement, &filter);
        let counted: i64 = totals.iter().map(|total| total.count).sum();
        if statement.name == "balances" {
            // Totals count fragments, rows are holders.
            assert!(counted >= count_of(&rows));
        } else {
            assert_eq!(counted, count_of(&rows), "{}", statement.name);
        }
        for (at, key) in statement.sums.iter().enumerate() {
            let stated: BTreeMap<String, i128> = totals
                .iter()
                .filter_map(|total| Some((total.currency?.to_string(), total.sums[at])))
                .collect();
            assert_eq!(
                added(statement, &rows, key),
                stated,
                "{} {key}",
                statement.name
            );
        }
    }
}

#[test]
fn balances_are_the_face_of_open_papers() {
    let (stage, _chain) = played();
    let (_rows, balances) = rows(&stage, &BALANCES, &Filter::default());
    // The refused paper and the paid one are nobody's holding.
    assert_eq!(total(&balances, "CNY")[2], 120_000_000);
    assert_eq!(total(&balances, "GBP")[2], 9_876_543);
    let (_rows, maturities) = rows(&stage, &MATURITIES, &Filter::default());
    assert_eq!(
        total(&maturities, "CNY"),
        [120_000_000 + 50_000_001 + 777, 50_000_001, 120_000_000]
    );
}

#[test]
fn filters_narrow_rows_and_totals_alike() {
    let (stage, chain) = played();
    let settled = Filter {
        word: "settled".to_owned(),
        from: "2026-03-31".to_owned(),
        to: "2026-03-31".to_owned(),
        ..Filter::default()
    };
    let (found, totals) = rows(&stage, &MATURITIES, &settled);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0][1], Cell::Paper(chain.short.number.clone()));
    assert_eq!(total(&totals, "CNY"), [50_000_001, 50_000_001, 0]);
    let nobody = Filter {
        party: "nobody".to_owned(),
        ..Filter::default()
    };
    for statement in [&MATURITIES, &JOURNAL, &BALANCES] {
        assert_eq!(rows(&stage, statement, &nobody), (Vec::new(), Vec::new()));
    }
    let mistyped = Filter {
        from: "31.03.2026".to_owned(),
        ..Filter::default()
    };
    let refused = database(&stage).report(|snapshot| JOURNAL.page(snapshot, &mistyped));
    assert!(matches!(refused, Err(AuditError::BadFilter("from"))));
}

#[test]
fn pages_follow_each_other_without_gap() {
    let (stage, _chain) = played();
    for n in 0..30 {
        stage.party(PartyKind::Supplier, &format!("供应商{n}"), "");
    }
    let (all, _totals) = rows(&stage, &JOURNAL, &Filter::default());
    let mut filter = Filter::default();
    let mut paged = Vec::new();
    loop {
        let page = database(&stage)
            .report(|snapshot| JOURNAL.page(snapshot, &filter))
            .unwrap();
        paged.extend(page.lines);
        let Some(next) = page.next else { break };
        filter.after = next;
    }
    assert!(all.len() > 100);
    assert_eq!(paged, all);
}

#[test]
fn the_csv_reads_back_and_runs_no_formula() {
    let (stage, _chain) = played();
    let (found, totals) = rows(&stage, &MATURITIES, &Filter::default());
    let mut bytes = Vec::new();
    let mut file = CsvFile::start(&mut bytes, MATURITIES.columns, Language::Chinese).unwrap();
    for row in &found {
        file.row(row).unwrap();
    }
    file.finish().unwrap();
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap();
    let mut reader = csv::Reader::from_reader(text);
    assert_eq!(reader.headers().unwrap().len(), MATURITIES.columns.len());
    let mut face: BTreeMap<String, i128> = BTreeMap::new();
    let mut payees = Vec::new();
    for record in reader.records() {
        let record = record.unwrap();
        let minor: i128 = record[7].replace('.', "").parse().unwrap();
        *face.entry(record[6].to_owned()).or_default() += minor;
        payees.push(record[3].to_owned());
    }
    for total in &totals {
        let code = total.currency.unwrap().to_string();
        assert_eq!(face[&code], total.sums[0]);
    }
    assert!(payees.contains(&"'=一级配件".to_owned()), "{payees:?}");
    assert!(payees.contains(&"二级 \"冲压\", 有限公司".to_owned()));
}

fn sheet(stage: &Stage, number: &str) -> Result<ClearingReport, AuditError> {
    database(stage).report(|snapshot| clearing_report(snapshot, number, None))
}

#[test]
fn the_clearing_sheet_shows_credits_with_their_proof() {
    let (stage, chain) = played();
    let report = sheet(&stage, &chain.short.number).unwrap();
    assert_eq!(report.lines.len(), 2);
    assert_eq!(report.sums, [50_000_001, 0, 50_000_001, 0, 0, 50_000_001]);
    assert_eq!(report.checks.len(), 6);
    for (check, holds) in &report.checks {
        assert!(holds, "{check}");
    }
    let missing = sheet(&stage, &chain.long.number);
    assert!(matches!(missing, Err(AuditError::NotFound)));
    let (_rows, totals) = rows(&stage, &SETTLEMENTS, &Filter::default());
    assert_eq!(total(&totals, "CNY"), [50_000_001; 3]);
}

#[test]
fn a_forged_row_no_longer_holds_in_the_trace() {
    let (stage, chain) = played();
    let paper = Filter::of_paper(&chain.long.number);
    let checks = |stage: &Stage| -> Vec<Cell> {
        let (found, _totals) = rows(stage, &TRACE, &paper);
        found.iter().map(|row| row[10].clone()).collect()
    };
    let holds = Cell::Word("check-holds".to_owned());
    let before = checks(&stage);
    assert!(before.iter().all(|cell| *cell == holds));
    let mut superuser = Client::connect(&stage.database.url_superuser(), NoTls).unwrap();
    superuser
        .batch_execute(
            "SET session_replication_role = replica; \
             UPDATE entry SET date = date + 1 WHERE no = (SELECT max(e.no) FROM entry e \
               JOIN paper p ON p.no = e.paper WHERE p.face = 120000000)",
        )
        .unwrap();
    let after = checks(&stage);
    assert_eq!(after.iter().filter(|cell| **cell != holds).count(), 1);
    assert_ne!(after.last(), Some(&holds));
}

#[test]
fn sums_are_written_in_major_units() {
    let yen = "JPY".parse().unwrap();
    let dinar = "KWD".parse().unwrap();
    let yuan = "CNY".parse().unwrap();
    assert_eq!(money::plain(5, yuan), "0.05");
    assert_eq!(money::plain(-5, dinar), "-0.005");
    assert_eq!(money::plain(1234, yen), "1234");
    assert_eq!(
        money::grouped(i128::from(i64::MAX) * 100, yuan),
        "9,223,372,036,854,775,807.00"
    );
}
