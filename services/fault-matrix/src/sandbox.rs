//! The sandbox bank as a child of ours, and its control door.

use std::io::BufRead;
use std::io::BufReader;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use chrono::NaiveDate;
use reqwest::Method;
use reqwest::blocking::Client;
use serde_json::Value;
use serde_json::json;

use crate::failure::Context;
use crate::failure::Failure;
use crate::fault::BankFault;

/// Opens the control door: the bank of a trial is on loopback and gone in a second.
const TOKEN: &str = "control-token-of-the-fault-matrix";

/// A bank that runs as long as this value lives.
#[derive(Debug)]
pub(crate) struct Bank {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    client: Client,
}

impl Drop for Bank {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to stop.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl Bank {
    /// Starts the program on `database` and waits until it is ready.
    pub(crate) fn start(
        program: &Path,
        database: &str,
        first_day: NaiveDate,
        client: &Client,
    ) -> Result<Bank, Failure> {
        let name = program.display().to_string();
        let mut child = Command::new(program)
            .args(["--first-day", &first_day.to_string()])
            .env("TALLYSTICK_BANK_DATABASE", database)
            .env("TALLYSTICK_BANK_CONTROL_TOKEN", TOKEN)
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
        let address = line.trim().strip_prefix("ready http://");
        match (read, address.and_then(|address| address.parse().ok())) {
            (Ok(_), Some(address)) => Ok(Bank {
                child,
                address,
                client: client.clone(),
            }),
            _ => {
                let _gone = child.kill();
                let _reaped = child.wait();
                Err(Failure(format!("{name} did not start: {}", line.trim())))
            }
        }
    }

    /// A client for control doors.
    pub(crate) fn control() -> Result<Client, Failure> {
        // A second provider finds one installed, which is as good.
        let _already_there = rustls::crypto::ring::default_provider().install_default();
        Client::builder()
            .timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(0)
            .no_proxy()
            .build()
            .doing("sandbox bank")
    }

    fn send(&self, method: Method, path: &str, body: &Value) -> Result<(), Failure> {
        let answer = self
            .client
            .request(method, format!("http://{}/control/{path}", self.address))
            .bearer_auth(TOKEN)
            .json(body)
            .send()
            .doing("sandbox bank")?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let text = answer.text().unwrap_or_default();
        Err(Failure(format!("sandbox bank: {path}: {status} {text}")))
    }

    /// Opens an account with some money in it.
    pub(crate) fn open(
        &self,
        (number, owner): (&str, &str),
        bank_code: &str,
        fund: &str,
        standing_authority: bool,
    ) -> Result<(), Failure> {
        let body = json!({
            "id": number,
            "owner": owner,
            "bank_code": bank_code,
            "currency": "CNY",
            "standing_authority": standing_authority,
        });
        self.send(Method::POST, "accounts", &body)?;
        self.fund(number, fund)
    }

    /// Money comes in on an account.
    pub(crate) fn fund(&self, number: &str, amount: &str) -> Result<(), Failure> {
        let path = format!("accounts/{number}/fund");
        self.send(Method::POST, &path, &json!({ "amount": amount }))
    }

    /// Closes an account: what is paid to it is rejected.
    pub(crate) fn close(&self, number: &str) -> Result<(), Failure> {
        self.send(
            Method::POST,
            &format!("accounts/{number}/close"),
            &json!({}),
        )
    }

    /// Moves the bank's day.
    pub(crate) fn set_date(&self, date: NaiveDate) -> Result<(), Failure> {
        let body = json!({ "date": date.to_string() });
        self.send(Method::PUT, "business-date", &body)
    }

    /// Books what it has delayed by one step.
    pub(crate) fn step(&self) -> Result<(), Failure> {
        self.send(Method::POST, "steps", &json!({ "count": 1 }))
    }

    /// Has the bank do something wrong.
    pub(crate) fn spoil(&self, fault: &BankFault) -> Result<(), Failure> {
        let mut body = json!({ "kind": fault.kind });
        if let Some(fields) = body.as_object_mut() {
            let text = |value: &str| Value::String(value.to_owned());
            fields.extend(
                fault
                    .manner
                    .map(|manner| ("manner".to_owned(), text(manner))),
            );
            let account = fault.account.as_deref();
            fields.extend(account.map(|account| ("account".to_owned(), text(account))));
            fields.extend(fault.count.map(|count| ("count".to_owned(), json!(count))));
        }
        self.send(Method::POST, "faults", &body)
    }

    /// Has it do everything right again.
    pub(crate) fn mend(&self) -> Result<(), Failure> {
        self.send(Method::DELETE, "faults", &json!({}))
    }
}
