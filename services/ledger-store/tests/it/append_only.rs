//! What only grows can't be changed, and what an auditor may not read it can't.

use ledger_core::party::PartyKind;
use postgres::Client;
use postgres::NoTls;
use testkit::database::TestDatabase;

use crate::samples::added;
use crate::samples::store;

const ONLY_GROW: [&str; 7] = [
    "access_log",
    "party_check",
    "bank_message",
    "statement_entry",
    "statement_balance",
    "document_take",
    "write_off",
];

fn sqlstate(client: &mut Client, statement: &str) -> String {
    let refused = client.batch_execute(statement).expect_err(statement);
    refused
        .code()
        .expect("a server's refusal")
        .code()
        .to_owned()
}

#[test]
fn the_application_may_not_change_what_only_grows() {
    let database = TestDatabase::fresh();
    let mut app = Client::connect(&database.url_app(), NoTls).unwrap();
    for table in ONLY_GROW {
        for statement in [
            format!("UPDATE {table} SET message = message"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table}"),
        ] {
            let statement = match table {
                "access_log" | "bank_message" | "party_check" => {
                    statement.replace("message = message", "at = at")
                }
                "document_take" | "write_off" => {
                    statement.replace("message = message", "amount = amount")
                }
                _ => statement,
            };
            assert_eq!(sqlstate(&mut app, &statement), "42501", "{statement}");
        }
    }
}

#[test]
fn not_even_the_owner_changes_what_only_grows() {
    let database = TestDatabase::fresh();
    let mut owner = Client::connect(&database.url_owner(), NoTls).unwrap();
    for table in ONLY_GROW {
        assert_eq!(
            sqlstate(&mut owner, &format!("DELETE FROM {table}")),
            "23001"
        );
        assert_eq!(
            sqlstate(&mut owner, &format!("TRUNCATE {table} CASCADE")),
            "23001"
        );
    }
    assert_eq!(
        sqlstate(&mut owner, "UPDATE access_log SET at = at"),
        "23001"
    );
    assert_eq!(sqlstate(&mut owner, "DELETE FROM business_date"), "23001");
}

#[test]
fn the_application_changes_only_what_it_was_granted() {
    let database = TestDatabase::fresh();
    added(&store(&database), PartyKind::Supplier, "甲");
    let mut app = Client::connect(&database.url_app(), NoTls).unwrap();
    for statement in [
        "UPDATE party SET id = id",
        "UPDATE party SET kind = 'obligor'",
        "DELETE FROM party",
        "UPDATE signing_key SET public_key = public_key",
        "DELETE FROM signing_key",
        "UPDATE payable SET amount = 1",
        "UPDATE issue_proposal SET maker = checker",
        "UPDATE document SET amount = amount",
        "UPDATE quote SET proceeds = proceeds",
        "UPDATE payment_instruction SET amount = amount",
        "UPDATE idempotency_receipt SET response = response",
        "ALTER TABLE party ADD COLUMN x int",
        "DROP TABLE session",
    ] {
        assert_eq!(sqlstate(&mut app, statement), "42501", "{statement}");
    }
}

#[test]
fn the_auditor_reads_no_secret_and_no_contents() {
    let database = TestDatabase::fresh();
    let mut audit = Client::connect(&database.url_audit(), NoTls).unwrap();
    for readable in [
        "SELECT * FROM party",
        "SELECT id, public_key, custody, revoked_at FROM signing_key",
        "SELECT id, email, role, state FROM app_user",
        "SELECT * FROM payable",
        "SELECT * FROM settlement_run",
        "SELECT * FROM access_log",
        "SELECT sha256 FROM document_blob",
    ] {
        audit.batch_execute(readable).expect(readable);
    }
    for secret in [
        "SELECT sealed FROM signing_key",
        "SELECT password_hash FROM app_user",
        "SELECT invitation_hash FROM app_user",
        "SELECT * FROM session",
        "SELECT bytes FROM document_blob",
        "SELECT payload FROM outbox",
        "SELECT * FROM idempotency_receipt",
    ] {
        assert_eq!(sqlstate(&mut audit, secret), "42501", "{secret}");
    }
}
