//! Two keys of a bank answer together, over the wire; and what it writes down about an obligor.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ledger_core::signature::Signer;
use serde_json::Value;
use serde_json::json;

use crate::door::Call;
use crate::door::send;
use crate::ledger::bank;
use crate::ledger::market;
use crate::ledger::system;
use crate::stage::OPENING;

/// The approval of a proposal, signed over its payload.
fn approval(by: &Signer, listed: &Value) -> String {
    let payload = STANDARD
        .decode(listed["payload"].as_str().unwrap())
        .unwrap();
    json!({
        "key": by.key().to_string(),
        "signature": STANDARD.encode(by.sign_raw(&payload)),
    })
    .to_string()
}

#[actix_web::test]
async fn one_key_proposes_and_another_signs() {
    let market = market();
    let (maker, other) = (
        bank(&market.stage, "江口银行"),
        bank(&market.stage, "海港保理"),
    );
    let checker = system(&market.stage, maker.actor.party());
    let app = &market.stage.app;
    let request = market.ask(&[&maker, &other]);
    let listed = market
        .get(
            &maker,
            "/v1/requests?standing=to_quote&currency=CNY&least=3000",
        )
        .await;
    assert_eq!(listed.status, 200, "{}", listed.json);
    let obligor = listed.json["items"][0]["obligor"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let none = market.get(&maker, "/v1/requests?standing=quoted").await;
    assert_eq!(none.json["items"], json!([]));
    let bad = market.get(&maker, "/v1/requests?least=1").await;
    assert_eq!(bad.code(), "currency_missing");

    let answers = format!("/v1/requests/{request}/answers");
    let terms: Value = serde_json::from_str(&market.terms("2.4")).unwrap();
    let body = json!({"terms": terms, "word": "老客户"}).to_string();
    let early = market.post(&maker, &answers, &body, Some("a-0")).await;
    assert_eq!(early.code(), "disclosure_not_checked");
    let look = json!({"looked_up_on": OPENING, "source": "票据信息披露平台", "finding": "clean"});
    let path = format!("/v1/obligors/{obligor}/disclosure");
    assert_eq!(
        market
            .post(&maker, &path, &look.to_string(), None)
            .await
            .status,
        204
    );
    let note = json!({"note": "额度充足"}).to_string();
    let path = format!("/v1/obligors/{obligor}/notes");
    assert_eq!(market.post(&maker, &path, &note, None).await.status, 204);
    let proposed = market.post(&maker, &answers, &body, Some("a-1")).await;
    assert_eq!(proposed.status, 200, "{}", proposed.json);
    let again = market.post(&maker, &answers, &body, Some("a-1")).await;
    assert_eq!(again.json, proposed.json);
    let proposal = proposed.json["proposal"].as_str().unwrap();

    // Another bank sees neither the proposal nor what was written down.
    assert_eq!(market.get(&other, &answers).await.json["items"], json!([]));
    let theirs = market.get(&other, &format!("/v1/obligors/{obligor}")).await;
    assert_eq!(
        (&theirs.json["notes"], &theirs.json["disclosure"]),
        (&json!([]), &json!([]))
    );
    let mine = market.get(&maker, &format!("/v1/obligors/{obligor}")).await;
    assert_eq!(mine.json["notes"][0]["note"], "额度充足");
    assert_eq!(mine.json["gate"], Value::Null);

    let approve = format!("/v1/answers/{proposal}/approve");
    let seen = market.get(&maker, &answers).await;
    let own = approval(&maker.system, &seen.json["items"][0]);
    assert_eq!(
        market
            .post(&maker, &approve, &own, Some("b-0"))
            .await
            .code(),
        "same_person"
    );
    let lent = send(app, Some(&checker), Call::post(&approve, &own, Some("b-1"))).await;
    assert_eq!(lent.code(), "not_your_key");
    let theirs = approval(&other.system, &seen.json["items"][0]);
    assert_eq!(
        market
            .post(&other, &approve, &theirs, Some("b-2"))
            .await
            .status,
        404
    );
    let good = approval(&checker, &seen.json["items"][0]);
    let done = send(
        app,
        Some(&checker),
        Call::post(&approve, &good, Some("b-3")),
    )
    .await;
    assert_eq!(done.status, 200, "{}", done.json);
    let quote = done.json["quote"].as_str().unwrap();
    let quote = market.get(&maker, &format!("/v1/quotes/{quote}")).await;
    assert_eq!(quote.json["state"], "offered");
    let status = market.get(&maker, &format!("/v1/obligors/{obligor}")).await;
    assert_eq!(status.json["exposure"][0]["offered"]["amount"], "3000.00");
}

#[actix_web::test]
async fn a_no_is_sent_back_taken_back_and_sent() {
    let market = market();
    let maker = bank(&market.stage, "江口银行");
    let checker = system(&market.stage, maker.actor.party());
    let app = &market.stage.app;
    let request = market.ask(&[&maker]);
    let answers = format!("/v1/requests/{request}/answers");
    let propose = async |key: &str| {
        let done = market.post(&maker, &answers, "{}", Some(key)).await;
        assert_eq!(done.status, 200, "{}", done.json);
        done.json["proposal"].as_str().unwrap().to_owned()
    };
    let first = propose("n-1").await;
    let back = format!("/v1/answers/{first}/return");
    let word = json!({"word": "请报价"}).to_string();
    assert_eq!(
        send(app, Some(&checker), Call::post(&back, &word, None))
            .await
            .status,
        204
    );
    let second = propose("n-2").await;
    let withdraw = format!("/v1/answers/{second}/withdraw");
    let foreign = send(app, Some(&checker), Call::post(&withdraw, "", None)).await;
    assert_eq!(foreign.code(), "answer_not_yours");
    assert_eq!(market.post(&maker, &withdraw, "", None).await.status, 204);
    let third = propose("n-3").await;
    let approve = format!("/v1/answers/{third}/approve");
    let sent = send(app, Some(&checker), Call::post(&approve, "{}", Some("n-4"))).await;
    assert_eq!(
        (sent.status, &sent.json["quote"]),
        (200, &Value::Null),
        "{}",
        sent.json
    );
    let seen = market.get(&maker, &format!("/v1/requests/{request}")).await;
    assert_eq!(
        (&seen.json["standing"], &seen.json["state"]),
        (&json!("declined"), &json!("declined"))
    );
}
