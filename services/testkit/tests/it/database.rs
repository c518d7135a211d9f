//! Databases for tests: separate, migrated, dropped.

use postgres::{Client, NoTls};
use testkit::database::TestDatabase;
use testkit::migrations::{self, Migration};

/// True when the cluster still has a database of this name.
fn is_there(beside: &TestDatabase, name: &str) -> bool {
    let mut client = Client::connect(&beside.url_superuser(), NoTls).unwrap();
    let row = client.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]);
    row.unwrap().is_some()
}

#[test]
fn two_tests_do_not_see_each_other() {
    let (one, two) = (TestDatabase::fresh(), TestDatabase::fresh());
    let mut client = Client::connect(&one.url_owner(), NoTls).unwrap();
    client
        .batch_execute("CREATE TABLE only_here (x int)")
        .unwrap();
    let mut other = Client::connect(&two.url_owner(), NoTls).unwrap();
    let refused = other.batch_execute("SELECT * FROM only_here").unwrap_err();
    assert_eq!(
        refused.code().unwrap().code(),
        "42P01",
        "undefined table, since it is elsewhere"
    );
}

#[test]
fn a_database_goes_with_its_test_even_while_a_session_is_open() {
    let beside = TestDatabase::fresh();
    let gone = TestDatabase::fresh();
    let name = gone.name().to_owned();
    let _open = Client::connect(&gone.url_app(), NoTls).unwrap();
    assert!(is_there(&beside, &name));
    drop(gone);
    assert!(!is_there(&beside, &name));
}

#[test]
fn every_role_enters_and_is_who_it_says() {
    let database = TestDatabase::fresh();
    for (url, role) in [
        (database.url_owner(), "tallystick_owner"),
        (database.url_app(), "tallystick_app"),
        (database.url_audit(), "tallystick_audit"),
        (database.url_bank(), "tallystick_bank"),
    ] {
        let mut client = Client::connect(&url, NoTls).unwrap();
        let row = client
            .query_one(
                "SELECT session_user::text, rolsuper FROM pg_roles WHERE rolname = session_user",
                &[],
            )
            .unwrap();
        assert_eq!(
            (row.get::<_, &str>(0), row.get::<_, bool>(1)),
            (role, false)
        );
    }
}

#[test]
fn the_auditor_cannot_write_and_the_bank_makes_its_schema() {
    let database = TestDatabase::fresh();
    let mut owner = Client::connect(&database.url_owner(), NoTls).unwrap();
    owner
        .batch_execute("CREATE TABLE t (x int); GRANT ALL ON t TO tallystick_audit")
        .unwrap();
    let mut audit = Client::connect(&database.url_audit(), NoTls).unwrap();
    let refused = audit.batch_execute("INSERT INTO t VALUES (1)").unwrap_err();
    assert_eq!(
        refused.code().unwrap().code(),
        "25006",
        "read-only even when granted too much"
    );
    let mut bank = Client::connect(&database.url_bank(), NoTls).unwrap();
    bank.batch_execute("CREATE SCHEMA sandbox_bank; CREATE TABLE sandbox_bank.a (x int)")
        .unwrap();
    let mut app = Client::connect(&database.url_app(), NoTls).unwrap();
    assert!(
        app.batch_execute("CREATE SCHEMA mine").is_err(),
        "the app makes no schemas"
    );
    assert!(
        app.batch_execute("SELECT * FROM sandbox_bank.a").is_err(),
        "nor reads the bank's"
    );
}

#[test]
fn the_template_records_each_migration_as_diesel_does() {
    let database = TestDatabase::fresh();
    let mut owner = Client::connect(&database.url_owner(), NoTls).unwrap();
    let recorded: Vec<String> = owner
        .query(
            "SELECT version FROM __diesel_schema_migrations ORDER BY version",
            &[],
        )
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    let expected: Vec<String> = migrations::read()
        .unwrap()
        .iter()
        .map(Migration::version)
        .collect();
    assert_eq!(recorded, expected);
}

#[test]
fn migrations_are_read_in_name_order_with_their_metadata() {
    let folder = tempfile::tempdir().unwrap();
    for (name, metadata) in [
        ("2026-02-01-000000_b", Some("run_in_transaction = false")),
        ("2026-01-01-000000_a", None),
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("up.sql"), format!("SELECT '{name}'")).unwrap();
        if let Some(text) = metadata {
            std::fs::write(path.join("metadata.toml"), text).unwrap();
        }
    }
    std::fs::write(folder.path().join("README"), "no migration").unwrap();
    let all = migrations::read_folder(folder.path()).unwrap();
    let seen: Vec<_> = all
        .iter()
        .map(|m| (m.version(), m.in_transaction))
        .collect();
    assert_eq!(
        seen,
        [
            ("20260101000000".to_owned(), true),
            ("20260201000000".to_owned(), false)
        ]
    );
    let before = migrations::digest(&all).unwrap();
    let mut changed = all.clone();
    changed[1].up.push(' ');
    assert_ne!(before, migrations::digest(&changed).unwrap());
}

#[tokio::test]
async fn works_inside_an_async_test() {
    let database = TestDatabase::fresh();
    assert!(database.name().starts_with("tallystick_t_"));
}
