//! Standing rates over the wire: graded, prepared, signed at home, published, used, taken back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ledger_app::sign_quote;
use ledger_app::supplier_quotes;
use ledger_core::id::RequestId;
use serde_json::Value;
use serde_json::json;

use crate::ledger::Bank;
use crate::ledger::Market;
use crate::ledger::bank;
use crate::ledger::market;
use crate::stage::MATURITY;
use crate::stage::OPENING;

fn terms() -> Value {
    let row = |recourse: Value| {
        json!({
            "worst_grade": 4,
            "days_from": 1,
            "days_to": 200,
            "amount_from": "1000.00",
            "amount_to": "100000.00",
            "recourse": recourse,
            "rate_per_mille_monthly": "2",
            "day_count": "actual_360",
        })
    };
    json!({
        "currency": "CNY",
        "rows": [row(json!({"mode": "without"})), row(json!({"mode": "limited", "cap_percent": "20"}))],
        "fees": [{"kind": "platform", "payer": "funder", "basis": "flat", "value": "5.00"}],
        "payout_lag_days": 0,
        "valid_from": OPENING,
        "valid_until": MATURITY,
        "most_in_all": "50000.00",
    })
}

async fn signed(market: &Market, bank: &Bank) -> String {
    let body = terms().to_string();
    let prepared = market
        .post(bank, "/v1/rate-cards/prepare", &body, None)
        .await;
    assert_eq!(prepared.status, 200, "{}", prepared.json);
    let payload = STANDARD
        .decode(prepared.json["payload"].as_str().unwrap())
        .unwrap();
    json!({
        "body": prepared.json["body"],
        "key": bank.system.key().to_string(),
        "signature": STANDARD.encode(bank.system.sign_raw(&payload)),
    })
    .to_string()
}

#[actix_web::test]
async fn a_bank_publishes_its_rates_and_a_holder_signs_at_once() {
    let market = market();
    let (one, two) = (
        bank(&market.stage, "江口银行"),
        bank(&market.stage, "海港保理"),
    );
    let obligors = market.get(&one, "/v1/obligors").await;
    assert_eq!(obligors.status, 200, "{}", obligors.json);
    let obligor = obligors.json["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(obligors.json["items"][0]["grade"], Value::Null);
    let path = format!("/v1/obligors/{obligor}/grades");
    let graded = market
        .post(
            &one,
            &path,
            r#"{"grade": 3, "note": "listed, audited"}"#,
            None,
        )
        .await;
    assert_eq!(graded.status, 204, "{}", graded.json);
    let absurd = market.post(&one, &path, r#"{"grade": 40}"#, None).await;
    assert_eq!((absurd.status, absurd.code()), (422, "grade_not_possible"));
    let own = market.get(&one, &path).await;
    assert_eq!(own.json["items"][0]["note"], "listed, audited");
    let others = market.get(&two, &path).await;
    assert_eq!(
        others.json["items"],
        json!([]),
        "a grade is its giver's alone"
    );

    let body = signed(&market, &one).await;
    let published = market
        .post(&one, "/v1/rate-cards", &body, Some("card-1"))
        .await;
    assert_eq!(published.status, 200, "{}", published.json);
    let again = market
        .post(&one, "/v1/rate-cards", &body, Some("card-1"))
        .await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    let card = published.json["card"].as_str().unwrap().to_owned();
    let path = format!("/v1/rate-cards/{card}");
    let foreign = market.get(&two, &path).await;
    assert_eq!((foreign.status, foreign.code()), (404, "not_found"));
    let stolen = market
        .post(&two, &format!("{path}/withdraw"), "", None)
        .await;
    assert_eq!(stolen.status, 404);
    assert_eq!(
        market.get(&two, "/v1/rate-cards").await.json["items"],
        json!([])
    );

    let request = market.ask(&[&one, &two]);
    let (app, holder) = (&market.stage.app, &market.holder);
    let request = RequestId::parse(&request).unwrap();
    let offers = supplier_quotes::run(app, &holder.who, request)
        .unwrap()
        .quotes()
        .cloned()
        .collect::<Vec<_>>();
    assert_eq!(offers.len(), 2);
    let limited = offers
        .iter()
        .find(|offer| offer.quote.recourse != ledger_core::recourse::Recourse::Without)
        .unwrap();
    sign_quote::run(app, &holder.who, &holder.signing(), limited.id, None).unwrap();

    let quotes = market
        .get(&one, &format!("/v1/quotes/{}", limited.id))
        .await;
    assert_eq!(quotes.json["rate_card"], card.as_str());
    let figures = &quotes.json["figures"];
    // 3,000.00 × 2 ‰ × 184 / 30 = 36.80: 2.4 % a year.
    assert_eq!(figures["charge"]["amount"], "36.80");
    assert_eq!(figures["rate_percent"], "2.4");
    assert_eq!(
        figures["recourse"],
        json!({"mode": "limited", "cap": "600.00"})
    );
    let seen = market.get(&one, &path).await;
    assert_eq!(seen.json["used"]["amount"], "3000.00");
    assert_eq!(seen.json["rows"][1]["worst_grade"], 4);
    assert_eq!(seen.json["rows"][1]["rate_per_mille_monthly"], "2");
    for _twice in 0..2 {
        let gone = market
            .post(&one, &format!("{path}/withdraw"), "", None)
            .await;
        assert_eq!(gone.status, 204);
    }
    let list = market.get(&one, "/v1/rate-cards").await;
    assert_eq!(list.json["items"][0]["state"], "withdrawn");
}

#[actix_web::test]
async fn what_is_no_card_is_refused_by_name() {
    let market = market();
    let one = bank(&market.stage, "江口银行");
    let changes: [(&str, Value, &str); 6] = [
        ("/currency", json!("XXL"), "currency_unknown"),
        (
            "/rows/0/recourse",
            json!({"mode": "limited"}),
            "recourse_cap_not_possible",
        ),
        (
            "/rows/0/recourse",
            json!({"mode": "maybe"}),
            "recourse_unknown",
        ),
        (
            "/rows/0/rate_per_mille_monthly",
            Value::Null,
            "rate_not_one",
        ),
        (
            "/rows/0/day_count",
            json!("actual_365f"),
            "rate_needs_months",
        ),
        ("/rows/0/days_to", json!(0), "card_days_not_possible"),
    ];
    for (place, value, code) in changes {
        let mut body = terms();
        *body.pointer_mut(place).unwrap() = value;
        let path = "/v1/rate-cards/prepare";
        let refused = market.post(&one, path, &body.to_string(), None).await;
        assert_eq!((refused.status, refused.code()), (422, code), "{place}");
    }
}

/// A quote by hand may be given at a rate per month: the annual one, twelve tenths, stands in it.
#[actix_web::test]
async fn a_monthly_rate_is_quoted_as_its_annual_rate() {
    let market = market();
    let one = bank(&market.stage, "江口银行");
    let request = market.ask(&[&one]);
    let path = format!("/v1/requests/{request}/quotes/prepare");
    let mut terms: Value = serde_json::from_str(&market.terms("2.4")).unwrap();
    terms["rate_per_mille_monthly"] = json!("2");
    let both = market.post(&one, &path, &terms.to_string(), None).await;
    assert_eq!((both.status, both.code()), (422, "rate_not_one"));
    terms["rate_percent"] = Value::Null;
    let prepared = market.post(&one, &path, &terms.to_string(), None).await;
    assert_eq!(prepared.status, 200, "{}", prepared.json);
    assert_eq!(prepared.json["figures"]["rate_percent"], "2.4");
    assert_eq!(prepared.json["figures"]["charge"]["amount"], "36.80");
}
