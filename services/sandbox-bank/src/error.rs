//! What can go wrong inside the bank, and how a caller over HTTP is told.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

/// A failure or refusal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BankError {
    /// The caller did not show the control token.
    #[error("the control door opens only with its token, as Authorization: Bearer")]
    NoToken,
    /// What is named does not exist.
    #[error("{0}")]
    Unknown(String),
    /// What is asked is against the state of the books.
    #[error("{0}")]
    Conflict(String),
    /// The request itself is wrong.
    #[error("{0}")]
    Malformed(String),
    /// PostgreSQL failed.
    #[error("the books can't be reached")]
    Database(#[from] postgres::Error),
    /// The program failed.
    #[error("the bank stumbled: {0}")]
    Internal(String),
}

impl BankError {
    /// Stable code.
    const fn code(&self) -> &'static str {
        match self {
            BankError::NoToken => "control_token_required",
            BankError::Unknown(_) => "not_found",
            BankError::Conflict(_) => "conflict",
            BankError::Malformed(_) => "malformed",
            BankError::Database(_) => "books_unreachable",
            BankError::Internal(_) => "internal",
        }
    }
}

impl ResponseError for BankError {
    fn status_code(&self) -> StatusCode {
        match self {
            BankError::NoToken => StatusCode::UNAUTHORIZED,
            BankError::Unknown(_) => StatusCode::NOT_FOUND,
            BankError::Conflict(_) => StatusCode::CONFLICT,
            BankError::Malformed(_) => StatusCode::BAD_REQUEST,
            BankError::Database(_) => StatusCode::SERVICE_UNAVAILABLE,
            BankError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if matches!(self, BankError::Database(_) | BankError::Internal(_)) {
            tracing::error!(error = ?self, "request failed");
        }
        HttpResponse::build(self.status_code()).json(serde_json::json!({
            "code": self.code(),
            "detail": self.to_string(),
        }))
    }
}
