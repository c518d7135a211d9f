//! The example client of `fixtures/bank-client` does a bank's day against a real server.

use std::path::PathBuf;
use std::process::Command;

use chrono::Duration;
use ledger_app::sign_quote;
use ledger_core::id::QuoteId;
use serde_json::Value;

use crate::ledger::Bank;
use crate::ledger::market;
use crate::served::Served;
use crate::stage::OPENING;
use testkit::database::workspace;

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
