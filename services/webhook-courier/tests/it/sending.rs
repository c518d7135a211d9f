//! Messages on the wire: signed, to everybody at once, to nobody who is away for long.

use std::time::Duration;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use ledger_app::app::App;
use ledger_app::replay_webhook;
use ledger_app::set_up_webhook;
use ledger_app::set_up_webhook::WebhookTerms;
use ledger_app::webhook_event;
use ledger_app::webhooks_view;
use ledger_app::webhooks_view::ShownWebhook;
use ledger_app::webhooks_view::WebhookDelivery;
use uuid::Uuid;
use webhook_courier::courier;
use webhook_courier::sender::Sender;

use crate::receiver::Receiver;
use crate::stage::Actor;
use crate::stage::Stage;

/// A bank with a webhook at its receiver.
pub(crate) struct Told {
    pub(crate) stage: Stage,
    pub(crate) app: App,
    pub(crate) bank: Actor,
    pub(crate) receiver: Receiver,
    pub(crate) webhook: Uuid,
    pub(crate) secret: String,
    pub(crate) sender: Sender,
}

impl Told {
    pub(crate) fn new() -> Told {
        let stage = Stage::new();
        let app = stage.app.clone().with_private_webhooks();
        let (bank, receiver) = (stage.bank("江口银行"), Receiver::start());
        let (webhook, secret) = listens(&app, &bank, &receiver);
        Told {
            sender: Sender::new(true).unwrap(),
            stage,
            app,
            bank,
            receiver,
            webhook,
            secret,
        }
    }

    /// A message for the bank; gives its id.
    pub(crate) fn ping(&self) -> Uuid {
        replay_webhook::ping(&self.app, &self.bank.who, self.webhook).unwrap()
    }

    /// Sends what is due `seconds` from now; gives how many were taken.
    pub(crate) fn run_in(&self, seconds: i64) -> usize {
        let now = self.app.clock.now() + TimeDelta::seconds(seconds);
        run(&self.app, &self.sender, now)
    }

    pub(crate) fn shown(&self) -> ShownWebhook {
        webhooks_view::one(&self.app, &self.bank.who, self.webhook).unwrap()
    }

    pub(crate) fn delivery(&self, event: Uuid) -> WebhookDelivery {
        let page =
            webhooks_view::deliveries(&self.app, &self.bank.who, self.webhook, None, 100).unwrap();
        let mut items = page.items.into_iter();
        items.find(|one| one.event == event).unwrap()
    }
}

pub(crate) fn run(app: &App, sender: &Sender, now: DateTime<Utc>) -> usize {
    courier::run(app, sender, &|| now).unwrap()
}

pub(crate) fn listens(app: &App, who: &Actor, receiver: &Receiver) -> (Uuid, String) {
    let terms = WebhookTerms {
        url: receiver.url(),
        topics: webhook_event::choices(),
        note: String::new(),
    };
    let made = set_up_webhook::add(app, &who.who, &terms).unwrap();
    (made.id, made.secret.reveal().to_string())
}

#[test]
fn a_message_comes_signed_once_and_says_what_it_is() {
    let told = Told::new();
    let event = told.ping();
    assert_eq!(told.run_in(0), 1);
    assert_eq!(told.run_in(1), 0);
    let got = told.receiver.got();
    assert_eq!(got.len(), 1);
    let message = &got[0];
    assert_eq!(message.id, event.simple().to_string());
    assert_eq!(message.signatures.len(), 1);
    assert!(message.is_signed_with(&told.secret));
    let mut forged = message.clone();
    forged.body.push(' ');
    assert!(!forged.is_signed_with(&told.secret));
    let header = |name: &str| {
        let mut found = message.headers.iter().filter(|(one, _)| one == name);
        found.next().map(|(_, value)| value.as_str())
    };
    assert_eq!(header("content-type"), Some("application/json"));
    let read: serde_json::Value = serde_json::from_str(&message.body).unwrap();
    assert_eq!(read["type"], "webhook.ping");
    let link = format!("/v1/webhooks/{}", told.webhook.simple());
    assert_eq!(read["data"]["links"]["webhook"], link);
    let delivery = told.delivery(event);
    assert_eq!((delivery.status, delivery.attempts), (Some(200), 1));
}

/// A receiver that keeps us waiting keeps nobody else waiting.
#[test]
fn a_slow_receiver_holds_up_no_other() {
    let told = Told::new();
    let (other, fast) = (told.stage.bank("海港保理"), Receiver::start());
    let (webhook, _) = listens(&told.app, &other, &fast);
    told.receiver.hold();
    for _ in 0..40 {
        told.ping();
    }
    let ping = || replay_webhook::ping(&told.app, &other.who, webhook).unwrap();
    for _ in 0..30 {
        ping();
    }
    let now = told.app.clock.now() + TimeDelta::seconds(60);
    std::thread::scope(|scope| {
        let running = scope.spawn(|| run(&told.app, &told.sender, now));
        // All of the fast one's, though none of the slow one's has come back.
        fast.got_soon(30);
        // And what happens only now, too.
        ping();
        fast.got_soon(31);
        assert!(told.receiver.got().len() <= 8, "a few at a time");
        told.receiver.release();
        assert_eq!(running.join().unwrap(), 71);
    });
    assert_eq!(told.receiver.got().len(), 40);
}

/// Whoever answers nothing at all is given up after its time, and tried again later.
#[test]
fn a_silent_receiver_is_left_after_its_time() {
    let told = Told::new();
    told.receiver.hold();
    let event = told.ping();
    let hurried = Sender::with_timeout(true, Duration::from_millis(300)).unwrap();
    let now = told.app.clock.now();
    assert_eq!(run(&told.app, &hurried, now), 0);
    let delivery = told.delivery(event);
    assert_eq!(delivery.last_error, "no answer in time");
    assert_eq!(delivery.status, None);
    told.receiver.release();
    assert_eq!(told.run_in(6), 1);
}

/// Two couriers at once send each message once.
#[test]
fn two_couriers_share_the_work() {
    let told = Told::new();
    let events: Vec<Uuid> = (0..60).map(|_| told.ping()).collect();
    let now = told.app.clock.now();
    let taken: usize = std::thread::scope(|scope| {
        let both: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| run(&told.app, &told.sender, now)))
            .collect();
        both.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert_eq!(taken, 60);
    let mut got: Vec<String> = told.receiver.got().into_iter().map(|one| one.id).collect();
    got.sort();
    let mut sent: Vec<String> = events.iter().map(|id| id.simple().to_string()).collect();
    sent.sort();
    assert_eq!(got, sent);
}
