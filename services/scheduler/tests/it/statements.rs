//! Reading the statements of ended days from a bank that does not answer everything.

use std::sync::mpsc;

use chrono::NaiveDate;
use ledger_app::app::App;
use ledger_app::app::AppConfig;
use ledger_app::app::PlatformSecrets;
use ledger_core::calendar_year::CalendarYear;
use ledger_store::unit_of_work::StoreConfig;
use scheduler::bank_conversation::read_statements;
use scheduler::error::JobError;
use testkit::database::TestDatabase;

use crate::asking::bank;

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 9, day).unwrap()
}

fn app(database: &TestDatabase) -> App {
    let calendar = std::fs::read_to_string(
        testkit::database::workspace().join("fixtures/calendars/CN-2026.csv"),
    );
    App::open(AppConfig {
        store: StoreConfig::new(database.url_app()),
        secrets: PlatformSecrets {
            recorder_seed: [1; 32],
            public_id_key: [2; 32],
            serial_key: [3; 32],
            webhook_key: [4; 32],
        },
        origin: "statements.test/book-1".to_owned(),
        calendars: vec![CalendarYear::parse(&calendar.unwrap()).unwrap()],
        calendar: "CN".to_owned(),
    })
    .unwrap()
}

fn balance(code: &str, day: NaiveDate) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">5.00</Amt>\
         <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )
}

fn statement(account: &str, balances: &str) -> (String, String) {
    let said = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
         <GrpHdr><MsgId>S-{account}</MsgId><CreDtTm>2026-09-04T08:00:00Z</CreDtTm></GrpHdr>\
         <Stmt><Id>S-1</Id><CreDtTm>2026-09-04T08:00:00Z</CreDtTm>\
         <Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>{balances}</Stmt>\
         </BkToCstmrStmt></Document>"
    );
    ("200 OK".to_owned(), said)
}

#[test]
fn a_question_left_open_fails_the_job_once_everything_else_is_read() {
    let database = TestDatabase::fresh();
    let app = app(&database);
    let (tell, told) = mpsc::channel();
    let desk = bank(move |request| {
        let asked = |text: &str| request.contains(text);
        let account = if asked("account=622001") {
            "622001"
        } else {
            "622002"
        };
        let date = if asked("date=2026-09-02") {
            day(2)
        } else {
            day(3)
        };
        tell.send((account, date)).unwrap();
        match account {
            "622001" => ("503 Busy".to_owned(), String::new()),
            // Asked for the third it sends the first.
            _ => {
                let of = if date == day(3) { day(1) } else { date };
                statement(
                    account,
                    &[balance("OPBD", of), balance("CLBD", of)].concat(),
                )
            }
        }
    });
    let both = || vec!["622001".to_owned(), "622002".to_owned()];
    let wanted = [(day(2), both()), (day(3), both())];
    let failed = read_statements(&app, &desk, &wanted).unwrap_err();
    assert!(
        matches!(&failed, JobError::Unanswered(what) if what.starts_with("statement of 622001 for 2026-09-02")),
        "{failed}"
    );
    let asked: Vec<_> = told.try_iter().collect();
    assert_eq!(
        asked,
        [("622001", day(2)), ("622002", day(2)), ("622002", day(3))],
        "who does not answer for one day is not asked for the next"
    );
    let kept = |account: &str| {
        app.store
            .read(|tx| tx.statement_balances(account, day(1), day(30)))
            .unwrap()
    };
    let days: Vec<NaiveDate> = kept("622002").iter().map(|balance| balance.day).collect();
    assert_eq!(days, [day(2)], "a report of another day is not the third's");
    assert_eq!(kept("622001"), []);
    let again = read_statements(&app, &desk, &[(day(2), vec!["622002".to_owned()])]);
    assert_eq!(again.unwrap(), 1);
}
