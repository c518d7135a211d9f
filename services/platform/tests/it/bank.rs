//! Our channel and the sandbox bank, which share no code, speak to each other.

use std::time::Duration;

use bank_channel::bank_client::BankClient;
use bank_channel::bank_client::Outcome;
use bank_channel::messages::camt::StatementEntry;
use bank_channel::messages::identification::AccountParty;
use bank_channel::messages::identification::Remittance;
use bank_channel::messages::identification::Side;
use bank_channel::messages::pain001::CreditTransfer;
use bank_channel::messages::pain001::CreditTransferBatch;
use bank_channel::messages::pain002::StatusMeaning;
use bank_channel::reconcile::Expected;
use bank_channel::reconcile::reconcile;
use chrono::DateTime;
use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use serde_json::json;
use testkit::database::TestDatabase;
use testkit::process::Process;

use crate::story::program;

const TOKEN: &str = "control-token-of-this-test-0123456789";
const BANK_CODE: &str = "102100099996";

struct Bank {
    process: Process,
    url: String,
    http: reqwest::blocking::Client,
    _database: TestDatabase,
}

impl Bank {
    fn open() -> Bank {
        let database = TestDatabase::fresh();
        testkit::tls::install();
        let mut command = std::process::Command::new(program("sandbox-bank"));
        command
            .env("TALLYSTICK_BANK_DATABASE", database.url_bank())
            .env("TALLYSTICK_BANK_CONTROL_TOKEN", TOKEN);
        let mut process = Process::start(&mut command).unwrap();
        let url = process
            .wait_for_line(Duration::from_secs(60), |line| {
                line.trim().strip_prefix("ready ").map(str::to_owned)
            })
            .unwrap();
        let http = reqwest::blocking::Client::builder()
            .no_proxy()
            .build()
            .unwrap();
        Bank {
            process,
            url,
            http,
            _database: database,
        }
    }

    fn control(&self, path: &str, body: &serde_json::Value) {
        let answer = self
            .http
            .post(format!("{}/control{path}", self.url))
            .bearer_auth(TOKEN)
            .json(body)
            .send()
            .unwrap();
        assert!(
            answer.status().is_success(),
            "{path}: {}",
            answer.text().unwrap()
        );
    }

    fn account(&self, id: &str, fund: &str) {
        self.control(
            "/accounts",
            &json!({"id": id, "owner": id, "bank_code": BANK_CODE, "currency": "CNY"}),
        );
        self.control(&format!("/accounts/{id}/fund"), &json!({ "amount": fund }));
    }

    fn client(&self) -> BankClient {
        BankClient::new(&self.url, Duration::from_secs(30)).unwrap()
    }
}

fn party(id: &str) -> AccountParty {
    AccountParty {
        name: id.to_owned(),
        account: id.to_owned(),
        bank_code: BANK_CODE.to_owned(),
    }
}

fn order(message: &str, end_to_end: &str, minor: i64, day: NaiveDate) -> CreditTransferBatch {
    CreditTransferBatch {
        message_id: message.to_owned(),
        created_at: DateTime::UNIX_EPOCH,
        debtor: party("62200001"),
        requested_execution_date: day,
        transfers: vec![CreditTransfer {
            instruction_id: end_to_end.to_owned(),
            end_to_end_id: end_to_end.to_owned(),
            amount: Amount::from_minor(minor).unwrap(),
            currency: Currency::CNY,
            creditor: party("62200002"),
            remittance: Remittance::default(),
        }],
    }
}

/// Everything the bank has notified of an account.
fn told(client: &BankClient, account: &str) -> Vec<StatementEntry> {
    let mut entries = Vec::new();
    let mut cursor = 0;
    while let Outcome::Answered(Some(delivered)) = client.notification_after(Some(account), cursor)
    {
        cursor = delivered.cursor;
        entries.extend(delivered.reports.into_iter().flat_map(|r| r.entries));
    }
    entries
}

/// What our books say of an order, on the debtor's account.
fn expected(end_to_end: &str, minor: i64) -> Expected {
    Expected {
        end_to_end_id: end_to_end.to_owned(),
        amount: Amount::from_minor(minor).unwrap(),
        currency: Currency::CNY,
        side: Side::Debit,
    }
}

#[test]
fn what_was_booked_and_comes_back_is_told_as_a_return_with_its_reason() {
    let bank = Bank::open();
    bank.account("62200001", "1000.00");
    bank.account("62200002", "0.01");
    bank.control(
        "/faults",
        &json!({"kind": "return", "account": "62200002", "reason": "AC04", "count": 1}),
    );
    let day = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
    let client = bank.client();
    for (message, id) in [("M-1", "E-1"), ("M-2", "E-2")] {
        let Outcome::Answered(answer) = client.pay(&order(message, id, 12_345, day)).unwrap()
        else {
            panic!("no answer")
        };
        let (status, _) = answer.message.status_of(id).unwrap();
        assert_eq!(status.meaning(), StatusMeaning::Settled);
    }
    let ordered = [expected("E-1", 12_345), expected("E-2", 12_345)];
    let before = reconcile(&ordered, &told(&client, "62200001"));
    assert_eq!((before.matched.len(), before.returned.len()), (2, 0));
    bank.control("/steps", &json!({"count": 1}));
    let entries = told(&client, "62200001");
    let after = reconcile(&ordered, &entries);
    assert_eq!(
        (after.matched.len(), after.returned.len()),
        (2, 1),
        "{after:?}"
    );
    let back = entries.last().unwrap();
    assert_eq!(back.end_to_end_id.as_deref(), Some("E-1"));
    assert_eq!(back.side, Side::Credit);
    let reason = back.returned.as_ref().unwrap();
    assert_eq!(reason.code.as_deref(), Some("AC04"));
    // The one who was paid is told that the money went out again.
    let theirs = told(&client, "62200002");
    let out = theirs.last().unwrap();
    assert_eq!((out.side, out.returned.is_some()), (Side::Debit, true));
}

#[test]
fn what_is_ordered_is_booked_once_and_reconciles_to_the_cent() {
    let bank = Bank::open();
    bank.account("62200001", "1000.00");
    bank.account("62200002", "0.01");
    let day = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
    let client = bank.client();
    for _again in 0..2 {
        let Outcome::Answered(answer) = client.pay(&order("M-1", "E-1", 12_345, day)).unwrap()
        else {
            panic!("no answer")
        };
        let (status, _) = answer.message.status_of("E-1").unwrap();
        assert_eq!(status.meaning(), StatusMeaning::Settled);
    }
    let entries = told(&client, "62200001");
    let found = reconcile(&[expected("E-1", 12_345)], &entries);
    assert_eq!(found.matched.len(), 1, "{found:?}");
    assert!(found.missing.is_empty() && found.mismatched.is_empty());
    drop(bank.process);
}

#[test]
fn a_lost_answer_is_unknown_and_asking_tells_that_it_was_paid() {
    let bank = Bank::open();
    bank.account("62200001", "1000.00");
    bank.account("62200002", "0.01");
    bank.control(
        "/faults",
        &json!({"kind": "lose_answer", "count": 1, "manner": "close"}),
    );
    let day = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
    let client = bank.client();
    let outcome = client.pay(&order("M-1", "E-1", 500, day)).unwrap();
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
    let Outcome::Answered(Some(answer)) = client.ask_status("M-1") else {
        panic!("no status")
    };
    let (status, _) = answer.message.status_of("E-1").unwrap();
    assert_eq!(status.meaning(), StatusMeaning::Settled);
}
