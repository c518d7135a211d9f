//! Puts the platform together from its settings.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use bank_channel::bank_client::BankClient;
use document_contents::content_place::Bucket;
use document_contents::content_place::ContentPlace;
use ledger_app::app::App;
use ledger_app::app::AppConfig;
use ledger_app::found_platform;
use ledger_app::found_platform::FoundPlatform;
use ledger_app::language::Language;
use ledger_app::move_presentations;
use ledger_app::open_book;
use ledger_app::record_payment::LONGEST_CALL;
use ledger_app::take_calendars;
use ledger_store::unit_of_work::StoreConfig;
use notices::courier::Courier;
use notices::courier::CourierSettings;
use notices::courier::TlsMode;
use notices::links::Links;
use scheduler::bank_conversation::BankDesk;
use scheduler::jobs::Desk;
use scheduler::letters::MailRoom;
use secrecy::SecretString;
use webhook_courier::sender::Sender;

use crate::calendars;
use crate::circle;
use crate::config::MailSettings;
use crate::config::Settings;
use crate::failure::Context;
use crate::failure::Failure;
use crate::secrets;

/// Brings the database to this program's form.
pub(crate) fn migrate(settings: &Settings) -> Result<ExitCode, Failure> {
    for name in ledger_store::migrations::run(&settings.database_owner).doing("migration")? {
        tracing::info!(name, "migrated");
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the platform.
///
/// # Errors
/// The database does not answer, or secrets or calendars can't be read.
pub fn app(settings: &Settings) -> Result<App, Failure> {
    let mut store = StoreConfig::new(&settings.database);
    store.pool_size = 12;
    let app = App::open(AppConfig {
        store,
        secrets: secrets::load(&settings.secrets)?,
        origin: settings.origin.clone(),
        calendars: calendars::load(settings.calendars.as_deref())?,
        calendar: settings.calendar.clone(),
    })
    .doing("opening the platform")?
    .with_contents(Arc::new(contents(settings)?));
    let app = if settings.webhooks.allow_private_targets {
        app.with_private_webhooks()
    } else {
        app
    };
    let app = match circle::of(settings)? {
        Some(circle) => app.with_circle(circle),
        None => app,
    };
    open_book::run(&app).doing("opening the book")?;
    take_calendars::run(&app).doing("taking the tables of holidays")?;
    move_presentations::run(&app).doing("moving days of presentation")?;
    Ok(app)
}

/// Where the bytes of documents lie.
fn contents(settings: &Settings) -> Result<ContentPlace, Failure> {
    let Some(bucket) = &settings.documents.bucket else {
        let beside = settings.secrets.with_file_name("documents");
        let folder = settings.documents.folder.as_ref().unwrap_or(&beside);
        return ContentPlace::folder(folder).doing("folder of documents");
    };
    let secret = std::fs::read_to_string(&bucket.secret_file).doing("secret of the bucket")?;
    ContentPlace::bucket(&Bucket {
        endpoint: bucket.endpoint.clone(),
        region: bucket.region.clone(),
        bucket: bucket.name.clone(),
        access_key: bucket.access_key.clone(),
        secret: secret.trim().to_owned(),
    })
    .doing("bucket of documents")
}

/// Puts the desk of the jobs together.
///
/// # Errors
/// An address of bank, mail server or portal is none.
pub fn desk(settings: &Settings, app: App) -> Result<Desk, Failure> {
    Ok(Desk {
        webhooks: Sender::new(app.allows_private_webhooks()).doing("webhooks")?,
        app,
        bank: BankDesk {
            name: settings.bank.name.clone(),
            client: BankClient::new(&settings.bank.url, LONGEST_CALL).doing("bank channel")?,
            initiator: settings.bank.initiator.clone(),
        },
        mail: MailRoom {
            courier: courier(&settings.mail)?,
            links: Links::parse(&settings.public_url).doing("public address")?,
        },
    })
}

fn courier(mail: &MailSettings) -> Result<Courier, Failure> {
    let tls = match mail.tls.as_str() {
        "none" => TlsMode::None,
        "starttls" => TlsMode::StartTls,
        "tls" => TlsMode::Tls,
        other => {
            return Err(Failure(format!(
                "mail.tls: {other:?} is not none, starttls or tls"
            )));
        }
    };
    let credentials = match (&mail.user, &mail.secret_file) {
        (Some(user), Some(file)) => {
            let secret = std::fs::read_to_string(file).doing("mail secret")?;
            Some((user.clone(), SecretString::from(secret.trim())))
        }
        (None, None) => None,
        _ => {
            return Err(Failure(
                "mail.user and mail.secret_file go together".to_owned(),
            ));
        }
    };
    Courier::new(&CourierSettings {
        host: mail.host.clone(),
        port: mail.port,
        tls,
        extra_root: None,
        credentials,
        from_email: mail.from_email.clone(),
        from_name: mail.from_name.clone(),
        timeout: Duration::from_secs(20),
    })
    .doing("mail server")
}

/// Enrols the operator and prints the first invitation.
pub(crate) fn found(
    settings: &Settings,
    organisation: &str,
    name: &str,
    email: &str,
) -> Result<ExitCode, Failure> {
    let app = app(settings)?;
    let (_party, token) = found_platform::run(
        &app,
        &FoundPlatform {
            organisation: organisation.to_owned(),
            display_name: name.to_owned(),
            email: email.to_owned(),
            language: Language::Zh,
        },
    )
    .doing("founding")?;
    let base = settings.public_url.trim_end_matches('/');
    say(&format!(
        "first sign-in of {email}: {base}/first-visit/{}",
        token.reveal()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Prints a line for the person who started the program.
pub(crate) fn say(line: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    // Nobody listens any more: nothing to be done about it.
    let _closed = writeln!(out, "{line}").and_then(|()| out.flush());
}
