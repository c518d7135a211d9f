//! Gives every request an id that stands in the answer, in the problem and in our log.

use actix_web::HttpMessage as _;
use actix_web::ResponseError as _;
use actix_web::body::BoxBody;
use actix_web::body::MessageBody;
use actix_web::dev::ServiceRequest;
use actix_web::dev::ServiceResponse;
use actix_web::http::header;
use actix_web::http::header::HeaderName;
use actix_web::http::header::HeaderValue;
use actix_web::middleware::Next;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ledger_app::random;

use crate::problem::MEDIA_TYPE;
use crate::problem::Problem;

/// The header, both ways.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

/// Longest id taken from a caller.
const LONGEST: usize = 64;

/// The id of a request, in its extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

/// The caller's own id if it is a decent one, else a new one.
fn id_of(request: &ServiceRequest) -> String {
    let brought = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|text| (1..=LONGEST).contains(&text.len()))
        .filter(|text| {
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        });
    brought.map_or_else(
        || {
            random::bytes::<12>()
                .map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes))
                .unwrap_or_default()
        },
        str::to_owned,
    )
}

/// Middleware (`actix_web::middleware::from_fn`) for doors that answer machines: sets the id, and
/// turns every failure that is not a problem yet into one, so that callers meet one form only.
///
/// # Errors
/// Only what another middleware inside hands on instead of answering; handlers' and extractors'
/// errors are answers already.
pub async fn trace<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let id = id_of(&request);
    request.extensions_mut().insert(RequestId(id.clone()));
    // Copies: the router needs the request for itself while it looks for a handler.
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let response = next.call(request).await?.map_into_boxed_body();
    let mut response = with_problem(response, &id);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    tracing::info!(
        request_id = id,
        %method,
        path,
        status = response.status().as_u16(),
        "answered"
    );
    Ok(response)
}

/// A failed answer as a problem that names the request.
fn with_problem(response: ServiceResponse<BoxBody>, id: &str) -> ServiceResponse<BoxBody> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let known = response.response().extensions().get::<Problem>().cloned();
    let mut problem = known.unwrap_or_else(|| Problem::of_status(status));
    problem.request_id = Some(id.to_owned());
    let body = serde_json::to_string(&problem).unwrap_or_default();
    let mut response = if response.response().extensions().get::<Problem>().is_some() {
        response.map_body(|_head, _old| BoxBody::new(body))
    } else {
        let fresh = problem.error_response();
        let allow = response.headers().get(header::ALLOW).cloned();
        let mut fresh = response.into_response(fresh.set_body(BoxBody::new(body)));
        if let Some(allow) = allow {
            fresh.headers_mut().insert(header::ALLOW, allow);
        }
        fresh
    };
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}
