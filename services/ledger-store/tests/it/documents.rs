//! Documents: one invoice carries its amount once, whoever asks at the same time.

use std::sync::Barrier;

use ledger_core::amount::Amount;
use ledger_core::id::DocumentId;
use ledger_core::party::PartyKind;
use ledger_store::documents::Document;
use ledger_store::documents::DocumentBlob;
use ledger_store::error::StoreError;
use testkit::database::TestDatabase;

use crate::samples::added;
use crate::samples::fen;
use crate::samples::invoice;
use crate::samples::random;
use crate::samples::store;
use crate::samples::write;

#[test]
fn a_document_comes_back_and_an_invoice_is_known_again() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, seller) = added(&store, PartyKind::Supplier, "甲");
    let (_, other) = added(&store, PartyKind::Supplier, "乙");
    let first = Document {
        counterparty: Some(other),
        ..invoice(seller, "1", 100)
    };
    let blob = DocumentBlob {
        sha256: first.sha256,
        bytes: b"PDF".to_vec(),
    };
    let foreign = invoice(other, "1", 100);
    write(&store, |tx| {
        tx.document_blobs_insert(&[blob.clone(), blob.clone()])?;
        tx.documents_insert(&[first.clone(), foreign.clone()])
    });
    assert_eq!(
        store.read(|tx| tx.documents_by_ids(&[first.id])).unwrap(),
        [first.clone()]
    );
    assert_eq!(
        store.read(|tx| tx.documents_of_owner(other, 9)).unwrap(),
        [foreign]
    );
    assert_eq!(
        store.read(|tx| tx.document_blob(&first.sha256)).unwrap(),
        blob.bytes
    );
    let by_number = store
        .read(|tx| tx.invoices_by_numbers(seller, &["1".to_owned()]))
        .unwrap();
    assert_eq!(by_number, [first]);
    let again = invoice(seller, "1", 200);
    let refused = store
        .write(|tx| tx.documents_insert(std::slice::from_ref(&again)))
        .unwrap_err();
    assert!(
        refused.is_duplicate_of("document_invoice_unique"),
        "{refused}"
    );
    let bare = Document {
        amount: None,
        currency: None,
        ..invoice(seller, "2", 1)
    };
    let refused = store
        .write(|tx| tx.documents_insert(std::slice::from_ref(&bare)))
        .unwrap_err();
    assert_eq!(
        refused,
        StoreError::Violated("document_invoice_whole".to_owned())
    );
}

#[test]
fn capacity_is_taken_up_to_the_amount_and_given_back() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, seller) = added(&store, PartyKind::Supplier, "甲");
    let (one, two) = (invoice(seller, "1", 100), invoice(seller, "2", 100));
    write(&store, |tx| {
        tx.documents_insert(&[one.clone(), two.clone()])
    });
    let used = |id| store.read(|tx| tx.documents_by_ids(&[id])).unwrap()[0].used;
    let take =
        |takes: &[(DocumentId, Amount)]| write(&store, |tx| tx.document_capacity_take(takes));
    assert_eq!(
        take(&[(one.id, fen(60)), (two.id, fen(10)), (one.id, fen(40))]),
        []
    );
    assert_eq!((used(one.id), used(two.id)), (fen(100), fen(10)));
    assert_eq!(take(&[(one.id, fen(1))]), [one.id]);
    assert_eq!(
        take(&[(two.id, fen(50)), (two.id, fen(41))]),
        [two.id],
        "takes add up"
    );
    let unknown = DocumentId::from_bytes(random());
    assert_eq!(take(&[(unknown, fen(1))]), [unknown]);
    write(&store, |tx| {
        tx.document_capacity_release(&[(one.id, fen(30))])
    });
    assert_eq!(used(one.id), fen(70));
    let refused = store.write(|tx| tx.document_capacity_release(&[(one.id, fen(71))]));
    assert_eq!(
        refused.unwrap_err(),
        StoreError::Violated("document_capacity".to_owned())
    );
}

#[test]
fn four_who_take_the_same_capacity_share_it_exactly() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, seller) = added(&store, PartyKind::Supplier, "甲");
    let documents = [invoice(seller, "1", 101), invoice(seller, "2", 101)];
    write(&store, |tx| tx.documents_insert(&documents));
    let start = Barrier::new(4);
    let race = |n: usize| {
        // Opposite orders: without one order of locks these would deadlock.
        let takes = [
            (documents[n % 2].id, fen(1)),
            (documents[1 - n % 2].id, fen(1)),
        ];
        start.wait();
        let mut wins = 0;
        for _ in 0..40 {
            let taken = store.write(|tx| match tx.document_capacity_take(&takes)?.as_slice() {
                [] => Ok(()),
                _ => Err(StoreError::NotFound),
            });
            wins += usize::from(taken.is_ok());
        }
        wins
    };
    let race = &race;
    let wins: usize = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..4).map(|n| scope.spawn(move || race(n))).collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).sum()
    });
    assert_eq!(wins, 101, "160 tries for 101 units");
    let ids = documents.map(|d| d.id);
    let after = store.read(|tx| tx.documents_by_ids(&ids)).unwrap();
    assert!(after.iter().all(|d| d.used == fen(101)));
}
