//! An auditor whom the gate let in, with the request: what every report is asked by.

use std::future::Future;
use std::pin::Pin;

use actix_web::FromRequest;
use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::web;

use crate::door::AuditDoor;
use crate::gate::Auditor;
use crate::pages::Frame;

/// Somebody inside. A handler that takes one needs no further check: who is not let in gets what the
/// gate says instead.
#[derive(Debug)]
pub(crate) struct Inside {
    /// The door that was passed.
    pub(crate) door: web::Data<AuditDoor>,
    /// Who passed.
    pub(crate) auditor: Auditor,
    request: HttpRequest,
}

impl Inside {
    /// What surrounds a page of the part `current`.
    pub(crate) fn frame(&self, current: &str) -> Frame {
        self.door.frame(&self.request, &self.auditor, current)
    }
}

impl FromRequest for Inside {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Inside, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, _body: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let Some(door) = request.app_data::<web::Data<AuditDoor>>().cloned() else {
                tracing::error!("the reports were mounted without their door");
                let nothing = HttpResponse::InternalServerError().finish();
                return Err(InternalError::from_response("no door", nothing).into());
            };
            match door.gate.admit(&request).await {
                Ok(auditor) => Ok(Inside {
                    door,
                    auditor,
                    request,
                }),
                Err(refusal) => Err(InternalError::from_response("not let in", refusal).into()),
            }
        })
    }
}
