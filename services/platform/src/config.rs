//! The configuration: a TOML file, overlaid by `TALLYSTICK_…` variables. Unknown keys are errors.

use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;

use crate::failure::Context;
use crate::failure::Failure;

/// All settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// libpq address for the application's role.
    pub database: String,
    /// libpq address for the owner's role; only `migrate` uses it.
    pub database_owner: String,
    /// libpq address for the auditor's role.
    pub database_audit: String,
    /// Folder with the installation's secrets, made on first use.
    pub secrets: PathBuf,
    /// Name of the book, the origin of its checkpoints.
    pub origin: String,
    /// Calendar by which papers fall due.
    #[serde(default = "default_calendar")]
    pub calendar: String,
    /// Folder of calendars instead of those shipped.
    #[serde(default)]
    pub calendars: Option<PathBuf>,
    /// Address to listen on.
    #[serde(default = "default_listen")]
    pub listen: String,
    /// Address under which people reach the portal.
    pub public_url: String,
    /// Whether cookies are only sent over TLS; off only on loopback.
    #[serde(default = "yes")]
    pub secure_cookies: bool,
    /// Whether a proxy of ours stands before the doors and says, in `Forwarded` or
    /// `X-Forwarded-For`, from where a request comes. Without one these headers are anybody's.
    #[serde(default)]
    pub behind_proxy: bool,
    /// Mail.
    pub mail: MailSettings,
    /// Bank.
    pub bank: BankSettings,
    /// Where the bytes of documents lie.
    #[serde(default)]
    pub documents: DocumentSettings,
    /// What parties' own systems are told.
    #[serde(default)]
    pub webhooks: WebhookSettings,
    /// Other platforms that are asked before an invoice is used, and may ask.
    #[serde(default)]
    pub peers: Vec<PeerSettings>,
    /// File with the key that all platforms of the circle share, 64 hexadecimal digits.
    #[serde(default)]
    pub circle_key: Option<PathBuf>,
}

/// Where the bytes of documents lie: a folder, or a bucket of a service that speaks S3.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentSettings {
    /// The folder; beside the secrets' folder if nothing is said.
    #[serde(default)]
    pub folder: Option<PathBuf>,
    /// A bucket instead.
    #[serde(default)]
    pub bucket: Option<BucketSettings>,
}

/// A bucket.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketSettings {
    /// Address of the service.
    pub endpoint: String,
    /// Region, as the service calls it.
    pub region: String,
    /// Name of the bucket.
    pub name: String,
    /// Access key.
    pub access_key: String,
    /// File with its secret.
    pub secret_file: PathBuf,
}

/// What parties' own systems are told.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Whether webhooks may have private addresses, and http. Whoever sets up a webhook then makes
    /// this server send into its own network: only where all parties are one house, or to try.
    #[serde(default)]
    pub allow_private_targets: bool,
}

/// Another platform of the circle.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerSettings {
    /// Its name here.
    pub name: String,
    /// Its address, https; plain http on loopback only.
    pub url: String,
    /// Its public key, 64 hexadecimal digits, as its `platform peer-key` prints it.
    pub public_key: String,
}

/// The mail server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// Host.
    pub host: String,
    /// Port.
    pub port: u16,
    /// `none`, `starttls` or `tls`.
    pub tls: String,
    /// Sign-in name, if the server wants one.
    #[serde(default)]
    pub user: Option<String>,
    /// File with the sign-in secret.
    #[serde(default)]
    pub secret_file: Option<PathBuf>,
    /// Address letters come from.
    pub from_email: String,
    /// Name letters come from.
    pub from_name: String,
}

/// The bank's channel.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankSettings {
    /// Name under which the position in its feed is kept.
    pub name: String,
    /// Base address.
    pub url: String,
    /// Name of the party that presents on behalf of holders.
    pub initiator: String,
}

fn default_calendar() -> String {
    "CN".to_owned()
}

fn default_listen() -> String {
    "127.0.0.1:8080".to_owned()
}

const fn yes() -> bool {
    true
}

/// Reads a configuration.
///
/// # Errors
/// The file can't be read, or holds an unknown key or a value of another type.
pub fn read(path: &Path) -> Result<Settings, Failure> {
    config::Config::builder()
        .add_source(config::File::from(path))
        .add_source(config::Environment::with_prefix("TALLYSTICK").separator("__"))
        .build()
        .and_then(config::Config::try_deserialize)
        .doing(&format!("configuration {}", path.display()))
}
