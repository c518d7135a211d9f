//! The platform's executable and the settings it is started with.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

use crate::stage::ORIGIN;

/// Where an installation finds what it needs.
#[derive(Debug)]
pub(crate) struct Settings<'s> {
    /// libpq address of the application role.
    pub(crate) database: String,
    /// … of the owner of the tables.
    pub(crate) owner: String,
    /// … of the auditor's role.
    pub(crate) audit: String,
    /// Folder of its secrets.
    pub(crate) secrets: &'s Path,
    /// Where its bank listens.
    pub(crate) bank: SocketAddr,
}

impl Settings<'_> {
    /// As the configuration file says it. Nobody listens where its mail would go.
    pub(crate) fn to_toml(&self) -> String {
        format!(
            "database = \"{}\"\ndatabase_owner = \"{}\"\ndatabase_audit = \"{}\"\n\
             secrets = \"{}\"\norigin = \"{ORIGIN}\"\npublic_url = \"http://127.0.0.1:9\"\n\
             [mail]\nhost = \"127.0.0.1\"\nport = 9\ntls = \"none\"\n\
             from_email = \"platform@tallystick.example\"\nfrom_name = \"Tallystick\"\n\
             [bank]\nname = \"sandbox\"\nurl = \"http://{}\"\ninitiator = \"Tallystick\"\n",
            self.database,
            self.owner,
            self.audit,
            self.secrets.display(),
            self.bank,
        )
    }
}

/// The executable in this folder, to be given a sub-command.
pub(crate) fn platform(programs: &Path) -> Command {
    let mut command = Command::new(programs.join("platform"));
    // Variables named TALLYSTICK_… would be settings.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TALLYSTICK") {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null());
    command
}
