//! The demo: everything on loopback, in one folder, started and stopped together.

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::ExitCode;

use ledger_app::app::App;
use serde_json::json;

use crate::command_line::Demo;
use crate::config::BankSettings;
use crate::config::DocumentSettings;
use crate::config::MailSettings;
use crate::config::Settings;
use crate::config::WebhookSettings;
use crate::demo_chain;
use crate::demo_history;
use crate::demo_people::Cast;
use crate::failure::Context;
use crate::failure::Failure;
use crate::job_runner::DeskRunner;
use crate::open;
use crate::open::say;
use crate::sandbox::BankControl;
use crate::sandbox::Sandbox;
use crate::secrets;
use crate::serve;
use crate::serve::Served;

/// What runs beside the platform.
struct Beside {
    bank: Sandbox,
    mailbox: Sandbox,
    token: String,
    control: BankControl,
}

impl Beside {
    fn start(demo: &Demo) -> Result<Beside, Failure> {
        let token = hex::encode(secrets::secret(&demo.data.join("sandbox-bank.token"))?);
        let database = address(demo, "tallystick_bank");
        let bank = Sandbox::start(
            &demo.sandbox_bank,
            &["--first-day", &demo_history::first_day()?.to_string()],
            &[
                ("TALLYSTICK_BANK_DATABASE", database.as_str()),
                ("TALLYSTICK_BANK_CONTROL_TOKEN", token.as_str()),
            ],
        )?;
        let mail = demo.data.join("mail");
        std::fs::create_dir_all(&mail).doing("folder of letters")?;
        let folder = mail.display().to_string();
        let program = demo.sandbox_bank.with_file_name("sandbox-mailbox");
        let mailbox = Sandbox::start(&program, &["--folder", &folder], &[])?;
        let control = BankControl::new(&bank.ready, &token)?;
        Ok(Beside {
            bank,
            mailbox,
            token,
            control,
        })
    }

    /// The mailbox says `smtp 127.0.0.1:PORT http://127.0.0.1:PORT`.
    fn mailbox(&self) -> Result<(u16, String), Failure> {
        let said = &self.mailbox.ready;
        let mut words = said.split_whitespace();
        let odd = || Failure(format!("the mailbox said {said:?}"));
        let (Some("smtp"), Some(smtp), Some(page)) = (words.next(), words.next(), words.next())
        else {
            return Err(odd());
        };
        let port = smtp
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok())
            .ok_or_else(odd)?;
        Ok((port, page.to_owned()))
    }
}

fn address(demo: &Demo, role: &str) -> String {
    format!(
        "host={} user={role} dbname={}",
        quoted(&demo.socket.display().to_string()),
        quoted(&demo.database)
    )
}

/// A value of a connection string, so that both drivers take it whole: the folder may have spaces.
fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn settings(demo: &Demo, beside: &Beside, port: u16) -> Result<Settings, Failure> {
    let (smtp, _page) = beside.mailbox()?;
    Ok(Settings {
        database: address(demo, "tallystick_app"),
        database_owner: address(demo, "tallystick_owner"),
        database_audit: address(demo, "tallystick_audit"),
        secrets: demo.data.join("secrets"),
        origin: "demo.tallystick.example/book-1".to_owned(),
        calendar: "CN".to_owned(),
        calendars: None,
        listen: format!("127.0.0.1:{port}"),
        public_url: format!("http://127.0.0.1:{port}"),
        secure_cookies: false,
        behind_proxy: false,
        mail: MailSettings {
            host: "127.0.0.1".to_owned(),
            port: smtp,
            tls: "none".to_owned(),
            user: None,
            secret_file: None,
            from_email: "platform@tallystick.example".to_owned(),
            from_name: "Tallystick".to_owned(),
        },
        bank: BankSettings {
            name: "sandbox".to_owned(),
            url: beside.bank.ready.clone(),
            initiator: "Tallystick".to_owned(),
        },
        documents: DocumentSettings {
            folder: Some(demo.data.join("documents")),
            bucket: None,
        },
        // The receiver to try with runs on this machine.
        webhooks: WebhookSettings {
            allow_private_targets: true,
        },
        peers: Vec::new(),
        circle_key: None,
    })
}

/// Starts the demo, and plays a story if one is named.
pub(crate) fn run(demo: &Demo) -> Result<ExitCode, Failure> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", demo.port))
        .doing(&format!("port {} of loopback", demo.port))?;
    let port = listener.local_addr().doing("loopback")?.port();
    std::fs::create_dir_all(&demo.data).doing("data folder")?;
    let owner = address(demo, "tallystick_owner");
    ledger_store::migrations::run(&owner).doing("migration")?;
    let beside = Beside::start(demo)?;
    let settings = settings(demo, &beside, port)?;
    first_day(&settings)?;
    let app = open::app(&settings)?;
    let runner = DeskRunner {
        desk: open::desk(&settings, app.clone())?,
        bank: Some(beside.control.clone()),
    };
    let cast = demo_chain::load(&runner, &demo.data)?;
    let stage = write_stage(demo, &settings, &beside, &app, &cast)?;
    let (_smtp, mailbox) = beside.mailbox()?;
    let served = Served {
        settings: settings.clone(),
        runner,
        listener,
        mailbox: Some(mailbox.clone()),
        sandbox_bank: Some(beside.bank.ready.clone()),
        demo: true,
    };
    match &demo.story {
        None => {
            announce(&settings, &mailbox, &beside.bank.ready, &cast);
            serve::until_stopped(served, || Ok(ExitCode::SUCCESS), false)
        }
        Some(story) => {
            let story = story.clone();
            serve::until_stopped(served, move || play(&stage, &story), true)
        }
    }
}

/// Sets the first business day of a new database. Later starts find it risen.
fn first_day(settings: &Settings) -> Result<(), Failure> {
    use ledger_store::unit_of_work::Store;
    use ledger_store::unit_of_work::StoreConfig;
    let first = demo_history::first_day()?;
    let store = Store::connect(&StoreConfig::new(&settings.database)).doing("database")?;
    store
        .write(|tx| match tx.business_date_today() {
            Ok(_known) => Ok(()),
            Err(ledger_store::error::StoreError::NotFound) => tx.business_date_advance(first),
            Err(other) => Err(other),
        })
        .doing("business date")
}

/// Writes what a story needs to know: addresses, sign-ins, the banks' own keys.
fn write_stage(
    demo: &Demo,
    settings: &Settings,
    beside: &Beside,
    app: &App,
    cast: &Cast,
) -> Result<PathBuf, Failure> {
    let (_smtp, mailbox) = beside.mailbox()?;
    let stage = json!({
        "portal": settings.public_url,
        "mailbox": mailbox,
        "sandbox_bank": beside.bank.ready,
        "sandbox_bank_control_token": beside.token,
        "verifier_key": app.verifier_key(),
        "business_date": app.business_date().doing("business date")?,
        "people": cast.people,
        "api_clients": cast.api_clients,
        "parties": cast.parties,
    });
    let file = demo.data.join("stage.json");
    let text = serde_json::to_string_pretty(&stage).doing("stage.json")?;
    demo_chain::write_private(&file, &text)?;
    std::fs::write(demo.data.join("verifier-key.txt"), app.verifier_key())
        .doing("verifier-key.txt")?;
    Ok(file)
}

/// Plays a story through the public interfaces; its verdict is the exit code.
fn play(stage: &Path, story: &Path) -> Result<ExitCode, Failure> {
    let platform = std::env::current_exe().doing("own program")?;
    let player = platform.with_file_name("story-player");
    let status = Command::new(&player)
        .arg("--stage")
        .arg(stage)
        .arg("--story")
        .arg(story)
        .arg("--platform")
        .arg(&platform)
        .status()
        .doing(&player.display().to_string())?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn announce(settings: &Settings, mailbox: &str, bank: &str, cast: &Cast) {
    say("");
    say(&format!("Tallystick is ready:  {}", settings.public_url));
    say(&format!("  letters sent:       {mailbox}"));
    say(&format!("  sandbox bank:       {bank}"));
    say(&format!(
        "  financing API:      {}/v1/docs",
        settings.public_url
    ));
    say("");
    say("Sign-ins (made at random on the first start; kept in the data folder):");
    let shown = [
        "oem", "t1-1", "t2-1", "t3-1", "bank-a", "operator", "auditor",
    ];
    for person in cast
        .people
        .iter()
        .filter(|p| shown.contains(&p.party.as_str()))
    {
        say(&format!(
            "  {:<9} {:<32} {}   {}",
            person.role, person.email, person.passphrase, person.party_name
        ));
    }
    say("  all others: cast.json in the data folder; the banks' API keys: bank-keys/");
    say("");
    say("Ctrl-C stops everything.");
}
