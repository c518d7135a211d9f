//! Wrong callers and wrong input: a clear refusal, and the ledger is as it was.

use serde_json::Value;
use serde_json::json;

use crate::door::Call;
use crate::door::send;
use crate::ledger::bank;
use crate::ledger::market;

#[actix_web::test]
async fn foreign_things_are_not_found() {
    let market = market();
    let (invited, stranger) = (
        bank(&market.stage, "江口银行"),
        bank(&market.stage, "海港保理"),
    );
    let request = market.ask(&[&invited]);
    let quote = market.quote(&invited, &request, "3", "q-1").await;
    let document = market.document;
    for path in [
        format!("/v1/requests/{request}"),
        format!("/v1/requests/{request}/provenance"),
        format!("/v1/requests/{request}/documents/{document}"),
        format!("/v1/quotes/{quote}"),
        format!("/v1/discounts/{quote}"),
        "/v1/requests/not-an-id".to_owned(),
        format!("/v1/requests/{}", "00".repeat(16)),
    ] {
        let answer = market.get(&stranger, &path).await;
        assert_eq!((answer.status, answer.code()), (404, "not_found"), "{path}");
    }
    let terms = market.terms("3");
    let signed = market.signed_quote(&invited, &request, "3").await;
    for (path, body) in [
        (
            format!("/v1/requests/{request}/quotes/prepare"),
            terms.as_str(),
        ),
        (format!("/v1/requests/{request}/quotes"), signed.as_str()),
        (format!("/v1/requests/{request}/decline"), ""),
        (format!("/v1/quotes/{quote}/withdraw"), ""),
        (format!("/v1/discounts/{quote}/authorise"), ""),
        (
            format!("/v1/discounts/{quote}/registration"),
            "{\"certificate\":\"01234567000123456789\"}",
        ),
        (
            format!("/v1/discounts/{quote}/report"),
            "{\"reference\":\"X\"}",
        ),
    ] {
        let answer = market.post(&stranger, &path, body, Some("s-1")).await;
        assert_eq!((answer.status, answer.code()), (404, "not_found"), "{path}");
    }
    for list in [
        "/v1/requests",
        "/v1/quotes",
        "/v1/discounts",
        "/v1/holdings",
    ] {
        let answer = market.get(&stranger, list).await;
        assert_eq!(answer.json["items"], json!([]), "{list}");
    }
    // A document of the platform that no leg of the path rests on.
    let path = format!("/v1/requests/{request}/documents/{}", "11".repeat(16));
    assert_eq!(market.get(&invited, &path).await.status, 404);
}

#[actix_web::test]
async fn input_that_can_not_be_taken() {
    let market = market();
    let one = bank(&market.stage, "江口银行");
    let request = market.ask(&[&one]);
    let before = market.stage.book_size();
    let path = format!("/v1/requests/{request}/quotes/prepare");
    let good: Value = serde_json::from_str(&market.terms("3")).unwrap();
    let changed = |field: &str, value: Value| {
        let mut terms = good.clone();
        terms[field] = value;
        terms.to_string()
    };
    let fee = |kind: &str, payer: &str, value: &str| json!([{"kind": kind, "payer": payer, "basis": "flat", "value": value}]);
    let year_ago = json!("2025-11-20T00:00:00Z");
    for (body, status, code) in [
        ("{".to_owned(), 400, "json_malformed"),
        ("[]".to_owned(), 422, "json_not_as_expected"),
        (
            changed("rate_percent", json!(2.85)),
            422,
            "json_not_as_expected",
        ),
        (changed("rate_percent", json!("1e2")), 422, "not_a_decimal"),
        (changed("rate_percent", json!("-1")), 422, "not_a_decimal"),
        (changed("rate_percent", json!("1_0")), 422, "not_a_decimal"),
        (changed("rate_percent", json!("")), 422, "not_a_decimal"),
        (changed("rate_percent", json!("100.5")), 422, "rate_absurd"),
        (changed("unheard_of", json!(1)), 422, "json_not_as_expected"),
        (
            changed("day_count", json!("actual_366")),
            422,
            "day_count_unknown",
        ),
        (
            changed("recourse", json!({"mode": "maybe"})),
            422,
            "recourse_unknown",
        ),
        (
            changed("recourse", json!({"mode": "limited"})),
            422,
            "recourse_cap_not_possible",
        ),
        (
            changed("pay_date", json!("2026-02-30")),
            422,
            "json_not_as_expected",
        ),
        (
            changed("pay_date", json!("2026-03-01")),
            422,
            "pay_date_past",
        ),
        (changed("expires_at", year_ago), 422, "expiry_not_possible"),
        (
            changed("fees", fee("gift", "funder", "1.00")),
            422,
            "fee_kind_unknown",
        ),
        (
            changed("fees", fee("platform", "nobody", "1.00")),
            422,
            "fee_payer_unknown",
        ),
        (
            changed("fees", fee("confirmation", "holder", "1.00")),
            422,
            "confirmation_fee_on_holder",
        ),
        (
            changed("fees", fee("platform", "holder", "1.001")),
            422,
            "amount_too_many_decimals",
        ),
        (
            changed("fees", fee("platform", "holder", "-1.00")),
            422,
            "amount_negative",
        ),
        (
            changed("fees", fee("platform", "holder", "99999999999999999")),
            422,
            "amount_too_large",
        ),
        (
            changed("fees", fee("platform", "holder", "3000.00")),
            422,
            "discount_proceeds_not_positive",
        ),
    ] {
        let answer = market.post(&one, &path, &body, None).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{body}");
        assert!(answer.json["request_id"].is_string());
    }
    let quotes = format!("/v1/requests/{request}/quotes");
    let signed: Value =
        serde_json::from_str(&market.signed_quote(&one, &request, "3").await).unwrap();
    let changed = |field: &str, value: &str| {
        let mut quote = signed.clone();
        quote[field] = json!(value);
        quote.to_string()
    };
    for (body, status, code) in [
        (changed("body", "!"), 422, "not_base64"),
        (changed("body", "AAAA"), 422, "quote_unreadable"),
        (changed("key", "xyz"), 422, "key_id_invalid"),
        (changed("key", &"00".repeat(16)), 403, "unknown_key"),
        (changed("signature", "AAAA"), 422, "signature_length"),
        (
            changed("signature", &format!("{}==", "A".repeat(86))),
            403,
            "bad_signature",
        ),
    ] {
        let answer = market.post(&one, &quotes, &body, Some(code)).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{body}");
    }
    for (path, code) in [
        ("/v1/requests?limit=0", "limit_not_possible"),
        ("/v1/requests?limit=201", "limit_not_possible"),
        ("/v1/requests?limit=x", "query_malformed"),
        ("/v1/requests?page=2", "query_malformed"),
        ("/v1/requests?cursor=made-up", "cursor_invalid"),
        ("/v1/statement", "query_malformed"),
        (
            "/v1/statement?from=2026-03-02&to=2026-03-01",
            "statement_dates_not_possible",
        ),
        (
            "/v1/statement?from=2020-03-02&to=2026-03-01",
            "statement_dates_not_possible",
        ),
    ] {
        assert_eq!(market.get(&one, path).await.code(), code, "{path}");
    }
    let large = "x".repeat(finance_api::routes::LARGEST_BODY + 1);
    let answer = market.post(&one, &path, &large, None).await;
    assert_eq!((answer.status, answer.code()), (413, "body_too_large"));
    assert_eq!(market.stage.book_size(), before);
}

#[actix_web::test]
async fn who_is_no_finance_provider_may_nothing() {
    let market = market();
    let one = bank(&market.stage, "江口银行");
    let request = market.ask(&[&one]);
    // A person's key is no system's, whatever it signs.
    let app = &market.stage.app;
    let person = send(app, Some(&one.actor.signer), Call::get("/v1/requests")).await;
    assert_eq!(
        (person.status, person.code()),
        (401, "signature_key_unknown")
    );
    let quote = market.quote(&one, &request, "3", "q-1").await;
    let unsigned = market
        .post(
            &one,
            &format!("/v1/discounts/{quote}/authorise"),
            "",
            Some("a"),
        )
        .await;
    assert_eq!(
        (unsigned.status, unsigned.code()),
        (422, "quote_not_accepted")
    );
    market.next_day();
    let late = market.signed_quote_at_yesterday(&one, &request).await;
    assert_eq!((late.status, late.code()), (422, "pay_date_past"));
}
