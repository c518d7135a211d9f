//! Mounts the doors: portal, financing API, auditor's reports.

use std::num::NonZeroU32;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::middleware::DefaultHeaders;
use actix_web::web;
use audit_reports::door::AuditDoor;
use audit_reports::gate::Admission;
use audit_reports::gate::Auditor;
use audit_reports::gate::AuditorGate;
use audit_reports::language::Language as ReportLanguage;
use audit_reports::snapshot::AuditDatabase;
use finance_api::routes::Door as FinanceDoor;
use finance_api::routes::LARGEST_BODY;
use finance_api::routes::LARGEST_LIST;
use http_support::blocking;
use http_support::caller::SignedRequests;
use http_support::cursor::Cursors;
use http_support::peer_caller::PeerRequests;
use ledger_app::app::App;
use ledger_app::language::Language;
use web_ui::assets;
use web_ui::portal::JobRunner;
use web_ui::portal::Portal;
use web_ui::portal_memory::PortalMemory;
use web_ui::session;

use crate::circle;
use crate::config::Settings;
use crate::failure::Context;
use crate::failure::Failure;
use crate::secrets;

/// Requests a minute that one bank's key may make: a busy desk with room to spare.
const REQUESTS_A_MINUTE: NonZeroU32 = NonZeroU32::new(600).unwrap();

/// The doors, put together once for all workers.
#[derive(Debug, Clone)]
pub struct Doors {
    portal: Portal,
    finance: FinanceDoor,
    audit: AuditDoor,
}

impl Doors {
    /// Puts them together.
    ///
    /// # Errors
    /// The key of the cursors can't be read, or the auditor's database can't be named.
    pub fn new(settings: &Settings, portal: Portal) -> Result<Doors, Failure> {
        let cursor_key = secrets::secret(&settings.secrets.join("cursors.key"))?;
        let urls = [settings.public_url.clone()];
        let app = portal.app.clone();
        let (url, behind_proxy) = (&urls, settings.behind_proxy);
        let signed = |largest| {
            SignedRequests::new(app.clone(), url, largest, REQUESTS_A_MINUTE, behind_proxy)
        };
        let peers = PeerRequests::new(signed(LARGEST_BODY), circle::known(settings)?);
        let (signed, lists) = (signed(LARGEST_BODY), signed(LARGEST_LIST));
        Ok(Doors {
            finance: FinanceDoor::new(app.clone(), signed, lists, Cursors::new(&cursor_key))
                .with_peers(peers),
            audit: AuditDoor {
                database: AuditDatabase::new(&settings.database_audit)
                    .doing("auditor's database")?,
                gate: Arc::new(PortalGate {
                    app,
                    secure_cookies: portal.secure_cookies,
                }),
                stylesheet: assets::address("portal.css"),
                icon: assets::address("tally.svg"),
            },
            portal,
        })
    }

    /// Mounts them.
    pub fn mount(&self) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
        let Doors {
            portal,
            finance,
            audit,
        } = self.clone();
        move |config| {
            finance.mount(config);
            config.service(audit_reports::routes::scope(audit));
            config.configure(web_ui::routes::configure(&portal));
            config.default_service(web::to(web_ui::routes::nowhere));
        }
    }
}

/// The portal of an installation: no demo, and nothing beside it.
#[must_use]
pub fn portal(settings: &Settings, app: App, jobs: Arc<dyn JobRunner>) -> Portal {
    Portal {
        app,
        jobs,
        mailbox: None,
        demo: false,
        secure_cookies: settings.secure_cookies,
        behind_proxy: settings.behind_proxy,
        sandbox_bank: None,
        memory: PortalMemory::default(),
    }
}

/// Headers of every answer, whatever the door.
#[must_use]
pub fn headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("Referrer-Policy", "same-origin"))
}

/// Lets the portal's signed-in auditors into the reports.
struct PortalGate {
    app: App,
    secure_cookies: bool,
}

impl AuditorGate for PortalGate {
    fn admit(&self, request: &HttpRequest) -> Admission {
        let app = self.app.clone();
        let cookie = request
            .cookie(session::session_cookie_name(self.secure_cookies))
            .map(|cookie| cookie.value().to_owned());
        let path = request.uri().path().to_owned();
        Box::pin(async move {
            let Some(cookie) = cookie else {
                return Err(sign_in(&path));
            };
            let found = blocking::run(&app, move |app| session::auditor_of(app, &cookie)).await;
            match found {
                Ok(Some((who, csrf))) => Ok(Auditor {
                    name: who.name,
                    party: who.party_name,
                    language: match who.language {
                        Language::Zh => ReportLanguage::Chinese,
                        Language::En => ReportLanguage::English,
                    },
                    csrf,
                }),
                // Somebody else's session: to them there is nothing here.
                Ok(None) => Err(HttpResponse::new(StatusCode::NOT_FOUND)),
                Err(_problem) => Err(HttpResponse::new(StatusCode::SERVICE_UNAVAILABLE)),
            }
        })
    }
}

fn sign_in(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, format!("/sign-in?next={path}")))
        .finish()
}
