//! A bank's system is known by the key that signed its request.

use std::num::NonZeroU32;

use actix_web::App;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::test;
use actix_web::test::TestRequest;
use actix_web::web;
use http_support::blocking;
use http_support::caller::Caller;
use http_support::caller::SignedRequests;
use http_support::message_signature::Outgoing;
use http_support::message_signature::sign;
use http_support::problem::Problem;
use http_support::request_id::trace;
use ledger_app::enrol_key;
use ledger_app::policy::Action;
use ledger_core::id::KeyId;
use ledger_core::signature::Signer;
use postgres::Client;
use postgres::NoTls;
use serde_json::Value;

use crate::stage::Stage;

const BASE: &str = "https://ledger.example.com";

/// A bank with its own key, enrolled.
fn bank_key(stage: &Stage) -> Signer {
    let bank = stage.bank("江南银行");
    let seed: [u8; 32] = ledger_app::random::bytes().unwrap();
    let unnamed = Signer::from_seed(KeyId::from_bytes([0; 16]), &seed).unwrap();
    let prepared = enrol_key::prepare(
        &stage.app,
        &stage.operator,
        bank.party(),
        unnamed.public_key(),
    )
    .unwrap();
    let signature = unnamed.sign_raw(&prepared.payload);
    let key = enrol_key::submit(&stage.app, &stage.operator, &prepared.entry, signature).unwrap();
    Signer::from_seed(key, &seed).unwrap()
}

/// Says who called, with what, and reads the idempotency key where there should be one.
async fn echo(caller: Caller) -> Result<HttpResponse, Problem> {
    let body: Value = caller.json()?;
    caller.idempotency_key()?;
    Ok(HttpResponse::Ok().json((caller.principal.party_name.clone(), body)))
}

async fn whoami(caller: Caller) -> String {
    caller.principal.subject()
}

/// A use case that the policy refuses to banks.
async fn forbidden(
    caller: Caller,
    app: web::Data<ledger_app::app::App>,
) -> Result<HttpResponse, Problem> {
    let act = |_: &_, who: &ledger_app::principal::Principal| who.may(Action::OnboardParty);
    blocking::run_as(&app, &caller.principal, &caller.source, act).await?;
    Ok(HttpResponse::Ok().finish())
}

macro_rules! door {
    ($stage:expr, $a_minute:expr) => {{
        let believed = SignedRequests::new(
            $stage.app.clone(),
            &["http://127.0.0.1:8080/".to_owned(), BASE.to_owned()],
            1_000,
            NonZeroU32::new($a_minute).unwrap(),
            false,
        );
        let door = App::new()
            .app_data(web::Data::new(believed))
            .app_data(web::Data::new($stage.app.clone()))
            .wrap(from_fn(trace))
            .route("/echo", web::post().to(echo))
            .route("/me", web::get().to(whoami))
            .route("/forbidden", web::get().to(forbidden));
        test::init_service(door).await
    }};
}

fn nonce() -> String {
    ledger_app::random::bytes::<16>()
        .unwrap()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// A request as our client sends it.
fn request(stage: &Stage, signer: &Signer, method: &str, uri: &str, body: &str) -> TestRequest {
    let target = format!("{BASE}{uri}");
    let fields = sign(
        signer,
        &Outgoing {
            method,
            target_uri: &target,
            body: body.as_bytes(),
            idempotency_key: (method == "POST").then_some("quote-1"),
            created: stage.app.clock.now().timestamp(),
            nonce: &nonce(),
        },
    )
    .unwrap();
    let mut request = TestRequest::with_uri(uri).method(method.parse().unwrap());
    for (name, value) in fields {
        request = request.insert_header((name, value));
    }
    request
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .set_payload(body.to_owned())
}

macro_rules! code {
    ($door:expr, $request:expr) => {{
        let response = test::call_service(&$door, $request.to_request()).await;
        let status = response.status().as_u16();
        let body: Value = test::read_body_json(response).await;
        (status, body["code"].as_str().unwrap_or_default().to_owned())
    }};
}

#[actix_web::test]
async fn a_signed_request_has_its_principal_and_its_exact_body() {
    let stage = Stage::new();
    let key = bank_key(&stage);
    let door = door!(stage, 100);
    let good = request(&stage, &key, "POST", "/echo", "{\"rate\":\"3.25\"}");
    let response = test::call_service(&door, good.to_request()).await;
    assert_eq!(response.status(), 200);
    let body: Value = test::read_body_json(response).await;
    assert_eq!(body, serde_json::json!(["江南银行", {"rate": "3.25"}]));
    let plain = request(&stage, &key, "GET", "/me?x=%E9%93%B6", "");
    let response = test::call_service(&door, plain.to_request()).await;
    assert_eq!(
        test::read_body(response).await,
        format!("key:{}", key.key())
    );
}

#[actix_web::test]
async fn what_is_not_believed_is_told_why() {
    let stage = Stage::new();
    let key = bank_key(&stage);
    let door = door!(stage, 100);
    let unsigned = TestRequest::get().uri("/me");
    assert_eq!(code!(door, unsigned), (401, "signature_missing".to_owned()));
    let good = |body| request(&stage, &key, "POST", "/echo", body);
    let other_body = good("{}").set_payload("{\"x\":1}");
    assert_eq!(
        code!(door, other_body),
        (401, "content_digest_wrong".to_owned())
    );
    let elsewhere = good("{}").uri("/echo?x=1");
    assert_eq!(code!(door, elsewhere), (401, "signature_wrong".to_owned()));
    let two = good("{}").append_header(("signature", "sig1=:AAAA:"));
    assert_eq!(code!(door, two), (401, "signature_missing".to_owned()));
    let large = "x".repeat(1_001);
    assert_eq!(
        code!(door, good(&large)),
        (413, "body_too_large".to_owned())
    );
    assert_eq!(code!(door, good("{")), (400, "json_malformed".to_owned()));
    let text = good("{}").insert_header((header::CONTENT_TYPE, "text/plain"));
    assert_eq!(code!(door, text), (415, "media_type_not_taken".to_owned()));
    let stranger = Signer::from_seed(KeyId::from_bytes([9; 16]), &[9; 32]).unwrap();
    let unknown = request(&stage, &stranger, "GET", "/me", "");
    assert_eq!(
        code!(door, unknown),
        (401, "signature_key_unknown".to_owned())
    );
    let posing = Signer::from_seed(key.key(), &[9; 32]).unwrap();
    let wrong = request(&stage, &posing, "GET", "/me", "");
    assert_eq!(code!(door, wrong), (401, "signature_wrong".to_owned()));
    enrol_key::revoke(&stage.app, &stage.operator, key.key()).unwrap();
    let revoked = request(&stage, &key, "GET", "/me", "");
    assert_eq!(
        code!(door, revoked),
        (401, "signature_key_unknown".to_owned())
    );
}

#[actix_web::test]
async fn a_request_is_believed_once() {
    let stage = Stage::new();
    let key = bank_key(&stage);
    let door = door!(stage, 100);
    let target = format!("{BASE}/me");
    let outgoing = Outgoing {
        method: "GET",
        target_uri: &target,
        body: b"",
        idempotency_key: None,
        created: stage.app.clock.now().timestamp(),
        nonce: &nonce(),
    };
    let fields = sign(&key, &outgoing).unwrap();
    let same = || {
        let mut request = TestRequest::get().uri("/me");
        for (name, value) in &fields {
            request = request.insert_header((*name, value.clone()));
        }
        request
    };
    assert_eq!(
        test::call_service(&door, same().to_request())
            .await
            .status(),
        200
    );
    assert_eq!(code!(door, same()), (401, "signature_replayed".to_owned()));
    let old = Outgoing {
        created: outgoing.created - 301,
        ..outgoing
    };
    let mut request = TestRequest::get().uri("/me");
    for (name, value) in sign(&key, &old).unwrap() {
        request = request.insert_header((name, value));
    }
    assert_eq!(
        code!(door, request),
        (401, "signature_out_of_window".to_owned())
    );
}

#[actix_web::test]
async fn each_key_has_its_allowance() {
    let stage = Stage::new();
    let (one, two) = (bank_key(&stage), bank_key(&stage));
    let door = door!(stage, 2);
    for _ in 0..2 {
        let good = request(&stage, &one, "GET", "/me", "");
        assert_eq!(
            test::call_service(&door, good.to_request()).await.status(),
            200
        );
    }
    let over = request(&stage, &one, "GET", "/me", "");
    assert_eq!(code!(door, over), (429, "too_many_requests".to_owned()));
    let other = request(&stage, &two, "GET", "/me", "");
    assert_eq!(
        test::call_service(&door, other.to_request()).await.status(),
        200
    );
}

#[actix_web::test]
async fn who_asks_for_what_it_may_not_stands_in_the_access_log() {
    let stage = Stage::new();
    let key = bank_key(&stage);
    let door = door!(stage, 100);
    let refused = request(&stage, &key, "GET", "/forbidden", "");
    assert_eq!(code!(door, refused), (403, "forbidden".to_owned()));
    let url = stage.database.url_app();
    let lines = std::thread::spawn(move || {
        let mut client = Client::connect(&url, NoTls).unwrap();
        let rows = client
            .query("SELECT action, detail FROM access_log", &[])
            .unwrap();
        rows.iter()
            .map(|r| (r.get(0), r.get(1)))
            .collect::<Vec<(String, String)>>()
    })
    .join()
    .unwrap();
    assert_eq!(
        lines,
        [("onboard parties".to_owned(), format!("key:{}", key.key()))]
    );
}
