//! What a machine is told when something did not happen: RFC 9457 problem details.

use std::fmt;

use actix_web::HttpResponse;
use actix_web::HttpResponseBuilder;
use actix_web::ResponseError;
use actix_web::http::StatusCode;
use actix_web::http::header;
use ledger_app::error::AppError;
use ledger_core::article::Article;
use ledger_core::refusal::Refusal;
use serde::Serialize;

/// The media type.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// One field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldProblem {
    /// The field as the request names it.
    pub field: String,
    /// Stable code.
    pub code: String,
    /// What to do.
    pub detail: String,
}

/// Where the rule is written that refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArticleCited {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

/// A problem. `code` is stable; `detail` is for people and may change. In JSON it also has `type`,
/// a URI reference with a page about this code, and `title`, the same for every problem of a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status.
    pub status: StatusCode,
    /// Stable code.
    pub code: String,
    /// This very case, and what to do.
    pub detail: String,
    /// The request, as our log knows it; filled in by [`crate::request_id::trace`].
    pub request_id: Option<String>,
    /// Fields that are wrong.
    pub errors: Vec<FieldProblem>,
    /// Where the rule is written, if a rule of the day refuses.
    pub article: Option<Box<ArticleCited>>,
    /// After how many seconds to come back, sent as Retry-After.
    pub retry_after_seconds: Option<u32>,
}

/// As it goes out.
#[derive(Serialize)]
struct Wire<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldProblem],
    #[serde(skip_serializing_if = "Option::is_none")]
    article: Option<&'a ArticleCited>,
}

impl Serialize for Problem {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Wire {
            kind: format!("/problems/{}", self.code),
            title: title(self.status),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: &self.code,
            request_id: self.request_id.as_deref(),
            errors: &self.errors,
            article: self.article.as_deref(),
        }
        .serialize(to)
    }
}

impl Problem {
    /// A problem of a status, with a stable code.
    #[must_use]
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Problem {
        Problem {
            status,
            code: code.to_owned(),
            detail: detail.into(),
            request_id: None,
            errors: Vec::new(),
            article: None,
            retry_after_seconds: None,
        }
    }

    /// The same, about one field.
    #[must_use]
    pub fn at_field(mut self, field: &str) -> Problem {
        self.errors.push(FieldProblem {
            field: field.to_owned(),
            code: self.code.clone(),
            detail: self.detail.clone(),
        });
        self
    }

    /// The same, with the article the rule rests on.
    #[must_use]
    pub fn citing(mut self, article: Option<Article>) -> Problem {
        self.article = article.map(|article| {
            Box::new(ArticleCited {
                en: article.en.to_owned(),
                zh: article.zh.to_owned(),
            })
        });
        self
    }

    /// The same, to be tried again later.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Problem {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The server is going down.
    #[must_use]
    pub fn stopping() -> Problem {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "stopping",
            "the server is going down; try again shortly",
        )
        .retry_after(5)
    }

    /// What a bare status says, where nobody said more: no such route, no such method.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Problem {
        let (code, detail) = match status {
            StatusCode::NOT_FOUND => ("not_found", "there is nothing at this address"),
            StatusCode::METHOD_NOT_ALLOWED => (
                "method_not_allowed",
                "this address does not know this method",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => ("body_too_large", "send a smaller body"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ("media_type_not_taken", "send application/json"),
            StatusCode::UNAUTHORIZED => ("not_identified", "sign the request"),
            StatusCode::FORBIDDEN => ("forbidden", "this is not for you to do"),
            other if other.is_server_error() => ("internal", "a fault of ours; it is in our log"),
            _ => ("bad_request", "the request can't be read"),
        };
        Problem::new(status, code, detail)
    }
}

const fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "The request can't be read",
        StatusCode::UNAUTHORIZED => "Not identified",
        StatusCode::FORBIDDEN => "Not allowed",
        StatusCode::NOT_FOUND => "Not found",
        StatusCode::METHOD_NOT_ALLOWED => "Method not allowed",
        StatusCode::CONFLICT => "The state of things forbids it",
        StatusCode::PAYLOAD_TOO_LARGE => "Too large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "Media type not taken",
        StatusCode::UNPROCESSABLE_ENTITY => "The request can't be carried out",
        StatusCode::TOO_MANY_REQUESTS => "Too many requests",
        StatusCode::SERVICE_UNAVAILABLE => "Busy",
        _ => "A fault of ours",
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code, self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut builder = HttpResponseBuilder::new(self.status);
        if let Some(seconds) = self.retry_after_seconds {
            builder.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            builder.insert_header((header::WWW_AUTHENTICATE, "Signature"));
        }
        builder.insert_header((header::CACHE_CONTROL, "no-store"));
        let body = serde_json::to_string(self).unwrap_or_default();
        let mut response = builder.content_type(MEDIA_TYPE).body(body);
        // For the middleware that knows the request's id.
        response.extensions_mut().insert(self.clone());
        response
    }
}

/// What a refusal is in HTTP: what is signed wrongly is forbidden, what came too late or too early
/// is a conflict, what could never be done can't be processed.
#[must_use]
pub const fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::UnknownPaper | Refusal::UnknownFragment => StatusCode::NOT_FOUND,
        Refusal::MissingSignature(_)
        | Refusal::UnknownKey
        | Refusal::RevokedKey
        | Refusal::WrongSigner(_)
        | Refusal::SamePerson
        | Refusal::ConsentMissing
        | Refusal::BadSignature => StatusCode::FORBIDDEN,
        early_or_late if is_conflict(early_or_late) => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// Whether it came too late or too early: it may have been lawful, or be yet.
const fn is_conflict(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::PaperExists
            | Refusal::FragmentSpent
            | Refusal::PaperNotActive
            | Refusal::FragmentNotFree
            | Refusal::NothingToAnswer
            | Refusal::AlreadyWrittenOff
            | Refusal::AlreadyInDefault
            | Refusal::NotInDefault
            | Refusal::PrincipalOwed
            | Refusal::PayoutOpen
            | Refusal::PartFrozen
            | Refusal::AlreadyFinanced
            | Refusal::WrongDate { .. }
            | Refusal::PastMaturity(_)
            | Refusal::NotDue(_)
            | Refusal::NotOverdue(_)
            | Refusal::QuoteExpired
            | Refusal::DeedExpired
            | Refusal::OrderEnded(_)
            | Refusal::FreezeStands(_)
            | Refusal::OfferStands(_)
            | Refusal::AgreementEnded(_)
            | Refusal::RedemptionEnded(_)
            | Refusal::RedemptionDoesNotFit
            | Refusal::NotThatFreeze
            | Refusal::NotThatTransfer
            | Refusal::NotNeighbours
            | Refusal::AcquiredApart
            | Refusal::ClaimDoesNotFit
            | Refusal::WriteOffSumDoesNotFit
            | Refusal::RecourseOpen
            | Refusal::NotThatOffer
            | Refusal::AgreementDoesNotFit
            | Refusal::NotThatPurchase
            | Refusal::NotRegistered { .. }
    )
}

/// A fault of ours: the caller learns nothing of our inside, our log all of it.
fn fault(error: &AppError) -> Problem {
    tracing::error!(%error, code = error.code(), "a request met a fault of ours");
    Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR)
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Problem {
        let code = error.code();
        let detail = error.to_string();
        let plain = |status| Problem::new(status, code, detail.clone());
        match &error {
            AppError::Refused(refusal) => plain(status_of(refusal)).citing(refusal.article()),
            AppError::Invalid { field, .. } => {
                let problem = plain(StatusCode::UNPROCESSABLE_ENTITY);
                match field {
                    Some(field) => problem.at_field(field),
                    None => problem,
                }
            }
            AppError::NotFound => plain(StatusCode::NOT_FOUND),
            AppError::Forbidden(_) | AppError::WrongPassphrase => plain(StatusCode::FORBIDDEN),
            AppError::KeyReused => plain(StatusCode::UNPROCESSABLE_ENTITY),
            AppError::Busy {
                retry_after_seconds,
            } => plain(StatusCode::SERVICE_UNAVAILABLE).retry_after(*retry_after_seconds),
            // The store's own words stay inside; this room doesn't know its types.
            AppError::Store(_) => match code {
                "store_unavailable" => Problem::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    code,
                    "the database is not available; ask again with the same idempotency key",
                )
                .retry_after(5),
                "duplicate" => Problem::new(
                    StatusCode::CONFLICT,
                    code,
                    "the same thing is there already, or is being done at this moment",
                )
                .retry_after(1),
                _ => fault(&error),
            },
            AppError::Internal(_) => fault(&error),
        }
    }
}
