//! Webhooks made, changed, stopped, started and deleted by their own party, and by nobody else.

use chrono::Duration;
use ledger_app::deliver_webhooks;
use ledger_app::deliver_webhooks::Outcome;
use ledger_app::error::AppError;
use ledger_app::principal::Principal;
use ledger_app::replay_webhook;
use ledger_app::set_up_webhook;
use ledger_app::set_up_webhook::MOST;
use ledger_app::set_up_webhook::WebhookTerms;
use ledger_app::webhook_event::WebhookTopic;
use ledger_app::webhooks_view;
use ledger_app::webhooks_view::DeliveryState;
use ledger_app::webhooks_view::DisabledWhy;
use ledger_app::webhooks_view::WebhookState;
use ledger_store::users::Role;
use uuid::Uuid;

use crate::stage::Actor;
use crate::stage::Stage;

fn terms(url: &str) -> WebhookTerms {
    WebhookTerms {
        url: url.to_owned(),
        topics: vec![WebhookTopic::RequestCreated, WebhookTopic::QuoteSigned],
        note: " receiver ".to_owned(),
    }
}

fn made(stage: &Stage, who: &Actor) -> Uuid {
    let new = terms("https://bank.example.com/hook");
    set_up_webhook::add(&stage.app, &who.who, &new).unwrap().id
}

#[test]
fn a_webhook_is_made_changed_and_deleted() {
    let stage = Stage::new();
    let (app, bank) = (&stage.app, stage.bank("江口银行"));
    let id = made(&stage, &bank);
    let one = webhooks_view::one(app, &bank.who, id).unwrap();
    assert_eq!(one.note, "receiver");
    assert_eq!(one.topics.len(), 2);
    let mut other = terms("https://bank.example.com/other");
    other.topics = vec![WebhookTopic::PayoutProven];
    set_up_webhook::change(app, &bank.who, id, &other).unwrap();
    let one = webhooks_view::one(app, &bank.who, id).unwrap();
    assert_eq!(one.url, "https://bank.example.com/other");
    assert_eq!(one.topics, [WebhookTopic::PayoutProven]);
    set_up_webhook::delete(app, &bank.who, id).unwrap();
    assert!(webhooks_view::list(app, &bank.who).unwrap().is_empty());
    for gone in [
        set_up_webhook::delete(app, &bank.who, id),
        set_up_webhook::enable(app, &bank.who, id),
        replay_webhook::ping(app, &bank.who, id).map(|_| ()),
        webhooks_view::one(app, &bank.who, id).map(|_| ()),
    ] {
        assert_eq!(gone, Err(AppError::NotFound));
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_its_field() {
    let stage = Stage::new();
    let (app, bank) = (&stage.app, stage.bank("江口银行"));
    let code = |new: &WebhookTerms| set_up_webhook::add(app, &bank.who, new).unwrap_err().code();
    assert_eq!(
        code(&terms("http://127.0.0.1:9/")),
        "webhook_url_not_allowed"
    );
    assert_eq!(code(&terms("not an address")), "webhook_url_invalid");
    for topics in [Vec::new(), vec![WebhookTopic::Ping]] {
        let new = WebhookTerms {
            topics,
            ..terms("https://bank.example.com/")
        };
        assert_eq!(code(&new), "webhook_topics_unknown");
    }
    let new = WebhookTerms {
        note: "长".repeat(201),
        ..terms("https://bank.example.com/")
    };
    assert_eq!(code(&new), "webhook_note_too_long");
    for _ in 0..MOST {
        made(&stage, &bank);
    }
    assert_eq!(
        code(&terms("https://bank.example.com/")),
        "webhooks_too_many"
    );
    let id = webhooks_view::list(app, &bank.who).unwrap()[0].id;
    let refused = set_up_webhook::rotate(app, &bank.who, id, 169).unwrap_err();
    assert_eq!(refused.code(), "overlap_not_possible");
}

#[test]
fn others_find_nothing_and_makers_only_look() {
    let stage = Stage::new();
    let (app, bank) = (&stage.app, stage.bank("江口银行"));
    let id = made(&stage, &bank);
    let event = replay_webhook::ping(app, &bank.who, id).unwrap();
    let other = stage.bank("海港保理");
    let everything = |who: &Principal| {
        vec![
            webhooks_view::one(app, who, id).map(|_| ()),
            webhooks_view::deliveries(app, who, id, None, 9).map(|_| ()),
            set_up_webhook::change(app, who, id, &terms("https://bank.example.com/")),
            set_up_webhook::rotate(app, who, id, 1).map(|_| ()),
            set_up_webhook::disable(app, who, id),
            set_up_webhook::enable(app, who, id),
            set_up_webhook::delete(app, who, id),
            replay_webhook::ping(app, who, id).map(|_| ()),
            replay_webhook::one(app, who, id, event),
            replay_webhook::failed_since(app, who, id, app.clock.now()).map(|_| ()),
        ]
    };
    for outcome in everything(&other.who) {
        assert_eq!(outcome, Err(AppError::NotFound));
    }
    assert!(webhooks_view::list(app, &other.who).unwrap().is_empty());
    // Another's message through a webhook of one's own.
    let own = made(&stage, &other);
    let foreign = replay_webhook::one(app, &other.who, own, event);
    assert_eq!(foreign, Err(AppError::NotFound));

    let maker = stage.person(bank.party(), "赵敏", Role::Maker);
    for outcome in everything(&maker.who).into_iter().skip(2) {
        assert!(
            matches!(outcome, Err(AppError::Forbidden(_))),
            "{outcome:?}"
        );
    }
    webhooks_view::one(app, &maker.who, id).unwrap();
    let treasury = &stage.obligor().checker.who;
    assert!(matches!(
        webhooks_view::list(app, treasury),
        Err(AppError::Forbidden(_))
    ));
    let suspended = Principal {
        suspended: true,
        ..bank.who.clone()
    };
    webhooks_view::list(app, &suspended).unwrap();
    assert!(matches!(
        set_up_webhook::delete(app, &suspended, id),
        Err(AppError::Forbidden(_))
    ));
}

#[test]
fn secrets_lie_sealed_and_are_gone_with_their_webhook() {
    let stage = Stage::new();
    let (app, bank) = (&stage.app, stage.bank("江口银行"));
    let new = terms("https://bank.example.com/hook");
    let made = set_up_webhook::add(app, &bank.who, &new).unwrap();
    let rotated = set_up_webhook::rotate(app, &bank.who, made.id, 24).unwrap();
    let mut hand = postgres::Client::connect(&stage.database.url_owner(), postgres::NoTls).unwrap();
    let row = "SELECT secret, earlier_secret FROM webhook";
    let found = hand.query_one(row, &[]).unwrap();
    let (one, two): (Vec<u8>, Vec<u8>) = (found.get(0), found.get(1));
    for (shown, sealed) in [(&rotated.secret, &one), (&made.secret, &two)] {
        let text = shown.reveal();
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(&text["whsec_".len()..])
            .unwrap();
        assert_eq!(bytes.len(), 32);
        assert!(!sealed.windows(32).any(|part| part == bytes));
        assert!(
            !sealed
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        );
    }
    set_up_webhook::delete(app, &bank.who, made.id).unwrap();
    let found = hand.query_one(row, &[]).unwrap();
    assert_eq!(found.get::<_, Option<Vec<u8>>>(0), None);
    assert_eq!(found.get::<_, Option<Vec<u8>>>(1), None);
    // The auditor sees that there was one, not where it went nor what signed for it.
    let mut auditor =
        postgres::Client::connect(&stage.database.url_audit(), postgres::NoTls).unwrap();
    auditor
        .query("SELECT party, changed_by FROM webhook", &[])
        .unwrap();
    for column in ["secret", "earlier_secret", "url"] {
        let look = format!("SELECT {column} FROM webhook");
        auditor.query(&look, &[]).unwrap_err();
    }
}

#[test]
fn what_a_disabled_webhook_misses_is_replayed() {
    let stage = Stage::new();
    let (app, bank) = (&stage.app, stage.bank("江口银行"));
    let id = made(&stage, &bank);
    let before = replay_webhook::ping(app, &bank.who, id).unwrap();
    set_up_webhook::disable(app, &bank.who, id).unwrap();
    set_up_webhook::disable(app, &bank.who, id).unwrap();
    let one = webhooks_view::one(app, &bank.who, id).unwrap();
    assert_eq!(
        (one.state, one.why),
        (WebhookState::Disabled, DisabledWhy::ByHand)
    );
    assert_eq!((one.waiting, one.failed), (0, 1));
    let refused = replay_webhook::ping(app, &bank.who, id).unwrap_err();
    assert_eq!(refused.code(), "webhook_disabled");
    let supplier = stage.supplier("溪谷五金");
    let face = Stage::yuan("5000.00");
    let paper = stage.issued_paper(&supplier, face, crate::stage::MATURITY);
    let since = app.clock.now();
    crate::finance_stage::ask(&stage, &supplier, &paper.fragment, face, &[&bank]).unwrap();
    let soon = app.clock.now() + Duration::hours(1);
    assert!(
        deliver_webhooks::take(app, soon, &[], 9)
            .unwrap()
            .is_empty()
    );
    set_up_webhook::enable(app, &bank.who, id).unwrap();
    assert!(
        deliver_webhooks::take(app, soon, &[], 9)
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        replay_webhook::failed_since(app, &bank.who, id, since).unwrap(),
        1
    );
    let due = deliver_webhooks::take(app, soon, &[], 9).unwrap();
    assert!(due[0].body.contains("request.created"), "{}", due[0].body);
    deliver_webhooks::note(app, soon, &due[0], &Outcome::Taken { status: 204 }).unwrap();
    replay_webhook::one(app, &bank.who, id, before).unwrap();
    let due = deliver_webhooks::take(app, soon, &[], 9).unwrap();
    assert_eq!((due.len(), due[0].event), (1, before));
    let page = webhooks_view::deliveries(app, &bank.who, id, None, 1).unwrap();
    assert_eq!(page.items[0].state, DeliveryState::Delivered);
    assert_eq!(page.items[0].status, Some(204));
    let next = webhooks_view::deliveries(app, &bank.who, id, page.next, 9).unwrap();
    assert_eq!((next.items[0].event, next.next), (before, None));
}
