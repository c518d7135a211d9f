//! The door as the platform mounts it: the record, the gate, and how a request becomes a report.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web;
use postgres::Transaction;

use crate::error::AuditError;
use crate::gate::Auditor;
use crate::gate::AuditorGate;
use crate::overview;
use crate::pages;
use crate::pages::Frame;
use crate::pages::respond;
use crate::snapshot::AuditDatabase;

/// What the door needs.
#[derive(Clone)]
pub struct AuditDoor {
    /// The record, read by the auditor's role.
    pub database: AuditDatabase,
    /// Who is let in.
    pub gate: Arc<dyn AuditorGate>,
    /// Address of the portal's style sheet, with its hash.
    pub stylesheet: String,
    /// Address of the portal's icon.
    pub icon: String,
}

impl std::fmt::Debug for AuditDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AuditDoor({})", self.stylesheet)
    }
}

impl AuditDoor {
    /// What every page needs; the platform's day is not known yet.
    #[must_use]
    pub fn frame(&self, request: &HttpRequest, auditor: &Auditor, current: &str) -> Frame {
        Frame {
            auditor: auditor.clone(),
            stylesheet: self.stylesheet.clone(),
            icon: self.icon.clone(),
            path: request
                .uri()
                .path_and_query()
                .map_or("/audit", |path| path.as_str())
                .to_owned(),
            current: current.to_owned(),
            business_date: String::new(),
        }
    }

    /// Makes a report on the blocking pool, with the platform's day for the frame.
    ///
    /// # Errors
    /// The database's, `make`'s.
    #[expect(
        clippy::disallowed_methods,
        reason = "this room has a bridge of its own: the shared one knows the use cases"
    )]
    pub async fn report<T: Send + 'static>(
        &self,
        frame: &mut Frame,
        make: impl FnOnce(&mut Transaction<'_>) -> Result<T, AuditError> + Send + 'static,
    ) -> Result<T, AuditError> {
        let database = self.database.clone();
        let made = web::block(move || {
            database.report(|snapshot| {
                let day = overview::business_date(snapshot)?;
                Ok((day, make(snapshot)?))
            })
        });
        let (day, made) = made
            .await
            .map_err(|error| AuditError::Internal(error.to_string()))??;
        frame.business_date = day.map(|day| day.to_string()).unwrap_or_default();
        Ok(made)
    }
}

/// Why there is no report, as a page.
#[must_use]
pub fn problem(frame: Frame, error: &AuditError) -> HttpResponse {
    let status = match error {
        AuditError::NotFound => StatusCode::NOT_FOUND,
        AuditError::BadFilter(_) => StatusCode::BAD_REQUEST,
        AuditError::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
        AuditError::NoCheckpoint | AuditError::SeveralBooks => StatusCode::CONFLICT,
        _ => {
            tracing::error!(%error, code = error.code(), "a report failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    let page = pages::ProblemPage {
        frame,
        code: error.code(),
    };
    let mut answer = respond(status, &page);
    if let AuditError::Busy {
        retry_after_seconds,
    } = error
    {
        answer.headers_mut().insert(
            header::RETRY_AFTER,
            header::HeaderValue::from(*retry_after_seconds),
        );
    }
    answer
}

/// The page, or why there is none.
#[must_use]
pub fn answer(made: Result<HttpResponse, AuditError>, frame: Frame) -> HttpResponse {
    made.unwrap_or_else(|error| problem(frame, &error))
}
