//! Outbox, receipts, calendars, the business date.

use std::collections::HashSet;
use std::sync::Barrier;

use ledger_store::calendars::CalendarDay;
use ledger_store::calendars::CalendarYearRecord;
use ledger_store::calendars::DayKind;
use ledger_store::calendars::YearStanding;
use ledger_store::error::StoreError;
use ledger_store::outbox::OutboxItem;
use ledger_store::outbox::OutboxKind;
use ledger_store::outbox::OutboxState;
use ledger_store::receipts::Receipt;
use serde_json::json;
use testkit::database::TestDatabase;
use uuid::Uuid;

use crate::samples::day;
use crate::samples::moment;
use crate::samples::store;
use crate::samples::write;

#[test]
fn a_letter_is_tried_until_it_is_sent_or_given_up() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let now = moment("2026-03-02T01:00:00Z");
    let later = moment("2026-03-02T01:05:00Z");
    let letter = |n: i32| OutboxItem::new(Uuid::new_v4(), OutboxKind::Mail, json!({"n": n}), now);
    let letters = [letter(1), letter(2)];
    write(&store, |tx| tx.outbox_push(&letters));
    let read = |id| store.read(|tx| tx.outbox_by_id(id)).unwrap();
    assert_eq!(read(letters[0].id), letters[0]);
    let claim = |at| write(&store, |tx| tx.outbox_claim(at, later, 9));
    assert_eq!(claim(now).len(), 2);
    assert_eq!(claim(now), []);
    write(&store, |tx| {
        tx.outbox_sent(&[(letters[0].id, "250 taken".to_owned())], later)
    });
    write(&store, |tx| {
        tx.outbox_failed(letters[1].id, "450 later", Some(later))
    });
    let again = claim(later);
    assert_eq!(
        (again.len(), again[0].id, again[0].attempts),
        (1, letters[1].id, 2)
    );
    assert_eq!(again[0].last_error, "450 later");
    write(&store, |tx| {
        tx.outbox_failed(letters[1].id, "550 never", None)
    });
    assert_eq!(read(letters[1].id).state, OutboxState::Failed);
    assert_eq!(read(letters[0].id).sent_at, Some(later));
    let newest = store
        .read(|tx| tx.outbox_latest(OutboxKind::Mail, 1))
        .unwrap();
    assert_eq!(newest[0].id, letters[1].id);
    assert_eq!(
        store
            .read(|tx| tx.outbox_latest(OutboxKind::Webhook, 1))
            .unwrap(),
        []
    );
}

#[test]
fn two_couriers_never_carry_the_same_letter() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let now = moment("2026-03-02T01:00:00Z");
    let letters: Vec<_> = (0..1_000)
        .map(|_| OutboxItem::new(Uuid::new_v4(), OutboxKind::Webhook, json!({}), now))
        .collect();
    write(&store, |tx| tx.outbox_push(&letters));
    let start = Barrier::new(2);
    let carry = || {
        start.wait();
        let mut mine = Vec::new();
        loop {
            let some = write(&store, |tx| {
                tx.outbox_claim(now, moment("2026-03-02T02:00:00Z"), 30)
            });
            if some.is_empty() {
                return mine;
            }
            mine.extend(some.into_iter().map(|one| one.id));
        }
    };
    let carried: Vec<_> = std::thread::scope(|scope| {
        let couriers: Vec<_> = (0..2).map(|_| scope.spawn(carry)).collect();
        couriers
            .into_iter()
            .flat_map(|courier| courier.join().unwrap())
            .collect()
    });
    assert_eq!(carried.len(), 1_000);
    assert_eq!(carried.into_iter().collect::<HashSet<_>>().len(), 1_000);
}

#[test]
fn a_receipt_is_given_once() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let receipt = Receipt {
        principal: "bank:1".to_owned(),
        key: "k".to_owned(),
        request_hash: [1; 32],
        response: json!({"id": "x"}),
        status: 201,
        created_at: moment("2026-03-02T01:00:00Z"),
    };
    write(&store, |tx| {
        tx.receipts_insert(std::slice::from_ref(&receipt))
    });
    let keys = ["k".to_owned(), "other".to_owned()];
    let found = |who: &str| store.read(|tx| tx.receipts_by_keys(who, &keys)).unwrap();
    assert_eq!(found("bank:1"), [receipt.clone()]);
    assert_eq!(found("bank:2"), [], "keys belong to who chose them");
    let other = Receipt {
        request_hash: [2; 32],
        ..receipt.clone()
    };
    let refused = store
        .write(|tx| tx.receipts_insert(std::slice::from_ref(&other)))
        .unwrap_err();
    assert!(
        refused.is_duplicate_of("idempotency_receipt_unique"),
        "{refused}"
    );
    assert_eq!(
        write(&store, |tx| tx.receipts_forget(receipt.created_at)),
        0
    );
    assert_eq!(
        write(&store, |tx| tx
            .receipts_forget(moment("2026-04-02T01:00:00Z"))),
        1
    );
}

#[test]
fn the_newest_table_of_a_year_holds_with_exactly_its_days() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let year = |calendar: &str, year, version| CalendarYearRecord {
        calendar: calendar.to_owned(),
        year,
        version,
        standing: YearStanding::Official,
        source: "国办发明电".to_owned(),
        taken_on: day("2026-03-02"),
        taken_at: moment("2026-03-02T01:00:00Z"),
    };
    let on = |date: &str, kind, version| CalendarDay {
        calendar: "CN".to_owned(),
        day: day(date),
        kind,
        note: "国庆节".to_owned(),
        source: "国办发明电".to_owned(),
        version,
    };
    let first = [
        on("2026-10-09", DayKind::Holiday, 1),
        on("2026-10-10", DayKind::Working, 1),
    ];
    let second = [on("2026-10-01", DayKind::Holiday, 2)];
    let years = [year("CN", 2026, 1), year("CN", 2027, 1)];
    let add = |years: &[CalendarYearRecord], days: &[CalendarDay]| {
        store.write(|tx| tx.calendar_years_insert(years, days))
    };
    let newest = || store.read(|tx| tx.calendar_days_newest()).unwrap();
    add(&years, &first).unwrap();
    assert_eq!(newest(), first);
    assert!(matches!(
        add(&years[..1], &[]),
        Err(StoreError::Duplicate(_))
    ));
    add(&[year("CN", 2026, 2)], &second).unwrap();
    assert_eq!(newest(), second, "what the former one had is gone");
    let years = store.read(|tx| tx.calendar_years_newest()).unwrap();
    let known: Vec<_> = years.iter().map(|y| (y.year, y.version)).collect();
    assert_eq!(known, [(2026, 2), (2027, 1)]);
}

#[test]
fn the_business_date_only_rises() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let today = || store.read(|tx| tx.business_date_today());
    let advance = |to: &str| store.write(|tx| tx.business_date_advance(day(to)));
    assert_eq!(today(), Err(StoreError::NotFound));
    for to in ["2026-03-02", "2026-03-03", "2026-03-03"] {
        advance(to).unwrap();
        assert_eq!(today(), Ok(day(to)));
    }
    let refused = advance("2026-03-02").unwrap_err();
    assert_eq!(
        refused,
        StoreError::Violated("business_date_rises".to_owned())
    );
    assert_eq!(today(), Ok(day("2026-03-03")));
}
