//! The doors, served in this process on a free port.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::App as HttpApp;
use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use ledger_app::app::App;
use platform::config::BankSettings;
use platform::config::MailSettings;
use platform::config::Settings;
use platform::doors;
use platform::doors::Doors;
use platform::job_runner::DeskRunner;
use platform::open;
use reqwest::StatusCode;
use reqwest::blocking::Client;
use reqwest::header;
use web_ui::portal::Portal;

use crate::failure::Failure;
use crate::failure::lost;
use crate::portal::Ground;
use crate::portal::walk::pattern_of;
use crate::tell;

/// HTTP workers, as the server has.
const WORKERS: usize = 2;

/// Longest a page may take before the run is given up.
const LONGEST_PAGE: Duration = Duration::from_secs(120);

/// A site that is served as long as this value lives.
pub(crate) struct Site {
    url: String,
    client: Client,
    stop: ServerHandle,
    serving: Option<JoinHandle<std::io::Result<()>>>,
    faults: Mutex<BTreeSet<String>>,
    /// Held to the end: its clients may not be dropped inside the server's runtime.
    _portal: Portal,
}

impl Drop for Site {
    fn drop(&mut self) {
        // Asked to stop; the thread ends when it has.
        drop(self.stop.stop(false));
        if let Some(serving) = self.serving.take() {
            let _ended = serving.join();
        }
    }
}

/// A page as it came.
#[derive(Debug)]
pub(crate) struct Sent {
    /// Whether it is a page: found, and not a file.
    pub(crate) is_page: bool,
    /// Whether the server had no room for it at this moment, or made a mistake.
    pub(crate) is_turned_away: bool,
    /// What it says; nothing of a file.
    pub(crate) text: String,
    /// Where it sends the browser instead, if that is on this site.
    pub(crate) leads_to: Option<String>,
}

impl Site {
    /// Opens it.
    pub(crate) fn open(app: App, ground: &Ground<'_>) -> Result<Site, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let settings = settings(ground, &url);
        std::fs::create_dir_all(&settings.secrets)?;
        let desk = open::desk(&settings, app.clone()).map_err(said)?;
        let portal = doors::portal(&settings, app, Arc::new(DeskRunner::new(desk)));
        let doors = Doors::new(&settings, portal.clone()).map_err(said)?;
        let (tell, told) = mpsc::channel();
        let serving = thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    HttpApp::new()
                        .wrap(doors::headers())
                        .configure(doors.mount())
                })
                .workers(WORKERS)
                .disable_signals()
                .listen(listener)?
                .run();
                // Nobody waits any more: then nobody asks for a page either.
                let _unheard = tell.send(server.handle());
                server.await
            })
        });
        let stop = told.recv().map_err(|_gone| lost("the site"))?;
        let client = Client::builder()
            .timeout(LONGEST_PAGE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| lost(error.to_string()))?;
        Ok(Site {
            url,
            client,
            stop,
            serving: Some(serving),
            faults: Mutex::default(),
            _portal: portal,
        })
    }

    /// The pages that answered with a fault of the server's own.
    pub(crate) fn faults(&self) -> BTreeSet<String> {
        let faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.clone()
    }

    /// Opens a page as the person of this cookie.
    pub(crate) fn get(&self, cookie: &str, address: &str) -> Result<Sent, Failure> {
        let broken = |error: reqwest::Error| lost(error.to_string());
        let answer = self
            .client
            .get(format!("{}{address}", self.url))
            .header(header::COOKIE, cookie)
            .send()
            .map_err(broken)?;
        let (status, headers) = (answer.status(), answer.headers());
        let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let is_turned_away = status.is_server_error();
        if is_turned_away && status != StatusCode::SERVICE_UNAVAILABLE {
            let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
            if faults.insert(pattern_of(address)) {
                tell(&format!("portal: {address} answers {status}"));
            }
        }
        let is_html = said(header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html"));
        if !status.is_success() || !is_html {
            return Ok(Sent {
                is_page: false,
                is_turned_away,
                text: String::new(),
                leads_to: said(header::LOCATION)
                    .filter(|address| address.starts_with('/'))
                    .map(str::to_owned),
            });
        }
        Ok(Sent {
            is_page: true,
            is_turned_away,
            text: answer.text().map_err(broken)?,
            leads_to: None,
        })
    }
}

fn said(failure: platform::failure::Failure) -> Failure {
    lost(failure.to_string())
}

/// Settings of an installation; nothing is sent, so mail and bank lead nowhere.
fn settings(ground: &Ground<'_>, url: &str) -> Settings {
    Settings {
        database: String::new(),
        database_owner: String::new(),
        database_audit: ground.audit.to_owned(),
        secrets: ground.data.join("portal-secrets"),
        origin: String::new(),
        calendar: "CN".to_owned(),
        calendars: None,
        listen: String::new(),
        public_url: url.to_owned(),
        secure_cookies: false,
        behind_proxy: false,
        mail: MailSettings {
            host: "127.0.0.1".to_owned(),
            port: 9,
            tls: "none".to_owned(),
            user: None,
            secret_file: None,
            from_email: "platform@bench.example".to_owned(),
            from_name: "Tallystick".to_owned(),
        },
        bank: BankSettings {
            name: "nobody".to_owned(),
            url: "http://127.0.0.1:9".to_owned(),
            initiator: "Tallystick".to_owned(),
        },
        documents: platform::config::DocumentSettings::default(),
        webhooks: platform::config::WebhookSettings::default(),
        peers: Vec::new(),
        circle_key: None,
    }
}
