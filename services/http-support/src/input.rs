//! Reads bodies, paths and queries; what can't be read becomes a problem, never actix's own page.

use actix_web::HttpResponse;
use actix_web::ResponseError;
use actix_web::error::InternalError;
use actix_web::error::JsonPayloadError;
use actix_web::error::UrlencodedError;
use actix_web::http::StatusCode;
use actix_web::web;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// Largest JSON body in bytes where a door sets no other.
pub const LARGEST_JSON: usize = 1024 * 1024;

fn error(problem: Problem) -> actix_web::Error {
    let response = problem.error_response();
    InternalError::from_response(problem, response).into()
}

/// Reads JSON from a body that has been taken already.
///
/// # Errors
/// 400 `json_malformed`; 422 `json_not_as_expected`, with line and column.
pub fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|e| of_json(&e))
}

fn of_json(error: &serde_json::Error) -> Problem {
    let (status, code) = if error.is_data() {
        (StatusCode::UNPROCESSABLE_ENTITY, "json_not_as_expected")
    } else {
        (StatusCode::BAD_REQUEST, "json_malformed")
    };
    Problem::new(status, code, error.to_string())
}

/// JSON bodies up to `largest` bytes.
#[must_use]
pub fn json_config(largest: usize) -> web::JsonConfig {
    web::JsonConfig::default()
        .limit(largest)
        .error_handler(|e, _request| error(of_json_payload(&e)))
}

fn of_json_payload(error: &JsonPayloadError) -> Problem {
    match error {
        JsonPayloadError::OverflowKnownLength { .. } | JsonPayloadError::Overflow { .. } => {
            Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE)
        }
        JsonPayloadError::ContentType => Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE),
        JsonPayloadError::Deserialize(e) => of_json(e),
        other => Problem::new(
            StatusCode::BAD_REQUEST,
            "body_unreadable",
            other.to_string(),
        ),
    }
}

/// A path that doesn't parse leads nowhere.
#[must_use]
pub fn path_config() -> web::PathConfig {
    web::PathConfig::default()
        .error_handler(|_e, _request| error(Problem::of_status(StatusCode::NOT_FOUND)))
}

/// Queries.
#[must_use]
pub fn query_config() -> web::QueryConfig {
    web::QueryConfig::default().error_handler(|e, _request| {
        error(Problem::new(
            StatusCode::BAD_REQUEST,
            "query_malformed",
            e.to_string(),
        ))
    })
}

/// Forms up to `largest` bytes.
#[must_use]
pub fn form_config(largest: usize) -> web::FormConfig {
    web::FormConfig::default()
        .limit(largest)
        .error_handler(|e, _request| error(of_form(&e)))
}

fn of_form(error: &UrlencodedError) -> Problem {
    match error {
        UrlencodedError::Overflow { .. } => Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE),
        UrlencodedError::ContentType => Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE),
        other => Problem::new(StatusCode::BAD_REQUEST, "form_malformed", other.to_string()),
    }
}

/// The default service of a door: nothing is here.
pub async fn nowhere() -> HttpResponse {
    Problem::of_status(StatusCode::NOT_FOUND).error_response()
}
