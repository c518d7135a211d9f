//! A sealed auction as a bank's own system goes through it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use ledger_app::request_finance::Bidding;
use ledger_core::hash::sha256;
use ledger_core::id::RequestId;
use serde_json::Value;
use serde_json::json;

use crate::ledger::Bank;
use crate::ledger::Market;
use crate::ledger::bank;
use crate::ledger::market;
use crate::stage::OPENING;

/// A bid made by the description alone: commitment, and the opening to show later.
struct Made {
    commitment: Value,
    opening: Value,
}

/// A signed quote that pays when bids are closed.
async fn bid(market: &Market, bank: &Bank, request: &str, rate: &str) -> String {
    let mut terms: Value = serde_json::from_str(&market.terms(rate)).unwrap();
    terms["pay_date"] = json!(OPENING + chrono::Days::new(2));
    market.signed_on(bank, request, &terms.to_string()).await
}

async fn made(market: &Market, bank: &Bank, request: &str, rate: &str) -> Made {
    let signed: Value = serde_json::from_str(&bid(market, bank, request, rate).await).unwrap();
    let body = STANDARD.decode(signed["body"].as_str().unwrap()).unwrap();
    let nonce: [u8; 32] = ledger_app::random::bytes().unwrap();
    let id = RequestId::parse(request).unwrap();
    let provider = bank.actor.party();
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    let digest = sha256(&[
        b"tallystick/v1/sealed-bid\0",
        id.bytes(),
        provider.bytes(),
        &nonce,
        &length,
        &body,
    ]);
    let statement = [
        b"tallystick/v1/sign\0\x06\xb1".as_slice(),
        id.bytes(),
        provider.bytes(),
        &digest,
    ]
    .concat();
    let key = bank.system.key().to_string();
    Made {
        commitment: json!({
            "commitment": hex::encode(digest),
            "key": key,
            "signature": STANDARD.encode(bank.system.sign_raw(&statement)),
        }),
        opening: json!({
            "nonce": STANDARD.encode(nonce),
            "body": signed["body"],
            "key": key,
            "signature": signed["signature"],
        }),
    }
}

/// Bids are closed from now on. The client of the database runs its own loop: in a thread beside.
fn close_bids(market: &Market) {
    let url = market.stage.database.url_owner();
    let close = move || {
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        let close = "UPDATE finance_inquiry SET bids_until = created_at + interval '1 microsecond'";
        client.execute(close, &[]).unwrap()
    };
    assert_eq!(std::thread::spawn(close).join().unwrap(), 1);
}

#[actix_web::test]
async fn a_bid_is_bound_shown_and_on_offer() {
    let market = market();
    let (one, two) = (
        bank(&market.stage, "江口银行"),
        bank(&market.stage, "海港保理"),
    );
    let until = market.stage.app.moment().unwrap() + Duration::hours(24);
    let request = market.ask_for(&[&one, &two], Bidding::Sealed(until));
    let seen = market.get(&one, &format!("/v1/requests/{request}")).await;
    assert_eq!(seen.json["inquiry"]["mode"], "sealed");
    assert!(seen.json["inquiry"]["bids_until"].is_string());
    assert_eq!(seen.json["my_bid"], Value::Null);

    let open = bid(&market, &one, &request, "3").await;
    let path = format!("/v1/requests/{request}/quotes");
    let refused = market.post(&one, &path, &open, Some("open")).await;
    assert_eq!((refused.status, refused.code()), (422, "sealed_bids_only"));

    let bid = made(&market, &one, &request, "3").await;
    let path = format!("/v1/requests/{request}/sealed-bids");
    let commitment = bid.commitment.to_string();
    let bound = market.post(&one, &path, &commitment, Some("bid-1")).await;
    assert_eq!(bound.status, 200, "{}", bound.json);
    let again = market.post(&one, &path, &commitment, Some("bid-1")).await;
    assert_eq!(again.json, bound.json);
    let id = bound.json["bid"].as_str().unwrap();
    let seen = market.get(&one, &format!("/v1/requests/{request}")).await;
    assert_eq!(seen.json["my_bid"], json!({"id": id, "state": "sealed"}));
    // The other bank sees nothing of it, and can't touch it.
    let other = market.get(&two, &format!("/v1/requests/{request}")).await;
    assert_eq!(other.json["my_bid"], Value::Null);
    let away = format!("/v1/sealed-bids/{id}/withdraw");
    let foreign = market.post(&two, &away, "", None).await;
    assert_eq!((foreign.status, foreign.code()), (404, "not_found"));

    let show = format!("/v1/sealed-bids/{id}/reveal");
    let opening = bid.opening.to_string();
    let early = market.post(&one, &show, &opening, Some("show-1")).await;
    assert_eq!((early.status, early.code()), (422, "bids_not_closed"));
    close_bids(&market);
    let better = made(&market, &one, &request, "0.5").await;
    let other = better.opening.to_string();
    let refused = market.post(&one, &show, &other, Some("show-2")).await;
    assert_eq!(
        (refused.status, refused.code()),
        (422, "commitment_differs")
    );
    let late = better.commitment.to_string();
    let refused = market.post(&one, &path, &late, Some("bid-2")).await;
    assert_eq!((refused.status, refused.code()), (422, "bids_closed"));
    let shown = market.post(&one, &show, &opening, Some("show-3")).await;
    assert_eq!(shown.status, 200, "{}", shown.json);
    let quote = shown.json["quote"].as_str().unwrap();
    let quote = market.get(&one, &format!("/v1/quotes/{quote}")).await;
    assert_eq!(quote.json["state"], "offered");
    assert_eq!(
        market.get(&two, "/v1/quotes").await.json["items"],
        json!([])
    );
}

#[actix_web::test]
async fn what_is_no_bid_is_refused() {
    let market = market();
    let one = bank(&market.stage, "江口银行");
    let until = market.stage.app.moment().unwrap() + Duration::hours(24);
    let request = market.ask_for(&[&one], Bidding::Sealed(until));
    let good = made(&market, &one, &request, "3").await;
    let path = format!("/v1/requests/{request}/sealed-bids");
    for (field, value, status, code) in [
        ("commitment", json!("abc"), 422, "commitment_length"),
        ("key", json!("abc"), 422, "key_id_invalid"),
        ("signature", json!("AAAA"), 422, "signature_length"),
        (
            "signature",
            json!(STANDARD.encode([7; 64])),
            403,
            "bad_signature",
        ),
    ] {
        let mut wrong = good.commitment.clone();
        wrong[field] = value;
        let key = format!("{field}-{code}");
        let refused = market
            .post(&one, &path, &wrong.to_string(), Some(&key))
            .await;
        assert_eq!((refused.status, refused.code()), (status, code), "{field}");
    }
    let mut short = good.opening.clone();
    short["nonce"] = json!("AAAA");
    let nowhere = format!("/v1/sealed-bids/{}/reveal", "7".repeat(32));
    let refused = market
        .post(&one, &nowhere, &short.to_string(), Some("a"))
        .await;
    assert_eq!((refused.status, refused.code()), (422, "nonce_length"));
    let whole = good.opening.to_string();
    let refused = market.post(&one, &nowhere, &whole, Some("b")).await;
    assert_eq!(refused.status, 404);
}
