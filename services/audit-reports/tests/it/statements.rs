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
use audit_reports::statements::supervisor::SUPERVISOR;
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

/// All rows, page by page.
fn paged(stage: &Stage, statement: &Statement, filter: &Filter, size: usize) -> Vec<Vec<Cell>> {
    let mut filter = filter.clone();
    let mut paged = Vec::new();
    loop {
        let page = database(stage)
            .report(|snapshot| statement.page_of(snapshot, &filter, size))
            .unwrap();
        paged.extend(page.lines);
        let Some(next) = page.next else { break };
        filter.after = next;
    }
    paged
}

#[test]
fn pages_follow_each_other_without_gap() {
    let (stage, chain) = played();
    let paper = Filter::of_paper(&chain.long.number);
    for statement in LISTS.into_iter().chain([&TRACE, &LIVE_FRAGMENTS]) {
        for filter in [&Filter::default(), &paper] {
            let (all, _totals) = rows(&stage, statement, filter);
            for size in [1, 3, 100] {
                let name = statement.name;
                assert_eq!(
                    paged(&stage, statement, filter, size),
                    all,
                    "{name} by {size}"
                );
            }
        }
    }
}

#[test]
fn payments_in_one_sum_are_each_a_row_of_some_page() {
    let (stage, _chain) = played();
    let (alone, _totals) = rows(&stage, &SUPERVISOR, &Filter::default());
    let mut client = Client::connect(&stage.database.url_owner(), NoTls).unwrap();
    client
        .batch_execute(
            "INSERT INTO statement_entry (account, servicer_ref, end_to_end_id, amount, currency, \
               direction, booking_date, value_date, reversal, message) \
             SELECT account, 'SUM', 'SUM', amount, currency, direction, booking_date, value_date, \
               reversal, message FROM statement_entry WHERE end_to_end_id IN (SELECT end_to_end_id \
               FROM payment_instruction WHERE kind = 'settlement_credit') LIMIT 1; \
             ALTER TABLE payment_instruction DISABLE TRIGGER USER; \
             UPDATE payment_instruction SET netted_in = 'SUM' WHERE kind = 'settlement_credit'",
        )
        .unwrap();
    let (together, _totals) = rows(&stage, &SUPERVISOR, &Filter::default());
    assert_eq!(together.len(), alone.len());
    assert_eq!(paged(&stage, &SUPERVISOR, &Filter::default(), 1), together);
}

#[test]
fn totals_are_of_all_pages() {
    let (stage, _chain) = played();
    for statement in LISTS {
        let asked = |filter: &Filter| {
            let totals = database(&stage).report(|snapshot| statement.totals(snapshot, filter));
            totals.unwrap()
        };
        let first = database(&stage)
            .report(|snapshot| statement.page_of(snapshot, &Filter::default(), 1))
            .unwrap();
        let Some(after) = first.next else { continue };
        let second = Filter {
            after,
            ..Filter::default()
        };
        assert_eq!(
            asked(&second),
            asked(&Filter::default()),
            "{}",
            statement.name
        );
    }
}

/// Transfers of three days; between them papers that were proposed days before they were approved; and a
/// second book.
fn proposed_earlier() -> Stage {
    let (stage, _chain) = played();
    let obligor = stage.party(PartyKind::Obligor, "晚批汽车", "");
    let first = stage.party(PartyKind::Supplier, "晚批一级", "");
    let second = stage.party(PartyKind::Supplier, "晚批二级", "");
    let issued = |proposed: &str, face: i64| {
        let proposed = proposed.parse().unwrap();
        let due = "2026-08-31";
        stage.issue_proposed_on(proposed, &obligor, &first, ("CNY", face), due)
    };
    for (today, proposed) in [
        ("2026-04-07", ["2026-04-07", "2026-03-31"]),
        ("2026-04-08", ["2026-03-31", "2026-04-02"]),
        ("2026-04-09", ["2026-04-07", "2026-04-09"]),
    ] {
        stage.today_is(today);
        for (at, proposed) in (1..).zip(proposed) {
            let paper = issued(proposed, 1_000 * at);
            let held = stage.accept(&paper, &first);
            stage.pay(held, 400, &first, &second);
        }
    }
    let stage = stage.next_book();
    stage.today_is("2026-04-10");
    stage.party(PartyKind::Supplier, "第二账", "");
    stage
}

#[test]
fn days_of_the_journal_are_found_by_its_numbers() {
    let stage = proposed_earlier();
    let days = [
        "2026-03-01",
        "2026-03-31",
        "2026-04-02",
        "2026-04-08",
        "2026-04-10",
    ];
    for statement in [&JOURNAL, &SUPERVISOR] {
        let at = statement.columns.iter().position(|one| one.key == "date");
        let (all, _totals) = rows(&stage, statement, &Filter::default());
        for from in ["", days[0], days[1], days[2], days[3], days[4]] {
            for to in ["", days[0], days[1], days[2], days[3], days[4]] {
                let filter = Filter {
                    from: from.to_owned(),
                    to: to.to_owned(),
                    ..Filter::default()
                };
                let within = all.iter().filter(|row| match &row[at.unwrap()] {
                    Cell::Date(day) => {
                        let day = day.to_string();
                        day.as_str() >= from && (to.is_empty() || day.as_str() <= to)
                    }
                    other => panic!("{other:?} is no date"),
                });
                let within: Vec<Vec<Cell>> = within.cloned().collect();
                let name = statement.name;
                assert_eq!(
                    paged(&stage, statement, &filter, 3),
                    within,
                    "{name} {from} {to}"
                );
            }
        }
    }
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
