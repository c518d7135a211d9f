//! Webhooks: events only where somebody listens, deliveries taken by one worker at a time and a few of
//! each webhook.

use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::unit_of_work::Store;
use ledger_store::webhook_deliveries::DeliveryState;
use ledger_store::webhook_deliveries::FailedTry;
use ledger_store::webhook_deliveries::WebhookEvent;
use ledger_store::webhooks::DisabledWhy;
use ledger_store::webhooks::Webhook;
use ledger_store::webhooks::WebhookState;
use ledger_store::webhooks::WebhookTopic;
use testkit::database::TestDatabase;
use uuid::Uuid;

use crate::samples::moment;
use crate::samples::store;
use crate::samples::write;

/// A finance provider.
fn bank(store: &Store, name: &str) -> PartyId {
    crate::samples::added(store, PartyKind::FinanceProvider, name).1
}

const NOW: &str = "2026-03-02T01:00:00Z";

fn webhook(party: PartyId) -> Webhook {
    Webhook {
        id: Uuid::new_v4(),
        party,
        url: "https://receiver.example.com/".to_owned(),
        note: String::new(),
        state: WebhookState::Active,
        why: DisabledWhy::Not,
        secret: Some(vec![1]),
        earlier_secret: None,
        earlier_until: None,
        made_by: "user:1".to_owned(),
        made_at: moment(NOW),
        changed_by: "user:1".to_owned(),
        changed_at: moment(NOW),
    }
}

fn event(party: PartyId, topic: WebhookTopic) -> WebhookEvent {
    WebhookEvent {
        id: Uuid::new_v4(),
        party,
        topic,
        body: "{}".to_owned(),
        made_at: moment(NOW),
    }
}

fn added(store: &Store, party: PartyId, topics: &[WebhookTopic]) -> Webhook {
    let new = webhook(party);
    write(store, |tx| tx.webhook_insert(&new, topics));
    new
}

#[test]
fn events_are_kept_for_whoever_wants_them_and_nobody_else() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (one, other) = (bank(&store, "one"), bank(&store, "other"));
    let both = [WebhookTopic::QuoteSigned, WebhookTopic::QuoteLost];
    let first = added(&store, one, &both);
    let topics_of_one = [both[0]];
    let second = added(&store, one, &topics_of_one);
    let foreign = added(&store, other, &both);
    let (signed, lost) = (event(one, both[0]), event(one, both[1]));
    let unwanted = event(one, WebhookTopic::PayoutProven);
    let events = [signed.clone(), lost.clone(), unwanted];
    assert_eq!(write(&store, |tx| tx.webhook_events_tell(&events)), 3);
    let told = |webhook: &Webhook| {
        let page = store.read(|tx| tx.webhook_deliveries_page(webhook.id, None, 9));
        let mut topics: Vec<_> = page.unwrap().into_iter().map(|one| one.topic).collect();
        topics.sort();
        topics
    };
    assert_eq!(told(&first), both);
    assert_eq!(told(&second), topics_of_one);
    assert_eq!(told(&foreign), []);
    let mut hand = postgres::Client::connect(&database.url_owner(), postgres::NoTls).unwrap();
    let kept = hand.query("SELECT id FROM webhook_event", &[]).unwrap();
    assert_eq!(kept.len(), 2, "what nobody wants is not kept");
    hand.execute("UPDATE webhook_event SET body = ''", &[])
        .unwrap_err();
    hand.execute("DELETE FROM webhook_event", &[]).unwrap_err();
}

#[test]
fn a_disabled_webhook_misses_and_a_deleted_one_hears_nothing() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let one = bank(&store, "one");
    let topics = [WebhookTopic::QuoteSigned];
    let mut off = added(&store, one, &topics);
    let mut gone = added(&store, one, &topics);
    off.state = WebhookState::Disabled;
    off.why = DisabledWhy::ByHand;
    gone.state = WebhookState::Deleted;
    gone.secret = None;
    write(&store, |tx| {
        tx.webhook_update(&off)?;
        tx.webhook_update(&gone)
    });
    let signed = event(one, topics[0]);
    let told = write(&store, |tx| {
        tx.webhook_events_tell(std::slice::from_ref(&signed))
    });
    assert_eq!(told, 1);
    let missed = store.read(|tx| tx.webhook_delivery(off.id, signed.id));
    let missed = missed.unwrap().unwrap();
    assert_eq!(missed.state, DeliveryState::Failed);
    assert_eq!(missed.last_error, "the webhook was disabled");
    let later = moment("2026-03-02T02:00:00Z");
    let claimed = write(&store, |tx| {
        tx.webhook_deliveries_claim(later, later, &[], 9, 9)
    });
    assert_eq!(claimed, []);
    // Not even one that was left waiting by somebody else's hand.
    assert!(write(&store, |tx| {
        tx.webhook_delivery_again(off.id, signed.id, later)
    }));
    let claimed = write(&store, |tx| {
        tx.webhook_deliveries_claim(later, later, &[], 9, 9)
    });
    assert_eq!(claimed, []);
}

#[test]
fn deliveries_are_leased_a_few_of_each_and_the_newest_try_has_the_word() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (one, other) = (bank(&store, "one"), bank(&store, "other"));
    let topics = [WebhookTopic::QuoteSigned];
    let (busy, quiet) = (added(&store, one, &topics), added(&store, other, &topics));
    let mut events: Vec<WebhookEvent> = (0..5).map(|_| event(one, topics[0])).collect();
    events.push(event(other, topics[0]));
    write(&store, |tx| tx.webhook_events_tell(&events));
    let (now, lease) = (moment(NOW), moment("2026-03-02T01:01:00Z"));
    let claim = |at, barred: &[Uuid], each| {
        write(&store, |tx| {
            tx.webhook_deliveries_claim(at, lease, barred, each, 100)
        })
    };
    let first = claim(now, &[], 2);
    let of = |webhook: &Webhook| first.iter().filter(|one| one.webhook == webhook.id).count();
    assert_eq!((of(&busy), of(&quiet)), (2, 1));
    assert_eq!(claim(now, &[busy.id], 9), []);
    assert_eq!(claim(now, &[], 9).len(), 3);
    assert_eq!(claim(now, &[], 9), []);
    let taken = first.iter().find(|one| one.webhook == quiet.id).unwrap();
    // Its worker died: another has it once the lease is over.
    let again = claim(lease, &[busy.id], 9);
    assert_eq!(again.len(), 1);
    assert_eq!((again[0].event, again[0].attempts), (taken.event, 2));
    let failed = |attempts| FailedTry {
        webhook: quiet.id,
        event: taken.event,
        attempts,
        status: Some(500),
        why: "status 500",
        next_at: None,
    };
    assert!(!write(&store, |tx| tx.webhook_delivery_failed(&failed(1))));
    assert!(write(&store, |tx| tx.webhook_delivery_failed(&failed(2))));
    let found = store.read(|tx| tx.webhook_delivery(quiet.id, taken.event));
    let found = found.unwrap().unwrap();
    assert_eq!(
        (found.state, found.status),
        (DeliveryState::Failed, Some(500))
    );
}
