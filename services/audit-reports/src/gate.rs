//! Who is let in. The platform says so; this room knows no sessions and no passwords.

use std::future::Future;
use std::pin::Pin;

use actix_web::HttpRequest;
use actix_web::HttpResponse;

use crate::language::Language;

/// An auditor at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auditor {
    /// The person.
    pub name: String,
    /// For whom.
    pub party: String,
    /// Language of the pages.
    pub language: Language,
    /// Token for the portal's own forms in the frame (sign out, language). Nothing here takes forms.
    pub csrf: String,
}

/// The answer of a gate: an auditor, or what to send instead (a sign-in page, a refusal).
pub type Admission = Pin<Box<dyn Future<Output = Result<Auditor, HttpResponse>>>>;

/// Says whether a request is an auditor's. Asked before every report; a refusal ends the request.
pub trait AuditorGate: Send + Sync {
    /// Identifies who asks. Blocking work belongs on the blocking pool.
    fn admit(&self, request: &HttpRequest) -> Admission;
}
