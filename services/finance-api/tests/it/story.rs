//! A bank's day, over the wire.

use ledger_app::complete_discount;
use ledger_app::record_payment;
use ledger_app::record_payment::BankStatement;
use ledger_app::record_payment::StatedBooking;
use ledger_app::sign_quote;
use ledger_core::id::QuoteId;
use ledger_store::bank_messages::Booking;

use crate::ledger::bank;
use crate::ledger::market;
use crate::stage::OPENING;

#[actix_web::test]
async fn from_the_offered_request_to_the_held_fragment() {
    let market = market();
    let (bank_one, bank_two) = (
        bank(&market.stage, "江口银行"),
        bank(&market.stage, "海港保理"),
    );
    let request = market.ask(&[&bank_one, &bank_two]);
    let offered = market.get(&bank_one, "/v1/requests").await;
    assert_eq!(offered.status, 200, "{}", offered.json);
    assert_eq!(offered.json["items"][0]["id"], request.as_str());
    assert_eq!(offered.json["items"][0]["amount"]["amount"], "3000.00");
    assert_eq!(offered.json["items"][0]["my_state"], "invited");
    assert_eq!(offered.header("cache-control"), "no-store");
    assert!(!offered.header("request-id").is_empty());

    let path = format!("/v1/requests/{request}/provenance");
    let traced = market.get(&bank_one, &path).await;
    assert_eq!(traced.status, 200, "{}", traced.json);
    let steps = traced.json["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 4);
    assert_eq!(steps[2]["documents"][0]["id"], market.document.to_string());
    let path = format!("/v1/requests/{request}/documents/{}", market.document);
    let document = market.get(&bank_one, &path).await;
    assert_eq!(document.status, 200);
    assert!(
        document
            .header("content-disposition")
            .starts_with("attachment")
    );
    assert_eq!(
        hex::encode(ledger_core::hash::sha256_of(&document.bytes)),
        steps[2]["documents"][0]["digest"].as_str().unwrap()
    );

    let won = market.quote(&bank_one, &request, "2.4", "one-1").await;
    let lost = market.quote(&bank_two, &request, "3.6", "two-1").await;
    let foreign = market.get(&bank_one, &format!("/v1/quotes/{lost}")).await;
    assert_eq!((foreign.status, foreign.code()), (404, "not_found"));
    let early = market.get(&bank_one, &format!("/v1/discounts/{won}")).await;
    assert_eq!(early.status, 404);

    let quote = QuoteId::parse(&won).unwrap();
    let (app, holder) = (&market.stage.app, &market.holder);
    sign_quote::run(app, &holder.who, &holder.signing(), quote, None).unwrap();
    let mine = market.get(&bank_two, &format!("/v1/quotes/{lost}")).await;
    assert_eq!(mine.json["state"], "lost");
    let concluded = market.get(&bank_one, "/v1/discounts").await;
    let discount = &concluded.json["items"][0];
    assert_eq!(discount["payout"]["awaits_caller"], true);
    // 3,000.00 × 2.4 % × 184 / 360 = 36.80; the platform's fee is the bank's own.
    assert_eq!(discount["quote"]["figures"]["charge"]["amount"], "36.80");
    assert_eq!(discount["payout"]["amount"]["amount"], "2963.20");

    let path = format!("/v1/discounts/{won}/authorise");
    let early = market.post(&bank_one, &path, "", Some("pay-0")).await;
    assert_eq!((early.status, early.code()), (409, "not_registered"));
    assert_eq!(early.json["article"]["zh"], "银发〔2025〕77号第十三条");
    let rules = market.get(&bank_one, "/v1/rules?on=2026-11-20").await;
    let asked = rules.json["pack"]["rules"].as_array().unwrap();
    let registration = asked.iter().find(|r| r["rule"] == "registration").unwrap();
    assert_eq!(registration["says"], "before_pay_out");
    assert_eq!(registration["article"], early.json["article"]);
    let register = format!("/v1/discounts/{won}/registration");
    let bad = market
        .post(
            &bank_one,
            &register,
            "{\"certificate\":\"77\"}",
            Some("reg-0"),
        )
        .await;
    assert_eq!((bad.status, bad.code()), (422, "certificate_invalid"));
    let number = "{\"certificate\":\"0123 4567 0001 2345 6789\"}";
    let registered = market
        .post(&bank_one, &register, number, Some("reg-1"))
        .await;
    assert_eq!(registered.status, 200, "{}", registered.json);
    assert_eq!(registered.json["state"], "registered");
    let shown = market.get(&bank_one, &format!("/v1/discounts/{won}")).await;
    assert_eq!(shown.json["certificate"], "01234567000123456789");
    let authorised = market.post(&bank_one, &path, "", Some("pay-1")).await;
    assert_eq!(authorised.status, 200, "{}", authorised.json);
    assert_eq!(authorised.json["state"], "authorised");
    let end_to_end = authorised.json["end_to_end_id"].as_str().unwrap();
    assert!(
        market.get(&bank_one, "/v1/holdings").await.json["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let found = app
        .store
        .read(|tx| tx.instructions_by_end_to_end(&[end_to_end.to_owned()]));
    let payout = found.unwrap().pop().unwrap();
    let statement = BankStatement {
        kind: "camt.054.001.08".to_owned(),
        message_id: "N1".to_owned(),
        body: format!("<Ntfctn>{end_to_end}</Ntfctn>").into_bytes(),
        bookings: vec![StatedBooking {
            account: payout.creditor_account.clone(),
            servicer_ref: "B1".to_owned(),
            end_to_end_id: end_to_end.to_owned(),
            amount: payout.amount,
            currency: payout.currency,
            direction: Booking::Credit,
            booking_date: OPENING,
            value_date: OPENING,
            reversal: false,
        }],
        unusable: Vec::new(),
        balances: Vec::new(),
        feed: None,
    };
    record_payment::note_statement(app, &statement).unwrap();
    assert_eq!(complete_discount::run_due(app).unwrap().completed, 1);

    let held = market.get(&bank_one, "/v1/holdings").await;
    assert_eq!(held.json["items"][0]["amount"]["amount"], "3000.00");
    let path = format!("/v1/statement?from={OPENING}&to={OPENING}");
    let statement = market.get(&bank_one, &path).await;
    assert_eq!(statement.json["totals"][0]["proceeds"]["amount"], "2963.20");
    assert_eq!(statement.json["items"][0]["state"], "funded");
    let other = market.get(&bank_two, &path).await;
    assert!(other.json["items"].as_array().unwrap().is_empty());
}

#[actix_web::test]
async fn the_same_key_gives_the_same_answer_and_does_nothing_twice() {
    let market = market();
    let one = bank(&market.stage, "江口银行");
    let request = market.ask(&[&one]);
    let body = market.signed_quote(&one, &request, "3").await;
    let path = format!("/v1/requests/{request}/quotes");
    let missing = market.post(&one, &path, &body, None).await;
    assert_eq!(
        (missing.status, missing.code()),
        (400, "idempotency_key_missing")
    );
    let first = market.post(&one, &path, &body, Some("k-1")).await;
    assert_eq!(
        (first.status, first.header("idempotent-replayed")),
        (200, "")
    );
    let again = market.post(&one, &path, &body, Some("k-1")).await;
    assert_eq!(
        (again.status, again.header("idempotent-replayed")),
        (200, "true")
    );
    assert_eq!(first.bytes, again.bytes);
    let quotes = market.get(&one, "/v1/quotes").await;
    assert_eq!(quotes.json["items"].as_array().unwrap().len(), 1);
    let other = market.signed_quote(&one, &request, "2").await;
    let reused = market.post(&one, &path, &other, Some("k-1")).await;
    assert_eq!(
        (reused.status, reused.code()),
        (422, "idempotency_key_reused")
    );
    let second = market.post(&one, &path, &other, Some("k-2")).await;
    assert_eq!((second.status, second.code()), (422, "quote_on_offer"));
    let id = first.json["quote"].as_str().unwrap();
    for _ in 0..2 {
        let gone = market
            .post(&one, &format!("/v1/quotes/{id}/withdraw"), "", None)
            .await;
        assert_eq!(gone.status, 204);
    }
    let declined = market
        .post(&one, &format!("/v1/requests/{request}/decline"), "", None)
        .await;
    assert_eq!(declined.status, 204);
    let closed = market.get(&one, &format!("/v1/requests/{request}")).await;
    assert_eq!(closed.json["state"], "declined");
}

#[actix_web::test]
async fn pages_follow_each_other() {
    let market = market();
    let one = bank(&market.stage, "江口银行");
    for _ in 0..3 {
        let request = market.ask(&[&one]);
        let quote = market.quote(&one, &request, "3", &request).await;
        market
            .post(&one, &format!("/v1/quotes/{quote}/withdraw"), "", None)
            .await;
        let declined = market
            .post(&one, &format!("/v1/requests/{request}/decline"), "", None)
            .await;
        assert_eq!(declined.status, 204);
    }
    for list in ["/v1/requests", "/v1/quotes"] {
        let mut seen = Vec::new();
        let mut path = format!("{list}?limit=2");
        loop {
            let page = market.get(&one, &path).await;
            assert_eq!(page.status, 200, "{}", page.json);
            let items = page.json["items"].as_array().unwrap();
            seen.extend(items.iter().map(|i| i["id"].as_str().unwrap().to_owned()));
            let Some(cursor) = page.json["next_cursor"].as_str() else {
                break;
            };
            assert!(page.header("link").contains(cursor));
            path = format!("{list}?limit=2&cursor={cursor}");
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 3, "{list}");
    }
    let first = market.get(&one, "/v1/requests?limit=2").await;
    let cursor = first.json["next_cursor"].as_str().unwrap();
    let elsewhere = market
        .get(&one, &format!("/v1/quotes?cursor={cursor}"))
        .await;
    assert_eq!(
        (elsewhere.status, elsewhere.code()),
        (400, "cursor_invalid")
    );
    let stranger = bank(&market.stage, "海港保理");
    let foreign = market
        .get(&stranger, &format!("/v1/requests?cursor={cursor}"))
        .await;
    assert_eq!((foreign.status, foreign.code()), (400, "cursor_invalid"));
}
