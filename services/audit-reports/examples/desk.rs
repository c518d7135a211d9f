//! Serves the auditor's pages over a played book, to be looked at. Needs the unit-test cluster:
//! `TALLYSTICK_TEST_PG=$(…) cargo run -p audit-reports --example desk -- 8098 web-ui/static`, then
//! `http://127.0.0.1:8098/audit?lang=en`.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    dead_code,
    reason = "an example stops at the first surprise; the tests use more of the stage"
)]

#[path = "../tests/it/chain.rs"]
mod chain;
#[path = "../tests/it/maturity.rs"]
mod maturity;
#[path = "../tests/it/stage.rs"]
mod stage;

use std::sync::Arc;

use actix_web::App;
use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::HttpServer;
use actix_web::web;
use audit_reports::door::AuditDoor;
use audit_reports::gate::Admission;
use audit_reports::gate::Auditor;
use audit_reports::gate::AuditorGate;
use audit_reports::language::Language;
use audit_reports::routes::scope;
use audit_reports::snapshot::AuditDatabase;

/// Lets everybody in; `?lang=en` asks for English.
struct OpenGate;

impl AuditorGate for OpenGate {
    fn admit(&self, request: &HttpRequest) -> Admission {
        let language = if request.query_string().contains("lang=en") {
            Language::English
        } else {
            Language::Chinese
        };
        Box::pin(async move {
            Ok(Auditor {
                name: "周敏".to_owned(),
                party: "衡信会计师事务所".to_owned(),
                language,
                csrf: String::new(),
            })
        })
    }
}

async fn asset(folder: web::Data<String>, name: web::Path<String>) -> HttpResponse {
    let kind = if name.ends_with(".css") {
        "text/css; charset=utf-8"
    } else {
        "image/svg+xml"
    };
    let bytes = std::fs::read(format!("{}/{name}", folder.as_str())).unwrap();
    HttpResponse::Ok().content_type(kind).body(bytes)
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().unwrap().parse().unwrap();
    let folder = web::Data::new(arguments.next().unwrap());
    let stage = stage::Stage::new();
    let played = chain::Chain::play(&stage).then_maturity(&stage);
    stage.seal();
    let door = AuditDoor {
        database: AuditDatabase::new(&stage.database.url_audit()).unwrap(),
        gate: Arc::new(OpenGate),
        stylesheet: "/assets/portal.css".to_owned(),
        icon: "/assets/tally.svg".to_owned(),
    };
    eprintln!("papers {} {}", played.long.number, played.short.number);
    HttpServer::new(move || {
        App::new()
            .app_data(folder.clone())
            .route("/assets/{name}", web::get().to(asset))
            .service(scope(door.clone()))
    })
    .workers(1)
    .bind(("127.0.0.1", port))?
    .run()
    .await
}
