//! What the tests put into the database.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::error::StoreError;
use ledger_store::parties::Language;
use ledger_store::parties::NewParty;
use ledger_store::parties::PartyState;
use ledger_store::parties::SizeClass;
use ledger_store::unit_of_work::Store;
use ledger_store::unit_of_work::StoreConfig;
use ledger_store::unit_of_work::WriteTx;
use testkit::database::TestDatabase;

pub(crate) fn store(database: &TestDatabase) -> Store {
    Store::connect(&StoreConfig::new(database.url_app())).unwrap()
}

/// A unit of work that must succeed.
pub(crate) fn write<T>(
    store: &Store,
    work: impl FnMut(&mut WriteTx<'_>) -> Result<T, StoreError>,
) -> T {
    store.write(work).unwrap()
}

pub(crate) fn random() -> [u8; 16] {
    *uuid::Uuid::new_v4().as_bytes()
}

pub(crate) fn random32() -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&random());
    bytes[16..].copy_from_slice(&random());
    bytes
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn fen(minor: i64) -> Amount {
    Amount::from_minor(minor).unwrap()
}

pub(crate) fn party(kind: PartyKind, name: &str) -> NewParty {
    NewParty {
        id: PartyId::from_bytes(random()),
        kind,
        name: name.to_owned(),
        name_en: format!("{name} Ltd."),
        uscc: String::new(),
        size_class: SizeClass::Small,
        state: PartyState::Active,
        email: "finance@example.com".to_owned(),
        language: Language::Chinese,
        account_name: name.to_owned(),
        account_number: "6222020200112233".to_owned(),
        account_bank_code: "102100099996".to_owned(),
        licence_note: String::new(),
        issuance_blocked: false,
        paper_bank_code: "102100099996".to_owned(),
        created_on: day("2026-03-02"),
    }
}

/// Adds a party and gives its number and id.
pub(crate) fn added(store: &Store, kind: PartyKind, name: &str) -> (i32, PartyId) {
    let new = party(kind, name);
    (write(store, |tx| tx.party_insert(&new)), new.id)
}
