//! A store that stands at one moment.

use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::error::StoreError;
use ledger_store::parties::PartyState;
use ledger_store::unit_of_work::Store;
use ledger_store::unit_of_work::StoreConfig;
use testkit::database::TestDatabase;

use crate::samples::added;
use crate::samples::day;
use crate::samples::store;
use crate::samples::write;

fn suppliers(store: &Store) -> usize {
    let found = store.read(|tx| tx.parties_of_kind(PartyKind::Supplier));
    found.unwrap().len()
}

fn state(store: &Store, party: PartyId) -> PartyState {
    let one = store.read(|tx| tx.party_by_id(party)).unwrap().state;
    let among = store.read(|tx| tx.parties_by_ids(&[party, party])).unwrap();
    let [again] = among.as_slice() else {
        panic!("one party, asked for twice: {among:?}");
    };
    assert_eq!(again.state, one);
    one
}

/// With so many connections.
fn store_of(database: &TestDatabase, connections: u32) -> Store {
    let mut config = StoreConfig::new(database.url_app());
    config.pool_size = connections;
    Store::connect(&config).unwrap()
}

#[test]
fn all_its_reads_see_the_same() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, one) = added(&store, PartyKind::Supplier, "甲");
    write(&store, |tx| tx.business_date_advance(day("2026-03-02")));
    let page = store.at_one_moment(None);
    assert_eq!(suppliers(&page), 1);
    added(&store, PartyKind::Supplier, "乙");
    write(&store, |tx| {
        tx.business_date_advance(day("2026-03-03"))?;
        tx.party_state_set(one, PartyState::Suspended)
    });
    let clone = page.clone();
    assert_eq!(suppliers(&clone), 1);
    for looked_at in [&page, &clone, &page] {
        assert_eq!(state(looked_at, one), PartyState::Active);
        let today = looked_at.read(|tx| tx.business_date_today()).unwrap();
        assert_eq!(today, day("2026-03-02"));
    }
    let other = store.at_one_moment(None);
    assert_eq!(state(&other, one), PartyState::Suspended);
    assert_eq!(state(&store, one), PartyState::Suspended);
    assert_eq!(suppliers(&other), 2);
}

#[test]
fn all_of_it_is_seen_on_the_day_it_was_given() {
    let database = TestDatabase::fresh();
    let store = store_of(&database, 2);
    let today = |store: &Store| store.read(|tx| tx.business_date_today()).unwrap();
    write(&store, |tx| tx.business_date_advance(day("2026-03-02")));
    let given = store.read(|tx| tx.business_day()).unwrap();
    write(&store, |tx| tx.business_date_advance(day("2026-03-03")));
    let page = store.at_one_moment(Some(given));
    assert_eq!(today(&page), day("2026-03-02"));
    let within = page.read(|_| Ok::<_, StoreError>(today(&page)));
    assert_eq!(within.unwrap(), day("2026-03-02"), "on another connection");
    page.let_moment_pass();
    assert_eq!(today(&page), day("2026-03-02"));
    // What is written is written on the day that it is.
    write(&page, |tx| {
        assert_eq!(tx.business_date_today()?, day("2026-03-03"));
        Ok(())
    });
    assert_eq!(today(&store), day("2026-03-03"));
}

#[test]
fn after_a_write_of_its_own_it_sees_it() {
    let database = TestDatabase::fresh();
    let page = store_of(&database, 1).at_one_moment(None);
    let (_, one) = added(&page, PartyKind::Supplier, "甲");
    assert_eq!(state(&page, one), PartyState::Active);
    // On the only connection: the snapshot is let go before.
    write(&page, |tx| {
        tx.party_state_set(one, PartyState::Suspended)?;
        assert_eq!(tx.party_by_id(one)?.state, PartyState::Suspended);
        tx.party_state_set(one, PartyState::Closed)?;
        assert_eq!(tx.party_by_id(one)?.state, PartyState::Closed);
        Ok(())
    });
    assert_eq!(state(&page, one), PartyState::Closed);
}

#[test]
fn a_read_that_fails_spoils_no_other() {
    let database = TestDatabase::fresh();
    let store = store_of(&database, 2);
    let page = store.at_one_moment(None);
    added(&page, PartyKind::Supplier, "甲");
    assert_eq!(suppliers(&page), 1);
    added(&store, PartyKind::Supplier, "乙");
    let unknown = PartyId::from_bytes([7; 16]);
    let missing = page.read(|tx| tx.party_by_id(unknown));
    assert_eq!(missing.unwrap_err(), StoreError::NotFound);
    assert_eq!(suppliers(&page), 1, "what was not found is no failure");
    // The database refuses the statement, and all further ones of that snapshot.
    let zero = page.read(|tx| tx.papers_due_next(-1));
    assert!(matches!(zero, Err(StoreError::Internal(_))), "{zero:?}");
    assert_eq!(suppliers(&page), 2);
    // A panic leaves the connection in the middle of something: it is not given to anybody else.
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        page.read(|_| -> Result<(), StoreError> { panic!("on purpose") })
    }));
    panicked.unwrap_err();
    assert_eq!(suppliers(&page.at_one_moment(None)), 2);
}

#[test]
fn it_keeps_one_connection_while_it_lasts() {
    let database = TestDatabase::fresh();
    let store = store_of(&database, 1);
    added(&store, PartyKind::Supplier, "甲");
    let page = store.at_one_moment(None);
    assert_eq!(suppliers(&page), 1);
    let refused = store.read(|tx| tx.parties_of_kind(PartyKind::Supplier));
    let refused = refused.unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}");
    drop(page);
    assert_eq!(suppliers(&store), 1);
}

#[test]
fn a_read_within_a_read_goes_to_another_connection() {
    let database = TestDatabase::fresh();
    let page = store_of(&database, 2).at_one_moment(None);
    added(&page, PartyKind::Supplier, "甲");
    let within = page.read(|tx| {
        assert_eq!(suppliers(&page), 1);
        Ok::<_, StoreError>(tx.parties_of_kind(PartyKind::Supplier)?.len())
    });
    assert_eq!(within.unwrap(), 1);
}
