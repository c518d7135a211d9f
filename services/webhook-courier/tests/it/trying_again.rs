//! What is not taken is tried again, on the schedule, under the same id; in the end it is given up
//! aloud.

use chrono::TimeDelta;
use ledger_app::deliver_webhooks;
use ledger_app::deliver_webhooks::Outcome;
use ledger_app::notice::Notice;
use ledger_app::notice_webhooks::WebhookDisabled;
use ledger_app::operator_tasks;
use ledger_app::replay_webhook;
use ledger_app::set_up_webhook;
use ledger_app::webhooks_view::DeliveryState;
use ledger_app::webhooks_view::DisabledWhy;
use ledger_app::webhooks_view::WebhookState;
use ledger_store::outbox::OutboxKind;

use crate::sending::Told;

/// The letters about webhooks to somebody.
fn letters(told: &Told) -> Vec<WebhookDisabled> {
    let read = told
        .app
        .store
        .read(|tx| tx.outbox_latest(OutboxKind::Mail, 100));
    let mine = read.unwrap().into_iter();
    mine.filter(|item| item.payload["to"]["email"] == told.bank.email.as_str())
        .filter_map(|item| {
            match serde_json::from_value::<Notice>(item.payload["notice"].clone()).unwrap() {
                Notice::WebhookDisabled(disabled) => Some(disabled),
                _other => None,
            }
        })
        .collect()
}

#[test]
fn what_failed_comes_again_under_the_same_id() {
    let told = Told::new();
    told.receiver.answers(&[500, 302, 204]);
    let event = told.ping();
    assert_eq!(told.run_in(0), 0);
    assert_eq!(told.delivery(event).status, Some(500));
    assert_eq!(told.delivery(event).state, DeliveryState::Waiting);
    assert_eq!(told.run_in(1), 0, "not before five seconds are over");
    assert_eq!(told.receiver.got().len(), 1);
    assert_eq!(told.run_in(8), 0);
    assert_eq!(
        told.delivery(event).status,
        Some(302),
        "no redirect is followed"
    );
    assert_eq!(told.run_in(60), 0);
    assert_eq!(told.receiver.got().len(), 2);
    assert_eq!(told.run_in(400), 1);
    let got = told.receiver.got();
    assert_eq!(got.len(), 3);
    assert!(got.iter().all(|one| one.id == event.simple().to_string()));
    assert!(got.iter().all(|one| one.is_signed_with(&told.secret)));
    assert!(
        got[0].timestamp < got[2].timestamp,
        "each try has its moment"
    );
    let delivery = told.delivery(event);
    assert_eq!(delivery.state, DeliveryState::Delivered);
    assert_eq!((delivery.status, delivery.attempts), (Some(204), 3));
}

/// The courier dies between the receiver's answer and its own note of it.
#[test]
fn a_status_beyond_http_is_a_failure_like_another() {
    let told = Told::new();
    told.receiver.answers(&[999, 204]);
    let event = told.ping();
    assert_eq!(told.run_in(0), 0);
    let tried = told.delivery(event);
    assert_eq!((tried.status, tried.state), (None, DeliveryState::Waiting));
    assert_eq!(told.run_in(8), 1, "the next try goes out on the schedule");
}

#[test]
fn a_crash_before_the_note_sends_it_again_under_the_same_id() {
    let told = Told::new();
    let event = told.ping();
    let now = told.app.clock.now();
    let due = deliver_webhooks::take(&told.app, now, &[], 9).unwrap();
    let outcome = told.sender.send(&due[0], now.timestamp());
    assert_eq!(outcome, Outcome::Taken { status: 200 });
    // Nobody notes it. Others leave it alone while it may still be on its way.
    assert_eq!(told.run_in(30), 0);
    assert_eq!(told.run_in(62), 1);
    let got = told.receiver.got();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].id, got[1].id);
    assert_eq!(got[0].body, got[1].body);
    // The first one's late word changes nothing.
    let late = Outcome::Failed {
        status: None,
        why: "late".to_owned(),
    };
    deliver_webhooks::note(&told.app, now, &due[0], &late).unwrap();
    assert_eq!(told.delivery(event).state, DeliveryState::Delivered);
}

#[test]
fn after_ten_tries_the_webhook_is_disabled_and_people_are_told() {
    let told = Told::new();
    told.receiver.answers(&[503; 10]);
    let event = told.ping();
    let mut later = 0;
    for tries in 1..=10 {
        assert_eq!(told.shown().state, WebhookState::Active, "try {tries}");
        told.run_in(later);
        assert_eq!(told.receiver.got().len(), tries);
        // Longer than any wait of the schedule with its jitter.
        later += 27 * 3_600;
    }
    let delivery = told.delivery(event);
    assert_eq!(
        (delivery.state, delivery.attempts),
        (DeliveryState::Failed, 10)
    );
    let shown = told.shown();
    assert_eq!(shown.state, WebhookState::Disabled);
    assert_eq!(shown.why, DisabledWhy::Unreachable);
    told.run_in(later);
    assert_eq!(told.receiver.got().len(), 10);

    let letters = letters(&told);
    assert_eq!(letters.len(), 1);
    assert!(!letters[0].gone);
    assert_eq!(letters[0].answer, "status 503");
    assert!(letters[0].address.starts_with("http://127.0.0.1:"));
    assert!(
        !letters[0].address.contains("in-the-address"),
        "what follows may be secret"
    );
    let tasks = operator_tasks::open(&told.app, &told.stage.operator).unwrap();
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0].task.code, "webhook_unreachable");
    assert!(tasks[0].task.detail.contains("江口银行"));
    assert!(!tasks[0].task.detail.contains("in-the-address"));
    let (app, operator) = (&told.app, &told.stage.operator);
    operator_tasks::close(app, operator, tasks[0].task.id, "called them").unwrap();

    // Mended: enabled and replayed, it comes under the id it always had.
    let bank = &told.bank.who;
    set_up_webhook::enable(app, bank, told.webhook).unwrap();
    let since = app.clock.now() - TimeDelta::hours(1);
    let again = replay_webhook::failed_since(app, bank, told.webhook, since).unwrap();
    assert_eq!(again, 1);
    assert_eq!(told.run_in(0), 1);
    let got = told.receiver.got();
    assert_eq!(got[10].id, got[0].id);
}

#[test]
fn a_receiver_that_says_it_is_gone_is_asked_no_more() {
    let told = Told::new();
    told.receiver.answers(&[410]);
    let gone = told.ping();
    assert_eq!(told.run_in(0), 0);
    let shown = told.shown();
    assert_eq!(
        (shown.state, shown.why),
        (WebhookState::Disabled, DisabledWhy::Gone)
    );
    assert_eq!(told.delivery(gone).status, Some(410));
    assert_eq!(told.run_in(100_000), 0);
    assert_eq!(told.receiver.got().len(), 1);
    let letters = letters(&told);
    assert_eq!((letters.len(), letters[0].gone), (1, true));
    // It said so itself: nobody else need look.
    let tasks = operator_tasks::open(&told.app, &told.stage.operator).unwrap();
    assert!(tasks.is_empty());
}

/// What waits beside the message that was given up is kept for a replay, too.
#[test]
fn what_waits_for_a_disabled_webhook_is_kept_for_a_replay() {
    let told = Told::new();
    told.receiver.answers(&[500]);
    let first = told.ping();
    told.run_in(0);
    told.receiver.answers(&[410]);
    told.ping();
    let now = told.app.clock.now();
    crate::sending::run(&told.app, &told.sender, now);
    assert_eq!((told.shown().waiting, told.shown().failed), (0, 2));
    assert_eq!(told.delivery(first).state, DeliveryState::Failed);
    set_up_webhook::enable(&told.app, &told.bank.who, told.webhook).unwrap();
    let since = now - TimeDelta::hours(1);
    let (app, bank) = (&told.app, &told.bank.who);
    assert_eq!(
        replay_webhook::failed_since(app, bank, told.webhook, since).unwrap(),
        2
    );
    assert_eq!(told.run_in(0), 2);
    let later = app.clock.now() + TimeDelta::hours(1);
    assert_eq!(
        replay_webhook::failed_since(app, bank, told.webhook, later).unwrap(),
        0
    );
}
