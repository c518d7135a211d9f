//! A whole house for a test: a fresh database, people who came in by invitation with passphrases of
//! their own, and the portal served on a free port.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use actix_web::App as Site;
use actix_web::HttpServer;
use actix_web::web;
use chrono::NaiveDate;
use ledger_app::app::{App, AppConfig, PlatformSecrets};
use ledger_app::first_visit;
use ledger_app::found_platform::{self, FoundPlatform};
use ledger_app::invite_user::{self, InviteUser, Role};
use ledger_app::language::Language;
use ledger_app::onboard_party::{self, OnboardParty, SizeClass};
use ledger_app::open_book;
use ledger_app::principal::Principal;
use ledger_app::sign_in;
use ledger_core::calendar_year::CalendarYear;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::unit_of_work::StoreConfig;
use reqwest::blocking::{Client, Response};
use reqwest::redirect::Policy;
use scraper::{Html, Selector};
use testkit::database::{TestDatabase, workspace};
use web_ui::portal::{JobRunner, Portal};
use web_ui::portal_memory::PortalMemory;

/// Everybody's passphrase in a test.
pub(crate) const PASSPHRASE: &str = "seven quiet rivers meet";

/// The business date on which the house opens: a Monday.
pub(crate) const OPENING: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 9).unwrap();

/// Credit codes of the suppliers in `fixtures/payables`.
pub(crate) const SUPPLIERS: [(&str, &str); 2] = [
    ("示例制动系统有限公司", "91320500MA00EXAM1C"),
    ("示例铸造有限公司", "91330200MA00EXAM24"),
];

/// Jobs as the platform gives them; remembers what was run.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    pub(crate) ran: Mutex<Vec<String>>,
}

impl JobRunner for Jobs {
    fn names(&self) -> Vec<&'static str> {
        vec!["settle", "letters"]
    }

    fn run(&self, name: &str) -> Result<usize, String> {
        self.ran.lock().unwrap().push(name.to_owned());
        if name == "letters" {
            return Err("the mail server is away".to_owned());
        }
        Ok(3)
    }

    fn set_business_date(&self, date: NaiveDate) -> Result<(), String> {
        self.ran.lock().unwrap().push(date.to_string());
        Ok(())
    }
}

/// The house.
pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) jobs: Arc<Jobs>,
    pub(crate) address: SocketAddr,
    stop: actix_web::dev::ServerHandle,
    operator: Principal,
    pub(crate) database: TestDatabase,
}

impl Drop for House {
    fn drop(&mut self) {
        // Stopping is asked for; the thread ends with the process if it is slow.
        std::mem::drop(self.stop.stop(false));
    }
}

fn open(database: &TestDatabase) -> App {
    let calendars = ["CN-2026.csv", "CN-2027.csv"].map(|file| {
        let path = workspace().join("fixtures/calendars").join(file);
        CalendarYear::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
    });
    App::open(AppConfig {
        store: StoreConfig::new(database.url_app()),
        secrets: PlatformSecrets {
            recorder_seed: [7; 32],
            public_id_key: [8; 32],
            serial_key: [9; 32],
            webhook_key: [10; 32],
        },
        origin: "portal.test/book-1".to_owned(),
        calendars: calendars.to_vec(),
        calendar: "CN".to_owned(),
    })
    .unwrap()
}

fn serve(portal: Portal) -> (SocketAddr, actix_web::dev::ServerHandle) {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                Site::new()
                    .configure(web_ui::routes::configure(&portal))
                    .default_service(web::get().to(web_ui::routes::nowhere))
            })
            .workers(1)
            .disable_signals()
            .bind(("127.0.0.1", 0))
            .unwrap();
            let address = server.addrs()[0];
            let running = server.run();
            tell.send((address, running.handle())).unwrap();
            running.await.unwrap();
        });
    });
    told.recv_timeout(Duration::from_secs(60)).unwrap()
}

impl House {
    /// A house with operator (`operator@house.test`), auditor, an obligor with maker and checker,
    /// a bank and the two suppliers of the fixtures; sign-in names are `maker@house.test` and so on.
    pub(crate) fn open() -> House {
        House::open_behind(false)
    }

    /// The same, with or without a proxy that says from where requests come.
    pub(crate) fn open_behind(behind_proxy: bool) -> House {
        let database = TestDatabase::fresh();
        let app = open(&database);
        app.store
            .write(|tx| tx.business_date_advance(OPENING))
            .unwrap();
        open_book::run(&app).unwrap();
        let founder = FoundPlatform {
            organisation: "符木平台".to_owned(),
            display_name: "何平".to_owned(),
            email: "operator@house.test".to_owned(),
            language: Language::Zh,
        };
        let (_party, token) = found_platform::run(&app, &founder).unwrap();
        first_visit::run(&app, token.reveal(), PASSPHRASE, "test").unwrap();
        let operator = principal(&app, "operator@house.test");
        let jobs = Arc::new(Jobs::default());
        let (address, stop) = serve(Portal {
            app: app.clone(),
            jobs: jobs.clone(),
            mailbox: Some("http://127.0.0.1:9/mailbox".to_owned()),
            demo: true,
            secure_cookies: false,
            behind_proxy,
            sandbox_bank: None,
            memory: PortalMemory::default(),
        });
        let house = House {
            app,
            jobs,
            address,
            stop,
            operator,
            database,
        };
        let obligor = house.party(
            PartyKind::Obligor,
            "远山汽车股份有限公司",
            "91110000MA00YUAN2X",
        );
        house.person(obligor, "maker@house.test", Role::Maker);
        house.person(obligor, "checker@house.test", Role::Checker);
        for ((name, code), login) in SUPPLIERS.into_iter().zip(["supplier", "second"]) {
            let party = house.party(PartyKind::Supplier, name, code);
            house.person(party, &format!("{login}@house.test"), Role::Member);
        }
        let bank = house.party(PartyKind::FinanceProvider, "沙盒银行", "91440300MA00BANK1Q");
        house.person(bank, "bank@house.test", Role::Member);
        let auditor = house.party(PartyKind::Auditor, "公信会计师事务所", "");
        house.person(auditor, "auditor@house.test", Role::Auditor);
        house
    }

    pub(crate) fn party(&self, kind: PartyKind, name: &str, code: &str) -> PartyId {
        self.party_of_size(kind, name, code, SizeClass::Large)
    }

    pub(crate) fn party_of_size(
        &self,
        kind: PartyKind,
        name: &str,
        code: &str,
        size_class: SizeClass,
    ) -> PartyId {
        let new = OnboardParty {
            kind,
            name: name.to_owned(),
            name_en: String::new(),
            registration: code.to_owned(),
            check_digit_reason: "an invented code".to_owned(),
            size_class,
            email: String::new(),
            language: Language::Zh,
            account_name: name.to_owned(),
            account_number: format!("6222{:08}", name.len() * 977 + code.len()),
            account_bank_code: "313100001729".to_owned(),
            licence_note: "licence".to_owned(),
            paper_bank_code: "313100001729".to_owned(),
        };
        onboard_party::run(&self.app, &self.operator, &new).unwrap()
    }

    pub(crate) fn person(&self, party: PartyId, email: &str, role: Role) {
        let new = InviteUser {
            party,
            display_name: email.split('@').next().unwrap().to_owned(),
            email: email.to_owned(),
            language: Language::En,
            role,
        };
        let (_invited, token) = invite_user::hand_over(&self.app, &self.operator, &new).unwrap();
        first_visit::run(&self.app, token.reveal(), PASSPHRASE, "test").unwrap();
    }

    /// An address of the house.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A browser without a page yet.
    pub(crate) fn visitor(&self) -> Visitor {
        testkit::tls::install();
        let client = Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Visitor {
            client,
            root: self.url(""),
        }
    }

    /// Signs somebody in through the page.
    pub(crate) fn signed_in(&self, name: &str) -> Visitor {
        let visitor = self.visitor();
        let login = format!("{name}@house.test");
        let sent = visitor.send(
            "/sign-in",
            "/sign-in",
            &[("login", &login), ("passphrase", PASSPHRASE)],
        );
        assert_eq!(sent.status(), 303, "{name} can't sign in");
        visitor
    }
}

fn principal(app: &App, email: &str) -> Principal {
    sign_in::run(app, email, PASSPHRASE, "test")
        .unwrap()
        .principal
}

/// Somebody at a browser that keeps cookies and follows nothing by itself.
pub(crate) struct Visitor {
    pub(crate) client: Client,
    root: String,
}

impl Visitor {
    /// Gets a page.
    pub(crate) fn get(&self, path: &str) -> Response {
        self.client
            .get(format!("{}{path}", self.root))
            .send()
            .unwrap()
    }

    /// Gets a page that must be there.
    pub(crate) fn page(&self, path: &str) -> String {
        let got = self.get(path);
        assert_eq!(got.status(), 200, "{path}");
        got.text().unwrap()
    }

    /// The token in the forms of a page.
    pub(crate) fn token(&self, path: &str) -> String {
        let page = Html::parse_document(&self.get(path).text().unwrap());
        let field = Selector::parse("input[name=csrf]").unwrap();
        let field = page.select(&field).next().unwrap();
        field.attr("value").unwrap().to_owned()
    }

    /// Posts fields with the token of the page at `from`.
    pub(crate) fn send(&self, from: &str, to: &str, fields: &[(&str, &str)]) -> Response {
        let token = self.token(from);
        self.send_with(&token, to, fields)
    }

    /// Posts fields with this token.
    pub(crate) fn send_with(&self, token: &str, to: &str, fields: &[(&str, &str)]) -> Response {
        let mut all = vec![("csrf", token)];
        all.extend_from_slice(fields);
        self.client
            .post(format!("{}{to}", self.root))
            .form(&all)
            .send()
            .unwrap()
    }

    /// Uploads a file through the import page.
    pub(crate) fn upload(&self, name: &str, bytes: Vec<u8>, mapping: &str) -> Response {
        let token = self.token("/treasury/imports");
        let file = reqwest::blocking::multipart::Part::bytes(bytes).file_name(name.to_owned());
        let form = reqwest::blocking::multipart::Form::new()
            .text("csrf", token)
            .text("mapping", mapping.to_owned())
            .part("file", file);
        let to = format!("{}/treasury/imports", self.root);
        self.client.post(to).multipart(form).send().unwrap()
    }

    /// The address an answer sends the browser to.
    pub(crate) fn sent_to(answer: &Response) -> String {
        assert_eq!(answer.status(), 303);
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    /// The page of a list once it has been read to its end.
    pub(crate) fn read_result(&self, path: &str) -> String {
        let until = std::time::Instant::now() + Duration::from_secs(60);
        loop {
            let answer = self.get(path);
            let text = answer.text().unwrap();
            if !text.contains("<progress") {
                return text;
            }
            assert!(std::time::Instant::now() < until, "the file is not read");
            thread::yield_now();
        }
    }
}
