//! Migrations both ways, and the tables as diesel knows them against the tables as they are.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use ledger_store::migrations;
use postgres::Client;
use postgres::NoTls;
use testkit::database::TestDatabase;

const IN_THE_DATABASE: &str = "SELECT table_name::text, column_name::text, is_nullable = 'YES', \
    udt_name::text FROM information_schema.columns WHERE table_schema = 'public' \
    AND table_name NOT LIKE '\\_\\_%' ORDER BY table_name, ordinal_position";

type Columns = BTreeMap<String, BTreeMap<String, (bool, String)>>;

fn in_the_database(database: &TestDatabase) -> Columns {
    let mut owner = Client::connect(&database.url_owner(), NoTls).unwrap();
    let mut columns = Columns::new();
    for row in owner.query(IN_THE_DATABASE, &[]).unwrap() {
        let table = columns.entry(row.get(0)).or_default();
        table.insert(row.get(1), (row.get(2), row.get(3)));
    }
    columns
}

/// The PostgreSQL type behind a type named in schema.rs.
fn postgres_type(sql_type: &str) -> &'static str {
    match sql_type {
        "SmallInt" => "int2",
        "Integer" => "int4",
        "BigInt" | "Minor" => "int8",
        "Bool" => "bool",
        "Date" => "date",
        "Timestamptz" => "timestamptz",
        "Jsonb" => "jsonb",
        "Bytea" | "Bytes32" | "Bytes64" | "TokenBytes" | "KinBytes" => "bytea",
        "Text" | "CurrencyCode" => "text",
        id if id.ends_with("Uuid") => "uuid",
        word if word.ends_with("Word") => "text",
        other => panic!("schema.rs names a type that this test does not know: {other}"),
    }
}

/// Reads the `table!` blocks of schema.rs as text.
fn in_the_program() -> Columns {
    let mut columns = Columns::new();
    let mut table = String::new();
    for line in include_str!("../../src/schema.rs").lines().map(str::trim) {
        if let Some((name, _key)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
            table = name.to_owned();
        } else if let Some((column, sql_type)) = line.split_once(" -> ") {
            if line.starts_with("diesel::joinable!") {
                continue;
            }
            let sql_type = sql_type.trim_end_matches(',');
            let inner = sql_type
                .strip_prefix("Nullable<")
                .and_then(|t| t.strip_suffix('>'));
            let kind = (
                inner.is_some(),
                postgres_type(inner.unwrap_or(sql_type)).to_owned(),
            );
            columns
                .entry(table.clone())
                .or_default()
                .insert(column.to_owned(), kind);
        }
    }
    columns
}

#[test]
fn diesel_knows_the_tables_as_they_are() {
    let database = TestDatabase::fresh();
    let real = in_the_database(&database);
    for (table, columns) in in_the_program() {
        assert_eq!(Some(&columns), real.get(&table), "{table}");
    }
}

#[test]
fn every_table_says_what_it_is_and_belongs_to_the_owner() {
    let database = TestDatabase::fresh();
    let mut owner = Client::connect(&database.url_owner(), NoTls).unwrap();
    let silent: Vec<String> = owner
        .query(
            "SELECT relname::text FROM pg_class c WHERE relkind IN ('r', 'p') \
             AND relnamespace = 'public'::regnamespace AND relname NOT LIKE '\\_\\_%' \
             AND (obj_description(oid, 'pg_class') IS NULL \
                  OR relowner <> 'tallystick_owner'::regrole)",
            &[],
        )
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn migrations_go_up_down_and_up_again() {
    let database = TestDatabase::fresh();
    let url = database.url_owner();
    let before = in_the_database(&database);
    assert!(!migrations::is_pending(&url).unwrap());
    assert_eq!(
        migrations::run(&url).unwrap(),
        Vec::<String>::new(),
        "the template has them all"
    );
    let undone = migrations::revert_all(&url).unwrap();
    assert_eq!(
        in_the_database(&database),
        Columns::new(),
        "nothing is left behind"
    );
    let mut owner = Client::connect(&url, NoTls).unwrap();
    let functions = "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace";
    assert_eq!(owner.query_one(functions, &[]).unwrap().get::<_, i64>(0), 0);
    assert!(migrations::is_pending(&url).unwrap());
    let done = migrations::run(&url).unwrap();
    assert_eq!(
        done.iter().collect::<BTreeSet<_>>(),
        undone.iter().collect::<BTreeSet<_>>()
    );
    assert_eq!(in_the_database(&database), before);
}

#[test]
fn two_that_migrate_at_once_take_turns() {
    let database = TestDatabase::fresh();
    let url = database.url_owner();
    let undone = migrations::revert_all(&url).unwrap().len();
    let ran: Vec<usize> = std::thread::scope(|scope| {
        let both: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| migrations::run(&url).unwrap().len()))
            .collect();
        both.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(ran.contains(&0) && ran.contains(&undone), "{ran:?}");
}
