//! The configuration: a TOML file, overlaid by `TALLYSTICK_…` variables. Unknown keys are errors.

use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;

use crate::failure::Context;
use crate::failure::Failure;

/// All settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// libpq address for the application's role.
    pub(crate) database: String,
    /// libpq address for the owner's role; only `migrate` uses it.
    pub(crate) database_owner: String,
    /// libpq address for the auditor's role.
    pub(crate) database_audit: String,
    /// Folder with the installation's secrets, made on first use.
    pub(crate) secrets: PathBuf,
    /// Name of the book, the origin of its checkpoints.
    pub(crate) origin: String,
    /// Calendar by which papers fall due.
    #[serde(default = "default_calendar")]
    pub(crate) calendar: String,
    /// Folder of calendars instead of those shipped.
    #[serde(default)]
    pub(crate) calendars: Option<PathBuf>,
    /// Address to listen on.
    #[serde(default = "default_listen")]
    pub(crate) listen: String,
    /// Address under which people reach the portal.
    pub(crate) public_url: String,
    /// Whether cookies are only sent over TLS; off only on loopback.
    #[serde(default = "yes")]
    pub(crate) secure_cookies: bool,
    /// Whether a proxy of ours stands before the doors and says, in `Forwarded` or
    /// `X-Forwarded-For`, from where a request comes. Without one these headers are anybody's.
    #[serde(default)]
    pub(crate) behind_proxy: bool,
    /// Mail.
    pub(crate) mail: MailSettings,
    /// Bank.
    pub(crate) bank: BankSettings,
}

/// The mail server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailSettings {
    /// Host.
    pub(crate) host: String,
    /// Port.
    pub(crate) port: u16,
    /// `none`, `starttls` or `tls`.
    pub(crate) tls: String,
    /// Sign-in name, if the server wants one.
    #[serde(default)]
    pub(crate) user: Option<String>,
    /// File with the sign-in secret.
    #[serde(default)]
    pub(crate) secret_file: Option<PathBuf>,
    /// Address letters come from.
    pub(crate) from_email: String,
    /// Name letters come from.
    pub(crate) from_name: String,
}

/// The bank's channel.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BankSettings {
    /// Name under which the position in its feed is kept.
    pub(crate) name: String,
    /// Base address.
    pub(crate) url: String,
    /// Name of the party that presents on behalf of holders.
    pub(crate) initiator: String,
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
pub(crate) fn read(path: &Path) -> Result<Settings, Failure> {
    config::Config::builder()
        .add_source(config::File::from(path))
        .add_source(config::Environment::with_prefix("TALLYSTICK").separator("__"))
        .build()
        .and_then(config::Config::try_deserialize)
        .doing(&format!("configuration {}", path.display()))
}
