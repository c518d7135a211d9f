//! What a unit of work promises.

use std::sync::mpsc;
use std::time::Duration;

use ledger_core::party::PartyKind;
use ledger_store::error::StoreError;
use ledger_store::parties::NewParty;
use ledger_store::parties::PartyState;
use ledger_store::unit_of_work::Store;
use ledger_store::unit_of_work::StoreConfig;
use postgres::Client;
use postgres::NoTls;
use testkit::database::TestDatabase;

use crate::samples::added;
use crate::samples::party;
use crate::samples::store;
use crate::samples::write;

/// A caller's error, as every room above has one.
#[derive(Debug, PartialEq)]
enum Mine {
    No,
    Store(StoreError),
}

impl From<StoreError> for Mine {
    fn from(error: StoreError) -> Self {
        Mine::Store(error)
    }
}

#[test]
fn nothing_of_a_refused_unit_of_work_stays() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let new = party(PartyKind::Supplier, "甲");
    let refused = store.write(|tx| {
        tx.party_insert(&new)?;
        tx.party_by_id(new.id)?;
        Err::<(), _>(Mine::No)
    });
    assert_eq!(refused, Err(Mine::No));
    let gone = store.read(|tx| Ok::<_, Mine>(tx.party_by_id(new.id)?));
    assert_eq!(gone, Err(Mine::Store(StoreError::NotFound)));
}

#[test]
fn a_read_sees_one_moment() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    added(&store, PartyKind::Supplier, "甲");
    store
        .read(|tx| {
            assert_eq!(tx.parties_of_kind(PartyKind::Supplier)?.len(), 1);
            added(&store, PartyKind::Supplier, "乙");
            assert_eq!(tx.parties_of_kind(PartyKind::Supplier)?.len(), 1);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let now = store
        .read(|tx| tx.parties_of_kind(PartyKind::Supplier))
        .unwrap();
    assert_eq!(now.len(), 2);
}

#[test]
fn the_loser_of_a_deadlock_runs_again() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, one) = added(&store, PartyKind::Supplier, "甲");
    let (_, two) = added(&store, PartyKind::Supplier, "乙");
    // Each locks its first row, tells the other, waits for the other's word, and reaches across.
    // The loser comes back when the winner is through.
    let crossing = |mine, other, say: mpsc::Sender<()>, hear: mpsc::Receiver<()>| {
        let store = store.clone();
        move || {
            let mut runs = 0;
            store
                .write(|tx| {
                    runs += 1;
                    if runs == 2 {
                        hear.recv().unwrap();
                    }
                    tx.party_state_set(mine, PartyState::Suspended)?;
                    if runs == 1 {
                        say.send(()).unwrap();
                        hear.recv().unwrap();
                    }
                    tx.party_state_set(other, PartyState::Closed)
                })
                .unwrap();
            // The loser's partner has left by then.
            say.send(()).ok();
            runs
        }
    };
    let (say_left, hear_left) = mpsc::channel();
    let (say_right, hear_right) = mpsc::channel();
    let left = std::thread::spawn(crossing(one, two, say_left, hear_right));
    let right = std::thread::spawn(crossing(two, one, say_right, hear_left));
    assert_eq!(
        left.join().unwrap() + right.join().unwrap(),
        3,
        "one of them ran twice"
    );
}

#[test]
fn a_lock_held_too_long_is_contention_after_two_tries() {
    let database = TestDatabase::fresh();
    let config = StoreConfig {
        lock_timeout: Duration::from_millis(50),
        ..StoreConfig::new(database.url_app())
    };
    let store = Store::connect(&config).unwrap();
    let (_, id) = added(&store, PartyKind::Supplier, "甲");
    let mut owner = Client::connect(&database.url_owner(), NoTls).unwrap();
    let mut held = owner.transaction().unwrap();
    held.execute("SELECT no FROM party FOR UPDATE", &[])
        .unwrap();
    let mut runs = 0;
    let refused = store
        .write(|tx| {
            runs += 1;
            tx.party_state_set(id, PartyState::Closed)
        })
        .unwrap_err();
    assert_eq!((refused.code(), runs), ("store_contended", 2));
}

#[test]
fn no_free_connection_is_unavailable_and_so_is_no_server() {
    let database = TestDatabase::fresh();
    let config = StoreConfig {
        pool_size: 1,
        connection_wait: Duration::from_millis(100),
        ..StoreConfig::new(database.url_app())
    };
    let store = Store::connect(&config).unwrap();
    store
        .read(|_busy| {
            let refused = store.read(|_tx| Ok::<_, StoreError>(())).unwrap_err();
            assert_eq!(refused.code(), "store_unavailable");
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let nowhere = StoreConfig {
        url: "postgresql://127.0.0.1:1/none".to_owned(),
        ..config
    };
    assert_eq!(
        Store::connect(&nowhere).unwrap_err().code(),
        "store_unavailable"
    );
}

#[test]
fn what_does_not_parse_is_corrupt() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let new = NewParty {
        uscc: "Z".to_owned(),
        ..party(PartyKind::Supplier, "甲")
    };
    write(&store, |tx| tx.party_insert(&new));
    let mut owner = Client::connect(&database.url_owner(), NoTls).unwrap();
    owner
        .batch_execute(
            "ALTER TABLE party DROP CONSTRAINT party_state_check; UPDATE party SET state = 'odd'",
        )
        .unwrap();
    let refused = store.read(|tx| tx.party_by_id(new.id)).unwrap_err();
    assert_eq!(refused.code(), "store_corrupt");
    assert!(refused.to_string().contains("odd"), "{refused}");
}

#[test]
fn the_configuration_does_not_print_its_address() {
    let shown = format!(
        "{:?}",
        StoreConfig::new("postgresql://app:secret@localhost/db")
    );
    assert!(!shown.contains("secret"));
}
