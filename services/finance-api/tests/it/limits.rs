//! Limits and joint views, over the wire, each for who may.

use ledger_app::sign_quote;
use ledger_core::id::QuoteId;
use serde_json::Value;
use serde_json::json;

use crate::ledger::Bank;
use crate::ledger::bank;
use crate::ledger::market;
use crate::ledger::system;

fn on_obligor(obligor: &str, amount: Value) -> String {
    json!({
        "kind": "obligor", "subject": obligor, "currency": "CNY", "amount": amount,
        "reason": "board of 12 March",
    })
    .to_string()
}

#[actix_web::test]
async fn one_key_proposes_another_approves_and_a_full_limit_stops_the_signature() {
    let market = market();
    let one = bank(&market.stage, "江口银行");
    let two = Bank {
        system: system(&market.stage, one.actor.party()),
        actor: market
            .stage
            .person(one.actor.party(), "陈静", ledger_store::users::Role::Member),
    };
    let rival = bank(&market.stage, "海港保理");
    let obligor = market.stage.obligor().maker.party().to_string();

    let nothing = market.get(&one, "/v1/limits").await;
    assert_eq!(nothing.status, 200, "{}", nothing.json);
    assert_eq!(nothing.json["limits"], json!([]));
    let body = on_obligor(&obligor, json!("2999.99"));
    let made = market.post(&one, "/v1/limits", &body, Some("l-1")).await;
    assert_eq!(made.status, 200, "{}", made.json);
    let again = market.post(&one, "/v1/limits", &body, Some("l-1")).await;
    assert_eq!(again.json, made.json);
    let id = made.json["proposal"].as_str().unwrap();
    let path = format!("/v1/limits/proposals/{id}/approve");
    let own = market.post(&one, &path, "", None).await;
    assert_eq!((own.status, own.code()), (403, "same_person"));
    let foreign = market.post(&rival, &path, "", None).await;
    assert_eq!((foreign.status, foreign.code()), (404, "not_found"));
    assert_eq!(market.post(&two, &path, "", None).await.status, 204);
    assert_eq!(market.post(&two, &path, "", None).await.status, 204);

    let request = market.ask(&[&one]);
    let quote = market.quote(&one, &request, "2.4", "q-1").await;
    let (app, holder) = (&market.stage.app, &market.holder);
    let id = QuoteId::parse(&quote).unwrap();
    let refused = sign_quote::run(app, &holder.who, &holder.signing(), id, None).unwrap_err();
    assert_eq!(refused.code(), "limit_exhausted");
    let shown = market.get(&two, "/v1/limits").await.json;
    assert_eq!(shown["shortages"][0]["quote"], quote.as_str());
    assert_eq!(shown["shortages"][0]["free"]["amount"], "2999.99");

    let raised = on_obligor(&obligor, json!("5000.00"));
    let made = market.post(&two, "/v1/limits", &raised, Some("l-2")).await;
    let proposal = made.json["proposal"].as_str().unwrap();
    let path = format!("/v1/limits/proposals/{proposal}/approve");
    assert_eq!(market.post(&one, &path, "", None).await.status, 204);
    sign_quote::run(app, &holder.who, &holder.signing(), id, None).unwrap();
    let shown = market.get(&one, "/v1/limits").await.json;
    let limit = &shown["limits"][0];
    assert_eq!(limit["limit"]["amount"], "5000.00");
    assert_eq!(limit["reserved"]["amount"], "3000.00");
    assert_eq!(limit["free"]["amount"], "2000.00");
    let path = format!("/v1/limits/obligors/{obligor}");
    let here = market.get(&one, &path).await.json;
    assert_eq!(here["items"][0]["free"]["amount"], "2000.00");
    let there = market.get(&rival, &path).await.json;
    assert_eq!(there["items"], json!([]));
    let rivals = market.get(&rival, "/v1/limits").await.json;
    assert_eq!(rivals["limits"], json!([]));
    assert_eq!(
        market.get(&one, "/v1/limit-groups").await.json["items"],
        json!([])
    );
}

#[actix_web::test]
async fn what_is_malformed_changes_nothing() {
    let market = market();
    let one = bank(&market.stage, "江口银行");
    let obligor = market.stage.obligor().maker.party().to_string();
    let bad = [
        (
            on_obligor(&"0".repeat(32), json!("1.00")),
            "limit_subject_unknown",
        ),
        (on_obligor("x", json!("1.00")), "limit_subject_unknown"),
        (on_obligor(&obligor, Value::Null), "limit_not_there"),
        (
            on_obligor(&obligor, json!("1.001")),
            "amount_too_many_decimals",
        ),
        (
            on_obligor(&obligor, json!("1.00")).replace("CNY", "XXZ"),
            "currency_unknown",
        ),
        (
            on_obligor(&obligor, json!("1.00")).replace("\"obligor\"", "\"own_issuing\""),
            "limit_subject_unknown",
        ),
    ];
    for (turn, (body, code)) in bad.iter().enumerate() {
        let key = format!("bad-{turn}");
        let answer = market.post(&one, "/v1/limits", body, Some(&key)).await;
        assert_eq!((answer.status, answer.code()), (422, *code), "{body}");
    }
    let keyless = market
        .post(&one, "/v1/limits", &on_obligor(&obligor, json!("1")), None)
        .await;
    assert_eq!(keyless.status, 400);
    let book = market.get(&one, "/v1/limits").await.json;
    assert_eq!(book["proposals"], json!([]));
}

#[actix_web::test]
async fn a_joint_view_is_found_by_its_members_only() {
    let market = market();
    let one = bank(&market.stage, "江口银行");
    let two = bank(&market.stage, "海港保理");
    let outside = bank(&market.stage, "北岸银行");
    let obligor = market.stage.obligor().maker.party().to_string();
    let body = json!({
        "kind": "obligor", "subject": obligor, "providers": [two.actor.party().to_string()],
    })
    .to_string();
    let made = market
        .post(&one, "/v1/limit-circles", &body, Some("c-1"))
        .await;
    assert_eq!(made.status, 200, "{}", made.json);
    let id = made.json["circle"].as_str().unwrap();
    let path = format!("/v1/limit-circles/{id}");
    let asked = market.get(&two, &path).await.json;
    assert_eq!(asked["member"], false);
    let join = format!("{path}/join");
    assert_eq!(market.post(&two, &join, "", None).await.status, 204);
    assert_eq!(market.get(&two, &path).await.json["member"], true);
    assert_eq!(market.get(&outside, &path).await.status, 404);
    assert_eq!(market.post(&outside, &join, "", None).await.status, 404);
    let leave = format!("{path}/leave");
    assert_eq!(market.post(&outside, &leave, "", None).await.status, 404);
    assert_eq!(market.post(&two, &leave, "", None).await.status, 204);
    assert_eq!(market.get(&two, &path).await.status, 404);
    let list = market.get(&one, "/v1/limit-circles").await.json;
    assert_eq!(list["items"][0]["seats"].as_array().unwrap().len(), 1);
}
