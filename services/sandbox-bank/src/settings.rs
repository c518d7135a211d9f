//! How the bank is told where it stands.

use std::path::PathBuf;

use clap::Parser;

/// A bank to test against: ISO 20022 over HTTP on loopback, with books of its own.
#[derive(Debug, Parser)]
#[command(name = "sandbox-bank", version)]
pub(crate) struct Settings {
    /// Address of the database; the role needs CREATE on it. The bank makes the schema
    /// sandbox_bank.
    #[arg(long, env = "TALLYSTICK_BANK_DATABASE")]
    pub(crate) database: String,
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Business date of new books; later starts find it where it was. Default: today.
    #[arg(long)]
    pub(crate) first_day: Option<chrono::NaiveDate>,
    /// File with the token of the control door.
    #[arg(long)]
    control_token_file: Option<PathBuf>,
    /// The token itself, if there is no file. Without either the control door stays shut.
    #[arg(
        long,
        env = "TALLYSTICK_BANK_CONTROL_TOKEN",
        hide = true,
        hide_env_values = true
    )]
    control_token: Option<String>,
}

impl Settings {
    /// The token of the control door.
    pub(crate) fn control_token(&self) -> Result<Option<String>, std::io::Error> {
        let token = match &self.control_token_file {
            Some(file) => Some(std::fs::read_to_string(file)?),
            None => self.control_token.clone(),
        };
        Ok(token
            .map(|token| token.trim().to_owned())
            .filter(|token| !token.is_empty()))
    }
}
