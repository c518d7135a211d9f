//! The example client of `fixtures/bank-client` does a bank's day against a real server.

use std::io::BufRead as _;
use std::io::BufReader;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::ChildStdout;
use std::process::Command;
use std::process::Stdio;

use chrono::Duration;
use ledger_app::replay_webhook;
use ledger_app::set_up_webhook;
use ledger_app::sign_quote;
use ledger_core::id::QuoteId;
use serde_json::Value;

use crate::ledger::Bank;
use crate::ledger::market;
use crate::served::Served;
use crate::stage::OPENING;
use testkit::database::workspace;
use uuid::Uuid;
use webhook_courier::courier;
use webhook_courier::sender::Sender;

/// A bank whose system is the Python program.
struct Client {
    url: String,
    key: String,
    seed: tempfile::NamedTempFile,
}

fn python() -> PathBuf {
    // Named by ops/test: the Python that has the packages of ops/lib/requirements.txt.
    std::env::var_os(testkit::smtp::PYTHON_VARIABLE)
        .unwrap()
        .into()
}

impl Client {
    /// What the program prints, read; or what it says when it is refused.
    fn run(&self, arguments: &[&str]) -> Result<Value, String> {
        let done = Command::new(python())
            .arg(workspace().join("fixtures/bank-client/bank_client.py"))
            .args(["--url", &self.url, "--key-id", &self.key, "--seed-file"])
            .arg(self.seed.path())
            .args(arguments)
            .output()
            .unwrap();
        if done.status.success() {
            Ok(serde_json::from_slice(&done.stdout).unwrap())
        } else {
            Err(String::from_utf8(done.stderr).unwrap())
        }
    }
}

/// The program that takes webhooks, stopped when dropped.
struct Receiver {
    program: Child,
    says: BufReader<ChildStdout>,
}

impl Receiver {
    fn start(port: u16, secret: &Path) -> Receiver {
        let mut program = Command::new(python())
            .arg(workspace().join("fixtures/bank-client/webhook_receiver.py"))
            .args(["--port", &port.to_string(), "--secret-file"])
            .arg(secret)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut receiver = Receiver {
            says: BufReader::new(program.stdout.take().unwrap()),
            program,
        };
        assert_eq!(receiver.line()["listening"], port);
        receiver
    }

    /// The next line that it prints.
    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.says.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _gone = self.program.kill();
        let _gone = self.program.wait();
    }
}

/// A port that was free a moment ago: the address is needed before there is a secret to start with.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// The specification's own library, in another language, believes what we sign, under both secrets
/// of a change, and nothing else.
#[test]
fn the_example_receiver_is_told_and_believes_no_forgery() {
    let market = market();
    let app = market.stage.app.clone().with_private_webhooks();
    let seed: [u8; 32] = ledger_app::random::bytes().unwrap();
    let actor = market.stage.bank("江口银行");
    let system = crate::ledger::system_of(&market.stage, actor.party(), &seed);
    let bank = Bank { actor, system };
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), hex::encode(seed)).unwrap();
    let served = Served::start(&app);
    let client = Client {
        url: served.url(),
        key: bank.system.key().to_string(),
        seed: file,
    };
    let secret = tempfile::NamedTempFile::new().unwrap();
    let port = free_port();
    let address = format!("http://127.0.0.1:{port}/");
    let topics = ["request.created", "quote.signed"];
    let added = ["webhook-add", &address, topics[0], topics[1]];
    let made = client.run(&added).unwrap();
    std::fs::write(secret.path(), made["secret"].as_str().unwrap()).unwrap();
    let mut receiver = Receiver::start(port, secret.path());
    let webhook = made["webhook"].as_str().unwrap();
    let id = Uuid::parse_str(webhook).unwrap();
    let sender = Sender::new(true).unwrap();
    let now = || app.clock.now();
    let deliver = || courier::run(&app, &sender, &now).unwrap();

    client.run(&["webhook-ping", webhook]).unwrap();
    assert_eq!(deliver(), 1);
    assert_eq!(receiver.line()["type"], "webhook.ping");
    let request = market.ask(&[&bank]);
    assert_eq!(deliver(), 1);
    let message = receiver.line();
    assert_eq!(message["type"], "request.created");
    assert_eq!(message["data"]["request"], request.as_str());
    // The link leads where the client can look.
    let link = message["data"]["links"]["request"].as_str().unwrap();
    assert!(link.ends_with(&request));

    // After a change the receiver knows the earlier secret only, and still believes.
    set_up_webhook::rotate(&app, &bank.actor.who, id, 24).unwrap();
    client.run(&["webhook-ping", webhook]).unwrap();
    assert_eq!(deliver(), 1);
    assert_eq!(receiver.line()["type"], "webhook.ping");
    // A message sent again is known by its id: taken, and not printed twice.
    let log = client.run(&["webhook-log", webhook]).unwrap();
    assert_eq!(log["items"].as_array().unwrap().len(), 3);
    let newest = Uuid::parse_str(log["items"][0]["id"].as_str().unwrap()).unwrap();
    replay_webhook::one(&app, &bank.actor.who, id, newest).unwrap();
    assert_eq!(deliver(), 1);
    // Once that is out, nothing of ours is believed any more.
    set_up_webhook::rotate(&app, &bank.actor.who, id, 0).unwrap();
    client.run(&["webhook-ping", webhook]).unwrap();
    assert_eq!(deliver(), 0);
    let log = client.run(&["webhook-log", webhook]).unwrap();
    assert_eq!(log["items"][0]["status"], 401);
    let since = "2026-01-01T00:00:00Z";
    let replayed = client.run(&["webhook-replay", webhook, "--since", since]);
    assert_eq!(replayed.unwrap()["count"], 0, "it waits for its next try");
}

#[test]
fn the_example_client_lists_checks_quotes_polls_and_pays() {
    let market = market();
    let seed: [u8; 32] = ledger_app::random::bytes().unwrap();
    let actor = market.stage.bank("江口银行");
    let system = crate::ledger::system_of(&market.stage, actor.party(), &seed);
    let bank = Bank { actor, system };
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), hex::encode(seed)).unwrap();
    let served = Served::start(&market.stage.app);
    let client = Client {
        url: served.url(),
        key: bank.system.key().to_string(),
        seed: file,
    };
    let request = market.ask(&[&bank]);
    let listed = client.run(&["requests", "--standing", "to_quote"]).unwrap();
    assert_eq!(listed[0]["id"], request.as_str());
    let path = client.run(&["provenance", &request]).unwrap();
    assert_eq!(path["steps"].as_array().unwrap().len(), 4);
    let obligor = listed[0]["obligor"]["id"].as_str().unwrap();
    let status = client.run(&["obligor", obligor]).unwrap();
    assert_eq!(status["gate"], "disclosure_not_checked");

    let until = (market.stage.app.moment().unwrap() + Duration::hours(24)).to_rfc3339();
    let pay = OPENING.to_string();
    let quote = [
        "quote",
        &request,
        "--rate",
        "2.4",
        "--pay-date",
        &pay,
        "--expires-at",
        &until,
    ];
    let quoted = client.run(&quote).unwrap();
    // 3,000.00 × 2.4 % × 184 / 360 = 36.80.
    assert_eq!(quoted["figures"]["proceeds"]["amount"], "2963.20");
    let refused = client.run(&quote).unwrap_err();
    assert!(refused.contains("quote_on_offer"), "{refused}");
    let id = quoted["quote"].as_str().unwrap();
    let (app, holder) = (&market.stage.app, &market.holder);
    let parsed = QuoteId::parse(id).unwrap();
    sign_quote::run(app, &holder.who, &holder.signing(), parsed, None).unwrap();
    assert_eq!(client.run(&["poll", id]).unwrap()["state"], "accepted");
    let early = client.run(&["authorise", id]).unwrap_err();
    assert!(early.contains("not_registered"), "{early}");
    let certificate = "01234567000123456789";
    let registered = client.run(&["register", id, certificate]).unwrap();
    assert_eq!(registered["certificate"], certificate);
    assert_eq!(
        client.run(&["authorise", id]).unwrap()["state"],
        "authorised"
    );
}

/// The client checks what it is shown: a path with one byte changed is refused.
#[test]
fn the_example_client_believes_no_changed_path() {
    let checks = r#"
import base64, hashlib, sys
sys.path.insert(0, sys.argv[1])
import bank_client as c
body, signatures = b"entry", b"\x00"
leaf = b"\0" + len(body).to_bytes(4, "big") + body + signatures
b64 = lambda data: base64.b64encode(data).decode()
proof = {"body": b64(body), "signatures": b64(signatures), "keys": []}
c.check_step({"kind": "issue", "hash": hashlib.sha256(leaf).hexdigest(), "proof": proof})
try:
    c.check_step({"kind": "issue", "hash": hashlib.sha256(leaf + b"x").hexdigest(), "proof": proof})
    sys.exit("a changed entry was believed")
except ValueError:
    pass
"#;
    let done = Command::new(python())
        .args(["-c", checks])
        .arg(workspace().join("fixtures/bank-client"))
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}
