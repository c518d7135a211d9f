//! Starts the bank, speaks to it as a customer and as its operator.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::blocking::{Client, Response};
use serde_json::{Value, json};
use testkit::database::TestDatabase;

/// The obligor's account in every test.
pub(crate) const DEBTOR: &str = "1001202609000000001";
/// A supplier's account.
pub(crate) const CREDITOR: &str = "3901020000000000018";
/// Another supplier's account.
pub(crate) const OTHER: &str = "4402030000000000027";
/// The first business date of every test.
pub(crate) const DAY: &str = "2126-05-29";
const TOKEN: &str = "a-token-of-this-test";

/// A running bank with three accounts, 1,000.00 on the debtor's.
pub(crate) struct Bank {
    program: Child,
    pub(crate) url: String,
    pub(crate) http: Client,
    database: TestDatabase,
    _folder: tempfile::TempDir,
}

impl Drop for Bank {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// What the bank says of one payment: status, reason codes, bank's reference.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) status: String,
    pub(crate) reasons: Vec<String>,
    pub(crate) reference: Option<String>,
}

fn run(database: &TestDatabase, token_file: &std::path::Path) -> (Child, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_sandbox-bank"))
        .args(["--database", &database.url_bank(), "--port", "0"])
        .arg("--control-token-file")
        .arg(token_file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let stdout = program.stdout.take().unwrap();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    let url = line
        .trim()
        .strip_prefix("ready ")
        .expect("the bank says ready")
        .to_owned();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    (program, url)
}

impl Bank {
    /// Starts a bank on a fresh database.
    pub(crate) fn start() -> Bank {
        let _already_there = rustls::crypto::ring::default_provider().install_default();
        let database = TestDatabase::fresh();
        let folder = tempfile::tempdir().unwrap();
        let token_file: PathBuf = folder.path().join("token");
        std::fs::write(&token_file, format!("{TOKEN}\n")).unwrap();
        let (program, url) = run(&database, &token_file);
        let bank = Bank {
            program,
            url,
            http: Client::builder()
                .no_proxy()
                .timeout(Duration::from_secs(60))
                .build()
                .unwrap(),
            database,
            _folder: folder,
        };
        assert_eq!(bank.put("business-date", &json!({ "date": DAY })).0, 200);
        for (id, owner, code) in [
            (DEBTOR, "Huaxing Motors", "102290000011"),
            (CREDITOR, "宁波精密冲压 <A&B>", "102332000013"),
            (OTHER, "Anhui Rubber", "102360000017"),
        ] {
            let new = json!({ "id": id, "owner": owner, "bank_code": code, "currency": "CNY" });
            assert_eq!(bank.post("accounts", &new).0, 201);
        }
        let path = format!("accounts/{DEBTOR}/fund");
        assert_eq!(bank.post(&path, &json!({ "amount": "1000.00" })).0, 200);
        bank
    }

    /// Stops the program hard and starts it again on the same books.
    pub(crate) fn restart(&mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
        let token_file = self._folder.path().join("token");
        (self.program, self.url) = run(&self.database, &token_file);
    }

    /// A session of the bank's own role, for what a test does to its books.
    pub(crate) fn sql(&self) -> postgres::Client {
        postgres::Client::connect(&self.database.url_bank(), postgres::NoTls).unwrap()
    }

    fn control(&self, request: reqwest::blocking::RequestBuilder) -> (u16, Value) {
        let response = request.bearer_auth(TOKEN).send().unwrap();
        let status = response.status().as_u16();
        let body = response.text().unwrap();
        (status, serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    /// POST to the control door.
    pub(crate) fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.control(
            self.http
                .post(format!("{}/control/{path}", self.url))
                .json(body),
        )
    }

    /// PUT to the control door.
    pub(crate) fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        self.control(
            self.http
                .put(format!("{}/control/{path}", self.url))
                .json(body),
        )
    }

    /// GET from the control door.
    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        self.control(self.http.get(format!("{}/control/{path}", self.url)))
    }

    /// DELETE at the control door.
    pub(crate) fn delete(&self, path: &str) -> (u16, Value) {
        self.control(self.http.delete(format!("{}/control/{path}", self.url)))
    }

    /// The balance of an account.
    pub(crate) fn balance(&self, id: &str) -> String {
        let (_, all) = self.get("accounts");
        let accounts = all["accounts"].as_array().unwrap();
        let account = accounts.iter().find(|account| account["id"] == id).unwrap();
        account["balance"].as_str().unwrap().to_owned()
    }

    /// Sends a message to a customers' path.
    pub(crate) fn send(&self, path: &str, xml: &str) -> Response {
        let url = format!("{}/iso20022/{path}", self.url);
        self.http.post(url).body(xml.to_owned()).send().unwrap()
    }

    /// Gets from a customers' path.
    pub(crate) fn fetch(&self, path: &str) -> Response {
        self.http
            .get(format!("{}/iso20022/{path}", self.url))
            .send()
            .unwrap()
    }

    /// Orders payments and gives what the bank says of each.
    pub(crate) fn pay(&self, message_id: &str, payments: &[Payment<'_>]) -> Vec<Said> {
        let response = self.send("pain.001", &order(message_id, payments));
        assert_eq!(response.status(), 200);
        said(&response.text().unwrap())
    }

    /// Asks what became of a message.
    pub(crate) fn ask(&self, message_id: &str) -> Vec<Said> {
        said(
            &self
                .fetch(&format!("pain.002?msg={message_id}"))
                .text()
                .unwrap(),
        )
    }

    /// All notifications of an account after a cursor: cursor and XML.
    pub(crate) fn notifications(&self, account: &str, mut after: i64) -> Vec<(i64, String)> {
        let mut all = Vec::new();
        loop {
            let response = self.fetch(&format!("camt.054?account={account}&after={after}"));
            if response.status() == 204 {
                return all;
            }
            assert_eq!(response.status(), 200);
            let cursor = response.headers()["x-cursor"]
                .to_str()
                .unwrap()
                .parse()
                .unwrap();
            assert!(cursor > after);
            after = cursor;
            all.push((cursor, response.text().unwrap()));
        }
    }
}

/// A payment from the debtor's account.
#[derive(Clone, Copy)]
pub(crate) struct Payment<'p> {
    pub(crate) id: &'p str,
    pub(crate) creditor: &'p str,
    pub(crate) amount: &'p str,
}

/// A payment to the first supplier.
pub(crate) fn payment<'p>(id: &'p str, amount: &'p str) -> Payment<'p> {
    Payment {
        id,
        creditor: CREDITOR,
        amount,
    }
}

/// A pain.001 written by hand, without bank codes.
pub(crate) fn order(message_id: &str, payments: &[Payment<'_>]) -> String {
    let transactions: String = payments
        .iter()
        .map(|payment| {
            format!(
                "<CdtTrfTxInf><PmtId><InstrId>I-{id}</InstrId><EndToEndId>{id}</EndToEndId></PmtId>\
                 <Amt><InstdAmt Ccy=\"CNY\">{amount}</InstdAmt></Amt>\
                 <Cdtr><Nm>Whoever &amp; Co</Nm></Cdtr>\
                 <CdtrAcct><Id><Othr><Id>{creditor}</Id></Othr></Id></CdtrAcct>\
                 <RmtInf><Ustrd>凭证 1-100</Ustrd><Strd><CdtrRefInf><Ref>PAPER-1</Ref></CdtrRefInf>\
                 </Strd></RmtInf></CdtTrfTxInf>",
                id = payment.id,
                amount = payment.amount,
                creditor = payment.creditor,
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\"><CstmrCdtTrfInitn>\
         <GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>2126-05-29T01:00:00Z</CreDtTm>\
         <NbOfTxs>{count}</NbOfTxs><InitgPty><Nm>Huaxing Motors</Nm></InitgPty></GrpHdr>\
         <PmtInf><PmtInfId>{message_id}</PmtInfId><PmtMtd>TRF</PmtMtd>\
         <ReqdExctnDt><Dt>{DAY}</Dt></ReqdExctnDt><Dbtr><Nm>Huaxing Motors</Nm></Dbtr>\
         <DbtrAcct><Id><Othr><Id>{DEBTOR}</Id></Othr></Id></DbtrAcct>\
         <DbtrAgt><FinInstnId/></DbtrAgt>{transactions}</PmtInf></CstmrCdtTrfInitn></Document>",
        count = payments.len(),
    )
}

/// The text between two marks, for each time the first one stands.
pub(crate) fn between<'x>(xml: &'x str, open: &str, close: &str) -> Vec<&'x str> {
    xml.split(open)
        .skip(1)
        .map(|rest| rest.split(close).next().unwrap())
        .collect()
}

/// What a status report says of each payment.
pub(crate) fn said(xml: &str) -> Vec<Said> {
    between(xml, "<TxInfAndSts>", "</TxInfAndSts>")
        .into_iter()
        .map(|one| Said {
            status: between(one, "<TxSts>", "<")[0].to_owned(),
            reasons: between(one, "<Rsn><Cd>", "<")
                .into_iter()
                .map(str::to_owned)
                .collect(),
            reference: between(one, "<AcctSvcrRef>", "<")
                .first()
                .map(|r| (*r).to_owned()),
        })
        .collect()
}
