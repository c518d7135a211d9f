//! The 60-day clock in the auditor's lens: reckoned by SQL of its own, and the same as the law's.

use audit_reports::cell::Cell;
use audit_reports::snapshot::AuditDatabase;
use audit_reports::statement::Filter;
use audit_reports::statement::Statement;
use audit_reports::statements::breaches::BREACHES;
use audit_reports::statements::breaches::CLOCKS;
use chrono::NaiveDate;
use ledger_app::take_calendars;
use ledger_core::hash::sha256_of;
use ledger_core::party::PartyKind;
use ledger_core::payment_clock;
use ledger_core::payment_clock::CountedFrom;
use ledger_store::cash_choices::CashChoice;
use postgres::Client;
use postgres::NoTls;

use crate::maturity::settle_due;
use crate::stage::Actor;
use crate::stage::Issued;
use crate::stage::Stage;
use crate::stage::day;

fn rows(stage: &Stage, statement: &Statement, filter: &Filter) -> Vec<Vec<Cell>> {
    let database = AuditDatabase::new(&stage.database.url_audit()).unwrap();
    database
        .report(|snapshot| {
            let mut rows = Vec::new();
            statement.each(snapshot, filter, |row| {
                rows.push(row);
                Ok(())
            })?;
            Ok(rows)
        })
        .unwrap()
}

fn cell<'r>(statement: &Statement, row: &'r [Cell], key: &str) -> &'r Cell {
    let mut columns = statement.columns.iter();
    &row[columns.position(|column| column.key == key).unwrap()]
}

fn paper(stage: &Stage, issued: &Issued) -> ledger_core::id::PaperId {
    let found = stage
        .app
        .store
        .read(|tx| tx.paper_by_number(&issued.number));
    found.unwrap().paper.id
}

/// The payee takes the paper by its own choice.
fn chosen(stage: &Stage, issued: &Issued, payee: &Actor) {
    let choice = CashChoice {
        paper: paper(stage, issued),
        supplier: payee.id,
        accepted_on: day("2026-03-02"),
        money_by: day("2026-05-06"),
        due_date: day("2026-08-07"),
        words: "我方自愿".to_owned(),
        words_sha256: sha256_of("我方自愿".as_bytes()),
        made_by: "user:1".to_owned(),
        made_at: stage.app.clock.now(),
        counted_from: CountedFrom::Invoice,
    };
    stage
        .app
        .store
        .write(|tx| tx.cash_choice_insert(&choice))
        .unwrap();
    stage.accept(issued, payee);
}

/// On 2 March: one paper in time, one that waits, one taken without a choice, one with.
fn played() -> Stage {
    let stage = Stage::new();
    assert_eq!(take_calendars::run(&stage.app).unwrap(), 1);
    let oem = stage.party(PartyKind::Obligor, "远山汽车", "Yuanshan Motor");
    let small = stage.party(PartyKind::Supplier, "小微精密", "Precision");
    let sql = "UPDATE party SET size_class = 'large' WHERE name = '远山汽车'";
    let mut hand = Client::connect(&stage.database.url_superuser(), NoTls).unwrap();
    hand.execute(sql, &[]).unwrap();
    let issue = |face, due| stage.issue(&oem, &small, "CNY", face, due);
    let in_time = issue(10_001, "2026-05-06");
    stage.accept(&in_time, &small);
    issue(20_002, "2026-08-07");
    let late = issue(30_003, "2026-08-07");
    stage.accept(&late, &small);
    chosen(&stage, &issue(40_004, "2026-08-07"), &small);
    stage
}

fn standings(stage: &Stage, filter: &Filter) -> Vec<(String, i128, i64)> {
    let found = rows(stage, &BREACHES, filter);
    let mut all: Vec<_> = found
        .iter()
        .map(|row| {
            let get = |key| cell(&BREACHES, row, key);
            match (get("clock-standing"), get("amount"), get("days-over")) {
                (Cell::Word(word), Cell::Money(minor, _), Cell::Count(days)) => {
                    (word.clone(), *minor, *days)
                }
                other => panic!("{other:?}"),
            }
        })
        .collect();
    all.sort_by_key(|one| one.1);
    all
}

#[test]
fn every_breach_is_found_and_none_is_invented() {
    let stage = played();
    let by = |word: &str| Filter {
        word: word.to_owned(),
        ..Filter::default()
    };
    let one = |word: &str, minor, days| (format!("clock-standing-{word}"), minor, days);
    let (asked, late, chosen) = (
        one("asked", 20_002, 93),
        one("late", 30_003, 93),
        one("chosen", 40_004, 93),
    );
    let all = standings(&stage, &Filter::default());
    assert_eq!(all, [asked, late.clone(), chosen.clone()]);
    assert_eq!(standings(&stage, &by("chosen")), [chosen]);
    // The payee of the waiting one was kept waiting past its last day; the one due on 6 May is paid.
    stage.today_is("2026-05-06");
    settle_due(&stage);
    stage.today_is("2026-05-07");
    let all = standings(&stage, &by("late"));
    assert_eq!(all, [one("late", 20_002, 93), late]);
    // Past what was chosen, the choice is none.
    stage.today_is("2026-08-10");
    let all = standings(&stage, &Filter::default());
    assert_eq!(all[2], one("late", 40_004, 96), "{all:?}");
}

/// A debt whose paper was taken back is late like any other, until its invoice is listed anew.
#[test]
fn taking_a_paper_back_takes_no_debt_off_the_list() {
    let stage = played();
    let mut hand = Client::connect(&stage.database.url_superuser(), NoTls).unwrap();
    let mut put = |sql: &str| assert_eq!(hand.execute(sql, &[]).unwrap(), 1, "{sql}");
    put(
        "UPDATE payable SET state = 'cancelled', paper_id = NULL, invoice_no = 'INV-1', \
         due_date = '2026-08-07' WHERE amount = 20002",
    );
    let sums = || -> Vec<(String, i128)> {
        let all = standings(&stage, &Filter::default()).into_iter();
        all.map(|(word, minor, _days)| (word, minor)).collect()
    };
    let one = |word: &str, minor| (format!("clock-standing-{word}"), minor);
    let others = [one("late", 30_003), one("chosen", 40_004)];
    assert_eq!(sums()[0], one("late", 20_002));
    assert_eq!(sums()[1..], others);
    put("UPDATE payable SET invoice_no = 'INV-1' WHERE amount = 30003");
    assert_eq!(sums(), others);
}

#[test]
fn the_summary_says_the_same_by_obligor_and_size() {
    let stage = played();
    let found = rows(&stage, &CLOCKS, &Filter::default());
    assert_eq!(found.len(), 1, "{found:?}");
    let get = |key| cell(&CLOCKS, &found[0], key).clone();
    assert_eq!(get("size"), Cell::Word("size-small".to_owned()));
    assert_eq!(
        (get("debts"), get("late-debts"), get("chosen-debts")),
        (Cell::Count(4), Cell::Count(1), Cell::Count(1))
    );
    let minor = |key| match get(key) {
        Cell::Money(minor, _) => minor,
        other => panic!("{other:?}"),
    };
    let sums = ["amount", "late-amount", "asked-amount", "chosen-amount"].map(minor);
    assert_eq!(sums, [100_010, 30_003, 20_002, 40_004]);
    assert_eq!(get("most-days-over"), Cell::Count(93));
}

#[test]
fn the_last_day_in_sql_is_the_laws() {
    let stage = Stage::new();
    take_calendars::run(&stage.app).unwrap();
    let mut hand = Client::connect(&stage.database.url_audit(), NoTls).unwrap();
    let calendar = stage.app.calendar().unwrap();
    let first: NaiveDate = day("2026-01-01");
    let sql = "SELECT d::date, business_day_from('CN', d::date + 60) \
               FROM generate_series('2026-01-01'::date, '2026-10-25', interval '1 day') AS d";
    let found = hand.query(sql, &[]).unwrap();
    assert!(found.len() > 290 && found[0].get::<_, NaiveDate>(0) == first);
    for row in found {
        let (start, last): (NaiveDate, NaiveDate) = (row.get(0), row.get(1));
        assert_eq!(
            last,
            payment_clock::money_by(start, calendar).unwrap(),
            "{start}"
        );
    }
}
