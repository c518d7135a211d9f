//! The whole site in one process: every door mounted as the executable mounts them, on a database
//! of its own. Each answer says which of the site's patterns the router found for it.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use actix_web::App as WebApp;
use actix_web::HttpResponse;
use actix_web::HttpServer;
use actix_web::dev::Service as _;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::HeaderName;
use actix_web::http::header::HeaderValue;
use chrono::NaiveDate;
use ledger_app::app::App;
use ledger_store::unit_of_work::Store;
use ledger_store::unit_of_work::StoreConfig;
use platform::config;
use platform::doors;
use platform::doors::Doors;
use platform::job_runner::DeskRunner;
use platform::open;
use tempfile::TempDir;
use testkit::database::TestDatabase;

/// Where the router tells all its patterns; no address of the house.
const EVERY_ROUTE: &str = "/every-route";

/// The header with the pattern that the router found.
pub(crate) const PATTERN: &str = "x-pattern";

/// The first business date: a Monday.
pub(crate) const OPENING: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 9).unwrap();

/// A site that is being served.
pub(crate) struct Site {
    pub(crate) app: App,
    /// Address without a path.
    pub(crate) url: String,
    pub(crate) database: TestDatabase,
    stop: actix_web::dev::ServerHandle,
    _data: TempDir,
}

impl Drop for Site {
    fn drop(&mut self) {
        // Stopping is asked for; the thread ends with the process if it is slow.
        std::mem::drop(self.stop.stop(false));
    }
}

/// A configuration as an operator writes it.
fn configuration(database: &TestDatabase, folder: &str, url: &str) -> String {
    let (app, owner, audit) = (
        database.url_app(),
        database.url_owner(),
        database.url_audit(),
    );
    format!(
        r#"database = "{app}"
database_owner = "{owner}"
database_audit = "{audit}"
secrets = "{folder}/secrets"
origin = "site.test/book-1"
public_url = "{url}"
secure_cookies = false
[mail]
host = "127.0.0.1"
port = 9
tls = "none"
from_email = "platform@site.test"
from_name = "Tallystick"
[bank]
name = "nobody"
url = "http://127.0.0.1:9"
initiator = "Tallystick"
"#
    )
}

impl Site {
    /// Opens the book on [`OPENING`] and serves on a free port.
    pub(crate) fn open() -> Site {
        testkit::tls::install();
        let database = TestDatabase::fresh();
        let data = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let file = data.path().join("platform.toml");
        let folder = data.path().display().to_string();
        std::fs::write(&file, configuration(&database, &folder, &url)).unwrap();
        let settings = config::read(&file).unwrap();
        let store = Store::connect(&StoreConfig::new(&settings.database)).unwrap();
        store.write(|tx| tx.business_date_advance(OPENING)).unwrap();
        let app = open::app(&settings).unwrap();
        let desk = open::desk(&settings, app.clone()).unwrap();
        let portal = doors::portal(&settings, app.clone(), Arc::new(DeskRunner::new(desk)));
        let stop = serve(listener, Doors::new(&settings, portal).unwrap());
        Site {
            app,
            url,
            database,
            stop,
            _data: data,
        }
    }

    /// Everything the router knows, as it prints itself.
    pub(crate) fn every_route(&self) -> String {
        let answer = reqwest::blocking::get(format!("{}{EVERY_ROUTE}", self.url));
        answer.unwrap().text().unwrap()
    }
}

fn serve(listener: TcpListener, doors: Doors) -> actix_web::dev::ServerHandle {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                WebApp::new()
                    .wrap(doors::headers())
                    .wrap_fn(|request, inside| {
                        let told = (request.path() == EVERY_ROUTE)
                            .then(|| format!("{:#?}", request.resource_map()));
                        let answer = match told {
                            Some(map) => Err(request.into_response(HttpResponse::Ok().body(map))),
                            None => Ok(inside.call(request)),
                        };
                        async move {
                            match answer {
                                Ok(answer) => Ok(named(answer.await?.map_into_boxed_body())),
                                Err(map) => Ok(map),
                            }
                        }
                    })
                    .configure(doors.mount())
            })
            .workers(2)
            .disable_signals()
            .listen(listener)
            .unwrap()
            .run();
            tell.send(server.handle()).unwrap();
            server.await.unwrap();
        });
    });
    told.recv_timeout(Duration::from_secs(60)).unwrap()
}

/// The answer with its pattern.
fn named<B>(mut answer: ServiceResponse<B>) -> ServiceResponse<B> {
    if let Some(pattern) = answer.request().match_pattern() {
        let value = HeaderValue::from_str(&pattern).unwrap();
        answer
            .headers_mut()
            .insert(HeaderName::from_static(PATTERN), value);
    }
    answer
}
