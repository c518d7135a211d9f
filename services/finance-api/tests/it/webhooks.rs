//! Webhooks over the wire: made, shown, changed, tried, replayed, deleted; and another bank's, which
//! are not there.

use serde_json::Value;
use serde_json::json;

use crate::door::Answer;
use crate::door::Call;
use crate::door::send;
use crate::ledger::Bank;
use crate::ledger::Market;
use crate::ledger::bank;
use crate::ledger::market;

async fn call(market: &Market, who: &Bank, method: &str, path: &str, body: &Value) -> Answer {
    let body = body.to_string();
    let call = Call {
        method,
        path,
        body: if body == "null" { "" } else { &body },
        key: None,
    };
    send(&market.stage.app, Some(&who.system), call).await
}

fn wanted() -> Value {
    json!({
        "url": "https://bank.example.com/hook",
        "topics": ["request.created", "payout.proven"],
        "note": "core banking",
    })
}

async fn made(market: &Market, who: &Bank) -> (String, String) {
    let made = call(market, who, "POST", "/v1/webhooks", &wanted()).await;
    assert_eq!(made.status, 200, "{}", made.json);
    let text = |name: &str| made.json[name].as_str().unwrap().to_owned();
    (text("webhook"), text("secret"))
}

#[actix_web::test]
async fn a_bank_sets_up_a_webhook_and_looks_at_what_it_was_told() {
    let market = market();
    let one = bank(&market.stage, "江口银行");
    let (id, secret) = made(&market, &one).await;
    assert!(secret.starts_with("whsec_"));
    let path = format!("/v1/webhooks/{id}");
    let shown = market.get(&one, &path).await;
    assert_eq!(shown.status, 200, "{}", shown.json);
    assert_eq!(shown.json["state"], "active");
    assert_eq!(
        shown.json["topics"],
        json!(["payout.proven", "request.created"])
    );
    assert_eq!(shown.json["note"], "core banking");
    assert!(!String::from_utf8(shown.bytes).unwrap().contains("whsec_"));
    let list = market.get(&one, "/v1/webhooks").await;
    assert_eq!(list.json["items"].as_array().unwrap().len(), 1);

    let request = market.ask(&[&one]);
    let told = market.get(&one, &format!("{path}/deliveries")).await;
    assert_eq!(told.json["items"][0]["topic"], "request.created");
    assert_eq!(told.json["items"][0]["state"], "waiting");
    assert_eq!(market.get(&one, &path).await.json["waiting"], 1);
    assert!(!request.is_empty());

    let changed = json!({"url": "https://bank.example.com/other", "topics": ["quote.signed"]});
    let put = call(&market, &one, "PUT", &path, &changed).await;
    assert_eq!(put.status, 204, "{}", put.json);
    let shown = market.get(&one, &path).await;
    assert_eq!(shown.json["url"], "https://bank.example.com/other");
    assert_eq!(shown.json["topics"], json!(["quote.signed"]));

    let rotated = call(&market, &one, "POST", &format!("{path}/rotate"), &json!({})).await;
    assert_eq!(rotated.status, 200, "{}", rotated.json);
    assert_ne!(rotated.json["secret"], secret.as_str());
    let shown = market.get(&one, &path).await;
    assert_eq!(
        shown.json["earlier_secret_until"],
        rotated.json["earlier_until"]
    );
    let long = json!({"overlap_hours": 1000});
    let refused = call(&market, &one, "POST", &format!("{path}/rotate"), &long).await;
    assert_eq!(
        (refused.status, refused.code()),
        (422, "overlap_not_possible")
    );

    let ping = market.post(&one, &format!("{path}/ping"), "", None).await;
    let delivery = ping.json["delivery"].as_str().unwrap().to_owned();
    let again = format!("{path}/deliveries/{delivery}/replay");
    assert_eq!(market.post(&one, &again, "", None).await.status, 204);
    for _ in 0..2 {
        let off = market
            .post(&one, &format!("{path}/disable"), "", None)
            .await;
        assert_eq!(off.status, 204);
    }
    let shown = market.get(&one, &path).await;
    assert_eq!(shown.json["disabled_because"], "by_hand");
    assert_eq!(shown.json["failed"], 2);
    let ping = market.post(&one, &format!("{path}/ping"), "", None).await;
    assert_eq!((ping.status, ping.code()), (422, "webhook_disabled"));
    let on = market.post(&one, &format!("{path}/enable"), "", None).await;
    assert_eq!(on.status, 204);
    let since = json!({"since": "2026-01-01T00:00:00Z"});
    let replayed = call(&market, &one, "POST", &format!("{path}/replay"), &since).await;
    assert_eq!(replayed.json["count"], 2);

    let page = market
        .get(&one, &format!("{path}/deliveries?limit=1"))
        .await;
    let cursor = page.json["next_cursor"].as_str().unwrap();
    assert!(page.header("link").contains(&format!("{path}/deliveries")));
    let next = market
        .get(&one, &format!("{path}/deliveries?limit=1&cursor={cursor}"))
        .await;
    assert_ne!(next.json["items"][0]["id"], page.json["items"][0]["id"]);
    assert_eq!(next.json["next_cursor"], Value::Null);

    let gone = call(&market, &one, "DELETE", &path, &Value::Null).await;
    assert_eq!(gone.status, 204);
    assert_eq!(market.get(&one, &path).await.status, 404);
    let list = market.get(&one, "/v1/webhooks").await;
    assert!(list.json["items"].as_array().unwrap().is_empty());
}

#[actix_web::test]
async fn what_makes_no_sense_is_refused_by_field() {
    let market = market();
    let one = bank(&market.stage, "江口银行");
    for (name, value, code) in [
        (
            "url",
            json!("http://bank.example.com/"),
            "webhook_url_not_allowed",
        ),
        (
            "url",
            json!("https://127.0.0.1/"),
            "webhook_url_not_allowed",
        ),
        (
            "url",
            json!("https://169.254.169.254/"),
            "webhook_url_not_allowed",
        ),
        ("url", json!("https://[::1]/"), "webhook_url_not_allowed"),
        ("url", json!("bank"), "webhook_url_invalid"),
        ("topics", json!([]), "webhook_topics_unknown"),
        ("topics", json!(["quote.stolen"]), "webhook_topics_unknown"),
        ("topics", json!(["webhook.ping"]), "webhook_topics_unknown"),
        ("note", json!("x".repeat(201)), "webhook_note_too_long"),
    ] {
        let mut body = wanted();
        body[name] = value;
        let refused = call(&market, &one, "POST", "/v1/webhooks", &body).await;
        assert_eq!((refused.status, refused.code()), (422, code), "{body}");
        assert_eq!(refused.json["errors"][0]["field"], name, "{}", refused.json);
    }
}

#[actix_web::test]
async fn another_banks_webhooks_are_not_there() {
    let market = market();
    let (one, other) = (
        bank(&market.stage, "江口银行"),
        bank(&market.stage, "海港保理"),
    );
    let (id, _) = made(&market, &one).await;
    let own = made(&market, &other).await.0;
    let path = format!("/v1/webhooks/{id}");
    let ping = market.post(&one, &format!("{path}/ping"), "", None).await;
    let delivery = ping.json["delivery"].as_str().unwrap();
    let since = json!({"since": "2026-01-01T00:00:00Z"});
    for (method, path, body) in [
        ("GET", path.clone(), Value::Null),
        ("PUT", path.clone(), wanted()),
        ("DELETE", path.clone(), Value::Null),
        ("POST", format!("{path}/enable"), Value::Null),
        ("POST", format!("{path}/disable"), Value::Null),
        ("POST", format!("{path}/rotate"), json!({})),
        ("POST", format!("{path}/ping"), Value::Null),
        ("GET", format!("{path}/deliveries"), Value::Null),
        (
            "POST",
            format!("{path}/deliveries/{delivery}/replay"),
            Value::Null,
        ),
        ("POST", format!("{path}/replay"), since),
        // Another's message through one's own webhook.
        (
            "POST",
            format!("/v1/webhooks/{own}/deliveries/{delivery}/replay"),
            Value::Null,
        ),
    ] {
        let foreign = call(&market, &other, method, &path, &body).await;
        let nobodys = path
            .replace(&id, &"ab".repeat(16))
            .replace(delivery, &"ab".repeat(16));
        let unknown = call(&market, &other, method, &nobodys, &body).await;
        assert_eq!(
            (foreign.status, foreign.code()),
            (404, "not_found"),
            "{method} {path}"
        );
        assert_eq!(
            (unknown.status, unknown.code()),
            (404, "not_found"),
            "{method} {nobodys}"
        );
    }
    let list = market.get(&other, "/v1/webhooks").await;
    assert_eq!(list.json["items"].as_array().unwrap().len(), 1);
    assert_eq!(list.json["items"][0]["id"], own.as_str());
    assert_eq!(market.get(&one, &path).await.json["state"], "active");
}
