//! The whole record, row by row: what was refused leaves it as it was.

use std::collections::BTreeMap;

use postgres::Client;
use postgres::NoTls;

use super::site::Site;

/// What may change whoever asks: that somebody was there, and that somebody was refused.
const TRACES: [&str; 2] = ["session", "access_log"];

/// Every row as text, by table.
pub(crate) type Record = BTreeMap<String, Vec<String>>;

/// The record as it stands.
pub(crate) fn of(site: &Site) -> Record {
    let mut hand = Client::connect(&site.database.url_superuser(), NoTls).unwrap();
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
    let tables = hand.query(tables, &[]).unwrap();
    let tables = tables.iter().map(|row| row.get::<_, String>(0));
    let tables: Vec<String> = tables
        .filter(|table| !TRACES.contains(&table.as_str()))
        .collect();
    let mut record = Record::new();
    for table in tables {
        let statement = format!("SELECT t::text FROM {table} t ORDER BY 1");
        let rows = hand.query(&statement, &[]).unwrap();
        record.insert(table, rows.iter().map(|row| row.get(0)).collect());
    }
    record
}

/// The rows that are new or other than before.
pub(crate) fn changed(before: &Record, after: &Record) -> Vec<String> {
    let fresh = after.iter().flat_map(|(table, rows)| {
        let known = before.get(table);
        let fresh = rows
            .iter()
            .filter(move |row| known.is_none_or(|known| !known.contains(row)));
        fresh.map(move |row| format!("{table}: {row:.300}"))
    });
    let gone = before.iter().filter_map(|(table, rows)| {
        let left = after.get(table).map_or(0, Vec::len);
        (left < rows.len()).then(|| format!("{table}: rows are gone"))
    });
    fresh.chain(gone).collect()
}
