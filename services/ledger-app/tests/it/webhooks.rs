//! What parties' own systems are told, fact by fact: each message is written with the fact, goes to
//! whom it concerns and to nobody else, and names ids and links only.

use chrono::Duration;
use ledger_app::complete_discount;
use ledger_app::deliver_webhooks;
use ledger_app::error::AppError;
use ledger_app::expire_inquiries;
use ledger_app::report_payout;
use ledger_app::request_finance::Bidding;
use ledger_app::request_finance::Providers;
use ledger_app::request_finance::RequestFinance;
use ledger_app::reverse_discount;
use ledger_app::seal_bid;
use ledger_app::set_up_webhook;
use ledger_app::set_up_webhook::WebhookTerms;
use ledger_app::tell_issue_stops;
use ledger_app::webhook_event;
use ledger_app::withdraw_inquiry;
use ledger_core::hash::CommitmentDigest;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use serde_json::Value;
use serde_json::json;

use crate::finance_stage::ask;
use crate::finance_stage::booked;
use crate::finance_stage::came_back;
use crate::finance_stage::in_hours;
use crate::finance_stage::inquire;
use crate::finance_stage::instruction;
use crate::finance_stage::part;
use crate::finance_stage::quote;
use crate::finance_stage::register;
use crate::finance_stage::rejected;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::settlement_stage::Due;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

/// A webhook of the party's for everything there is.
pub(crate) fn listens(stage: &Stage, who: &Actor) -> uuid::Uuid {
    let terms = WebhookTerms {
        url: format!("https://{}.example.com/hook", who.party()),
        topics: webhook_event::choices(),
        note: String::new(),
    };
    set_up_webhook::add(&stage.app, &who.who, &terms)
        .unwrap()
        .id
}

/// The messages to a webhook since this was last asked, in no order: type and data.
pub(crate) fn told(stage: &Stage, webhook: uuid::Uuid) -> Vec<(String, Value)> {
    let app = &stage.app;
    let mut all = Vec::new();
    loop {
        let due = deliver_webhooks::take(app, app.clock.now(), &[], 100).unwrap();
        if due.is_empty() {
            break;
        }
        for message in due {
            let outcome = deliver_webhooks::Outcome::Taken { status: 200 };
            deliver_webhooks::note(app, app.clock.now(), &message, &outcome).unwrap();
            all.push(message);
        }
    }
    let mut mine: Vec<(String, Value)> = all
        .iter()
        .filter(|message| message.webhook == webhook)
        .map(|message| {
            let read: Value = serde_json::from_str(&message.body).unwrap();
            (
                read["type"].as_str().unwrap().to_owned(),
                read["data"].clone(),
            )
        })
        .collect();
    mine.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(
        all.iter().all(|message| message.webhook == webhook),
        "others were told too"
    );
    mine
}

fn kinds(stage: &Stage, webhook: uuid::Uuid) -> Vec<String> {
    told(stage, webhook)
        .into_iter()
        .map(|(kind, _)| kind)
        .collect()
}

/// A supplier's paper of 5,000.00.
struct Sale {
    stage: Stage,
    supplier: Actor,
    bank: Actor,
    rival: Actor,
    fragment: String,
}

impl Sale {
    fn new() -> Sale {
        let stage = Stage::new();
        let (supplier, bank) = (stage.supplier("溪谷五金"), stage.bank("江口银行"));
        let rival = stage.bank("海港保理");
        let face = Stage::yuan("5000.00");
        let fragment = stage.issued_paper(&supplier, face, MATURITY).fragment;
        Sale {
            stage,
            supplier,
            bank,
            rival,
            fragment,
        }
    }

    fn asked(&self) -> RequestId {
        let banks = [&self.bank, &self.rival];
        let face = Stage::yuan("5000.00");
        ask(&self.stage, &self.supplier, &self.fragment, face, &banks).unwrap()
    }

    fn quoted(&self, bank: &Actor, request: RequestId) -> QuoteId {
        quote(&self.stage, bank, request, &terms(&self.stage, "3")).unwrap()
    }
}

#[test]
fn a_purchase_is_told_to_its_provider_from_the_question_to_the_proof() {
    let sale = Sale::new();
    let stage = &sale.stage;
    let hook = listens(stage, &sale.bank);
    let request = sale.asked();
    let data = told(stage, hook);
    assert_eq!(data[0].0, "request.created");
    assert_eq!(data[0].1["request"], request.to_string());
    assert_eq!(
        data[0].1["links"],
        json!({"request": format!("/v1/requests/{request}")})
    );
    let quote = sale.quoted(&sale.bank, request);
    sale.quoted(&sale.rival, request);
    assert_eq!(kinds(stage, hook), Vec::<String>::new());
    sign(stage, &sale.supplier, quote).unwrap();
    let purchase = json!({
        "request": request.to_string(),
        "quote": quote.to_string(),
        "links": {
            "request": format!("/v1/requests/{request}"),
            "quote": format!("/v1/quotes/{quote}"),
            "discount": format!("/v1/discounts/{quote}"),
        },
    });
    assert_eq!(
        told(stage, hook),
        [("quote.signed".to_owned(), purchase.clone())]
    );
    register(stage, &sale.bank, quote);
    report_payout::authorise(&stage.app, &sale.bank.who, quote, None).unwrap();
    booked(stage, &instruction(stage, quote), OPENING);
    complete_discount::run_due(&stage.app).unwrap();
    assert_eq!(
        told(stage, hook),
        [("payout.proven".to_owned(), purchase.clone())]
    );
    came_back(stage, &instruction(stage, quote), OPENING);
    assert_eq!(reverse_discount::run_due(&stage.app).unwrap(), 1);
    assert_eq!(
        told(stage, hook),
        [("payout.returned".to_owned(), purchase)]
    );
}

#[test]
fn who_is_not_chosen_hears_of_its_own_quote_and_nothing_of_the_other() {
    let sale = Sale::new();
    let stage = &sale.stage;
    let hook = listens(stage, &sale.rival);
    let request = sale.asked();
    let (won, lost) = (
        sale.quoted(&sale.bank, request),
        sale.quoted(&sale.rival, request),
    );
    assert_eq!(kinds(stage, hook), ["request.created"]);
    sign(stage, &sale.supplier, won).unwrap();
    let heard = told(stage, hook);
    assert_eq!(heard.len(), 1);
    assert_eq!(
        (heard[0].0.as_str(), &heard[0].1["quote"]),
        ("quote.lost", &json!(lost.to_string()))
    );
    assert!(!heard[0].1.to_string().contains(&won.to_string()));
}

#[test]
fn a_seller_hears_of_its_sale_without_links_to_the_providers_side() {
    let sale = Sale::new();
    let stage = &sale.stage;
    let hook = listens(stage, &sale.supplier);
    let request = sale.asked();
    let quote = sale.quoted(&sale.bank, request);
    sign(stage, &sale.supplier, quote).unwrap();
    rejected(stage, &instruction(stage, quote));
    complete_discount::run_due(&stage.app).unwrap();
    let data = json!({"request": request.to_string(), "quote": quote.to_string()});
    assert_eq!(told(stage, hook), [("payout.failed".to_owned(), data)]);
}

#[test]
fn a_request_taken_back_and_a_quote_past_its_moment_are_told() {
    let sale = Sale::new();
    let stage = &sale.stage;
    let (hook, request) = (listens(stage, &sale.bank), sale.asked());
    sale.quoted(&sale.bank, request);
    assert_eq!(kinds(stage, hook), ["request.created"]);
    withdraw_inquiry::run(&stage.app, &sale.supplier.who, request).unwrap();
    assert_eq!(kinds(stage, hook), ["quote.lapsed", "request.withdrawn"]);
    withdraw_inquiry::run(&stage.app, &sale.supplier.who, request).unwrap();
    assert_eq!(kinds(stage, hook), Vec::<String>::new(), "once");

    let again = sale.asked();
    let quote = sale.quoted(&sale.bank, again);
    expire_inquiries::run(&stage.app, in_hours(stage, 25)).unwrap();
    let heard = told(stage, hook);
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert_eq!(heard[0].0, "quote.lapsed");
    assert_eq!(heard[0].1["quote"], quote.to_string());
    assert_eq!(heard[1].0, "request.created");
}

#[test]
fn closed_bids_are_called_for_at_each_request() {
    let sale = Sale::new();
    let stage = &sale.stage;
    let hook = listens(stage, &sale.bank);
    let command = RequestFinance {
        parts: vec![part(&sale.fragment, Stage::yuan("5000.00"))],
        providers: Providers::Chosen(vec![sale.bank.party()]),
        bidding: Bidding::Sealed(in_hours(stage, 1)),
        expires_at: in_hours(stage, 4),
    };
    let request = inquire(stage, &sale.supplier, &command).unwrap()[0];
    assert_eq!(kinds(stage, hook), ["request.created"]);
    let (app, bank) = (&stage.app, &sale.bank);
    let digest = CommitmentDigest::from_bytes([7; 32]);
    seal_bid::commit(app, &bank.who, request, digest, &bank.signing(), None).unwrap();
    expire_inquiries::call_reveals(app, in_hours(stage, 2)).unwrap();
    let heard = told(stage, hook);
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert_eq!(heard[0].0, "bids.closed");
    assert_eq!(heard[0].1["request"], request.to_string());
}

#[test]
fn each_holder_hears_that_its_paper_is_settled() {
    let due = Due::instructed();
    let stage = &due.stage;
    let hook = listens(stage, &due.second);
    due.booked(&due.papers[0]);
    assert_eq!(due.close(), 1);
    let data = json!({"paper": due.papers[0].number});
    assert_eq!(told(stage, hook), [("maturity.settled".to_owned(), data)]);
}

#[test]
fn an_issue_stop_is_told_once_to_those_who_deal_with_the_obligor() {
    let sale = Sale::new();
    let stage = &sale.stage;
    let stranger = stage.bank("北港银行");
    let stranger = listens(stage, &stranger);
    let request = sale.asked();
    let hook = listens(stage, &sale.bank);
    let obligor = stage.obligor().maker.party();
    let stop = |stopped: bool| {
        let mut hand =
            postgres::Client::connect(&stage.database.url_owner(), postgres::NoTls).unwrap();
        let change = "UPDATE party SET issuance_blocked = $1 WHERE kind = 'obligor'";
        assert_eq!(hand.execute(change, &[&stopped]).unwrap(), 1);
        // The rival, who was asked too, has no webhook.
        let now = stage.app.clock.now();
        assert_eq!(tell_issue_stops::run_due(&stage.app, now).unwrap(), 2);
        assert_eq!(tell_issue_stops::run_due(&stage.app, now).unwrap(), 0);
    };
    stop(true);
    let data = json!({
        "obligor": obligor.to_string(),
        "links": {"obligor": format!("/v1/obligors/{obligor}")},
    });
    assert_eq!(
        told(stage, hook),
        [("obligor.issuance_stopped".to_owned(), data)]
    );
    stop(false);
    assert_eq!(kinds(stage, hook), ["obligor.issuance_resumed"]);
    assert_eq!(told(stage, stranger), []);
    assert!(!request.to_string().is_empty());
}

#[test]
fn a_limit_without_room_is_told_to_its_owner() {
    let sale = Sale::new();
    let stage = &sale.stage;
    let second = stage.person(sale.bank.party(), "赵敏", ledger_store::users::Role::Member);
    let limit = ledger_app::propose_limit::ProposeLimit {
        subject: ledger_app::limit_subject::LimitSubject::Obligor(stage.obligor().maker.party()),
        currency: crate::stage::cny(),
        amount: Some(Stage::yuan("100.00")),
        valid_until: None,
        reason: String::new(),
    };
    let app = &stage.app;
    let made = ledger_app::propose_limit::run(app, &sale.bank.who, &limit, None).unwrap();
    let verdict = ledger_app::decide_limit::Verdict::Approve;
    ledger_app::decide_limit::run(app, &second.who, made.proposal, verdict, "").unwrap();
    let hook = listens(stage, &sale.bank);
    let request = sale.asked();
    let quote = sale.quoted(&sale.bank, request);
    assert_eq!(kinds(stage, hook), ["request.created"]);
    for _ in 0..2 {
        let refused = sign(stage, &sale.supplier, quote).unwrap_err();
        assert_eq!(refused.code(), "limit_exhausted");
    }
    assert_eq!(kinds(stage, hook), ["limit.exhausted"], "once");
}

/// A message stands and falls with its fact.
#[test]
fn what_is_undone_is_not_told() {
    let sale = Sale::new();
    let stage = &sale.stage;
    let hook = listens(stage, &sale.bank);
    let request = sale.asked();
    let quote = sale.quoted(&sale.bank, request);
    assert_eq!(kinds(stage, hook), ["request.created"]);
    let mut hand = postgres::Client::connect(&stage.database.url_owner(), postgres::NoTls).unwrap();
    // The purchase can't be written down, so that the whole bundle is undone.
    hand.batch_execute("ALTER TABLE discount ADD CONSTRAINT never CHECK (state <> 'signed')")
        .unwrap();
    sign(stage, &sale.supplier, quote).unwrap_err();
    assert_eq!(kinds(stage, hook), Vec::<String>::new());
    hand.batch_execute("ALTER TABLE discount DROP CONSTRAINT never")
        .unwrap();
    sign(stage, &sale.supplier, quote).unwrap();
    assert_eq!(kinds(stage, hook), ["quote.signed"]);
}

/// Only what was chosen is told, and nothing is kept where nobody listens.
#[test]
fn only_what_was_chosen_is_kept() {
    let sale = Sale::new();
    let stage = &sale.stage;
    let terms = WebhookTerms {
        url: "https://bank.example.com/".to_owned(),
        topics: vec![webhook_event::WebhookTopic::QuoteSigned],
        note: String::new(),
    };
    let app = &stage.app;
    let hook = set_up_webhook::add(app, &sale.bank.who, &terms).unwrap().id;
    sale.asked();
    assert_eq!(told(stage, hook), []);
    let mut hand = postgres::Client::connect(&stage.database.url_owner(), postgres::NoTls).unwrap();
    let kept = hand
        .query_one("SELECT count(*) FROM webhook_event", &[])
        .unwrap();
    assert_eq!(kept.get::<_, i64>(0), 0);
    let longer = app.clock.now() + Duration::days(400);
    assert!(
        deliver_webhooks::take(app, longer, &[], 9)
            .unwrap()
            .is_empty()
    );
    assert!(matches!(
        set_up_webhook::delete(app, &sale.rival.who, hook),
        Err(AppError::NotFound)
    ));
}
