//! Problems as the OpenAPI document describes them; http-support writes them.

use serde::Serialize;
use utoipa::IntoResponses;
use utoipa::ToSchema;

use crate::wire_rules::ArticleOut;

/// A problem (RFC 9457). `code` is stable; the words are for people and may change.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemOut {
    /// A URI reference with a page about this code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What sort of problem; the same for every problem of a status.
    pub title: String,
    /// HTTP status, repeated.
    pub status: u16,
    /// This very case, and what to do.
    pub detail: String,
    /// Stable code.
    #[schema(example = "quote_expired")]
    pub code: String,
    /// The request, as the platform's log knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldOut>,
    /// Where the rule is written, if a rule of the day refuses (`/v1/rules`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<ArticleOut>,
}

/// One field that is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldOut {
    /// The field as the request names it.
    pub field: String,
    /// Stable code.
    pub code: String,
    /// What to do.
    pub detail: String,
}

/// What any operation may answer besides success.
#[derive(Debug, IntoResponses)]
pub enum Problems {
    /// The request can't be read, or its Idempotency-Key is missing.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(ProblemOut),
    /// The request is not signed, or its signature is not believed.
    #[response(status = 401, content_type = "application/problem+json")]
    NotIdentified(ProblemOut),
    /// This caller's role may not do this, or a quote is not signed as it must be.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemOut),
    /// There is no such thing, or the caller may not know that there is.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemOut),
    /// Too late, too early, or somebody was faster.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemOut),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemOut),
    /// The body is not JSON by its Content-Type.
    #[response(status = 415, content_type = "application/problem+json")]
    MediaType(ProblemOut),
    /// The content can't be accepted; `errors` names fields.
    #[response(status = 422, content_type = "application/problem+json")]
    Refused(ProblemOut),
    /// Too many requests; come back after Retry-After.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(ProblemOut),
    /// A fault of the platform.
    #[response(status = 500, content_type = "application/problem+json")]
    Fault(ProblemOut),
    /// Busy; come back after Retry-After.
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(ProblemOut),
}
