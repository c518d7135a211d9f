//! The programs beside the demo: sandbox bank and mailbox, as children of this one.

use std::io::BufRead;
use std::io::BufReader;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use chrono::NaiveDate;
use serde_json::Value;
use serde_json::json;

use crate::failure::Context;
use crate::failure::Failure;

/// A child that is stopped with this value.
#[derive(Debug)]
pub(crate) struct Sandbox {
    child: Child,
    /// What it said when it was ready.
    pub(crate) ready: String,
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to stop.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl Sandbox {
    /// Starts a program and waits for its line `ready …`.
    pub(crate) fn start(
        program: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<Sandbox, Failure> {
        let name = program.display().to_string();
        let mut child = Command::new(program)
            .args(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .doing(&name)?;
        let out = child
            .stdout
            .take()
            .ok_or_else(|| Failure(format!("{name}: no output")))?;
        let mut line = String::new();
        let read = BufReader::new(out).read_line(&mut line);
        match (read, line.trim().strip_prefix("ready ")) {
            (Ok(_), Some(ready)) => Ok(Sandbox {
                ready: ready.to_owned(),
                child,
            }),
            _ => {
                let _gone = child.kill();
                let _reaped = child.wait();
                Err(Failure(format!("{name} did not start: {}", line.trim())))
            }
        }
    }
}

/// The sandbox bank's control door.
#[derive(Debug, Clone)]
pub(crate) struct BankControl {
    url: String,
    token: String,
    client: reqwest::blocking::Client,
}

impl BankControl {
    /// To the bank at `url`.
    pub(crate) fn new(url: &str, token: &str) -> Result<BankControl, Failure> {
        // A second provider finds one installed, which is as good.
        let _already_there = rustls::crypto::ring::default_provider().install_default();
        Ok(BankControl {
            url: url.trim_end_matches('/').to_owned(),
            token: token.to_owned(),
            client: reqwest::blocking::Client::builder()
                .timeout(Duration::from_secs(30))
                .no_proxy()
                .build()
                .doing("sandbox bank")?,
        })
    }

    fn send(&self, request: reqwest::blocking::RequestBuilder) -> Result<(), Failure> {
        let answer = request
            .bearer_auth(&self.token)
            .send()
            .doing("sandbox bank")?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let text = answer.text().unwrap_or_default();
        Err(Failure(format!("sandbox bank: {status} {text}")))
    }

    fn post(&self, path: &str, body: &Value) -> Result<(), Failure> {
        self.send(self.client.post(format!("{}{path}", self.url)).json(body))
    }

    /// Opens an account.
    pub(crate) fn open(
        &self,
        number: &str,
        owner: &str,
        bank_code: &str,
        currency: &str,
        standing_authority: bool,
    ) -> Result<(), Failure> {
        self.post(
            "/control/accounts",
            &json!({
                "id": number,
                "owner": owner,
                "bank_code": bank_code,
                "currency": currency,
                "standing_authority": standing_authority,
            }),
        )
    }

    /// Pays money in from outside the sandbox.
    pub(crate) fn fund(&self, number: &str, amount: &str) -> Result<(), Failure> {
        self.post(
            &format!("/control/accounts/{number}/fund"),
            &json!({ "amount": amount }),
        )
    }

    /// Moves the bank's day.
    pub(crate) fn set_date(&self, date: NaiveDate) -> Result<(), Failure> {
        let body = json!({ "date": date.to_string() });
        self.send(
            self.client
                .put(format!("{}/control/business-date", self.url))
                .json(&body),
        )
    }
}
