//! Every failure is a problem of one form, with a stable code and the id of its request.

use actix_web::App;
use actix_web::HttpResponse;
use actix_web::body::MessageBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::test;
use actix_web::web;
use http_support::headers::guarded;
use http_support::input;
use http_support::problem::Problem;
use http_support::request_id::trace;
use ledger_app::error::AppError;
use ledger_app::policy::Action;
use ledger_core::refusal::Refusal;
use serde_json::Value;

async fn number(body: web::Json<u8>) -> String {
    body.to_string()
}

async fn at_number(path: web::Path<u8>) -> String {
    path.to_string()
}

async fn asked(query: web::Query<Vec<(String, u8)>>) -> String {
    query.len().to_string()
}

async fn spent() -> Result<HttpResponse, Problem> {
    Err(AppError::from(Refusal::FragmentSpent).into())
}

async fn broken() -> Result<HttpResponse, actix_web::Error> {
    Err(actix_web::error::ErrorInternalServerError(
        "the inside says secret things",
    ))
}

macro_rules! door {
    () => {
        test::init_service(
            App::new()
                .app_data(input::json_config(16))
                .app_data(input::path_config())
                .app_data(input::query_config())
                .wrap(from_fn(guarded))
                .wrap(from_fn(trace))
                .service(web::resource("/number").route(web::post().to(number)))
                .route("/number/{n}", web::get().to(at_number))
                .route("/asked", web::get().to(asked))
                .route("/spent", web::get().to(spent))
                .route("/broken", web::get().to(broken))
                .default_service(web::to(input::nowhere)),
        )
        .await
    };
}

/// Status, code and body of an answer that must be a problem.
async fn problem<B: MessageBody>(response: ServiceResponse<B>) -> (u16, String, Value) {
    let status = response.status().as_u16();
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(kind, "application/problem+json");
    let id = response
        .headers()
        .get("request-id")
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    let body: Value = test::read_body_json(response).await;
    assert_eq!(body["status"], status);
    assert_eq!(body["request_id"], id);
    let code = body["code"].as_str().unwrap().to_owned();
    assert_eq!(body["type"], format!("/problems/{code}"));
    assert!(!body["title"].as_str().unwrap().is_empty());
    assert!(!body["detail"].as_str().unwrap().is_empty());
    (status, code, body)
}

#[actix_web::test]
async fn whatever_goes_wrong_has_one_form() {
    let door = door!();
    let post = |body: &'static str| {
        test::TestRequest::post()
            .uri("/number")
            .insert_header((header::CONTENT_TYPE, "application/json"))
            .set_payload(body)
    };
    let get = |uri: &str| test::TestRequest::get().uri(uri);
    let tries = [
        (post("nope"), 400, "json_malformed"),
        (post("300"), 422, "json_not_as_expected"),
        (post("                     1"), 413, "body_too_large"),
        (
            test::TestRequest::post().uri("/number").set_payload("1"),
            415,
            "media_type_not_taken",
        ),
        (get("/number/x"), 404, "not_found"),
        (get("/asked?a=b"), 400, "query_malformed"),
        (get("/nowhere"), 404, "not_found"),
        (get("/number"), 405, "method_not_allowed"),
        (get("/spent"), 409, "fragment_spent"),
        (get("/broken"), 500, "internal"),
    ];
    for (request, status, code) in tries {
        let response = test::call_service(&door, request.to_request()).await;
        let (got, said, body) = problem(response).await;
        assert_eq!((got, said.as_str()), (status, code), "{body}");
        assert!(!body.to_string().contains("secret"), "{body}");
    }
    let good = test::call_service(&door, post("7").to_request()).await;
    assert_eq!(good.status(), 200);
    assert_eq!(test::read_body(good).await, "7");
}

#[actix_web::test]
async fn a_callers_id_is_kept_if_it_is_decent() {
    let door = door!();
    for (brought, kept) in [("order-17.a_b", true), ("x\ty", false), ("", false)] {
        let request = test::TestRequest::get()
            .uri("/spent")
            .insert_header(("request-id", brought))
            .to_request();
        let response = test::call_service(&door, request).await;
        let id = response
            .headers()
            .get("request-id")
            .unwrap()
            .to_str()
            .unwrap();
        assert_eq!(id == brought, kept, "{brought:?} {id:?}");
        assert!(!id.is_empty());
    }
}

#[actix_web::test]
async fn every_answer_is_guarded_and_a_handlers_own_header_stays() {
    let kept = || async {
        HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "max-age=3600"))
            .finish()
    };
    let door = App::new()
        .wrap(from_fn(guarded))
        .route("/", web::get().to(HttpResponse::Ok))
        .route("/kept", web::get().to(kept));
    let door = test::init_service(door).await;
    let ask = |uri: &str| test::TestRequest::get().uri(uri).to_request();
    let plain = test::call_service(&door, ask("/")).await;
    let said = |name: &str| plain.headers().get(name).unwrap().to_str().unwrap();
    assert_eq!(said("cache-control"), "no-store");
    assert_eq!(said("x-content-type-options"), "nosniff");
    assert_eq!(said("referrer-policy"), "same-origin");
    let policy = said("content-security-policy");
    assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"));
    let kept = test::call_service(&door, ask("/kept")).await;
    assert_eq!(kept.headers().get("cache-control").unwrap(), "max-age=3600");
}

#[::core::prelude::v1::test]
fn errors_have_their_status_and_keep_our_inside_to_themselves() {
    let status = |error: AppError| {
        let problem = Problem::from(error);
        (problem.status, problem.code)
    };
    let is = |status: StatusCode, code: &str| (status, code.to_owned());
    assert_eq!(
        status(AppError::NotFound),
        is(StatusCode::NOT_FOUND, "not_found")
    );
    assert_eq!(
        status(AppError::Forbidden(Action::Quote)),
        is(StatusCode::FORBIDDEN, "forbidden")
    );
    assert_eq!(
        status(AppError::WrongPassphrase),
        is(StatusCode::FORBIDDEN, "wrong_passphrase")
    );
    assert_eq!(
        status(AppError::KeyReused),
        is(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused")
    );
    let store = |e| AppError::Store(e);
    use ledger_store::error::StoreError;
    assert_eq!(
        status(store(StoreError::Unavailable("at /run/secret".to_owned()))),
        is(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable")
    );
    assert_eq!(
        status(store(StoreError::Corrupt("row 17".to_owned()))),
        is(StatusCode::INTERNAL_SERVER_ERROR, "internal")
    );
    let busy = Problem::from(AppError::Busy {
        retry_after_seconds: 2,
    });
    assert_eq!(
        (busy.status.as_u16(), busy.retry_after_seconds),
        (503, Some(2))
    );
    for hidden in [
        AppError::Internal("row 17 of secret".to_owned()),
        store(StoreError::Unavailable("row 17 of secret".to_owned())),
        store(StoreError::Violated("row 17 of secret".to_owned())),
    ] {
        assert!(!Problem::from(hidden).detail.contains("secret"));
    }
    let field = Problem::from(AppError::invalid_field("amount", "amount_negative", "no"));
    assert_eq!(
        (field.status.as_u16(), field.errors[0].field.as_str()),
        (422, "amount")
    );
}
