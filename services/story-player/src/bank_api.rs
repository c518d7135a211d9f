//! A bank's own client of the financing API: requests signed with its key (RFC 9421), answers as
//! JSON, refusals as problems (RFC 9457).

use std::cell::Cell;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http_support::message_signature;
use http_support::message_signature::Outgoing;
use ledger_core::id::KeyId;
use ledger_core::signature::Signer;
use reqwest::Method;
use reqwest::blocking::Client;
use serde_json::Value;

use crate::browser::client;
use crate::failure::Doing;
use crate::failure::Failure;
use crate::failure::Refusal;
use crate::stage::StageClient;
use crate::wall_clock;

/// A client.
#[derive(Debug)]
pub struct BankApi {
    origin: String,
    signer: Signer,
    client: Client,
    sent: Cell<u64>,
}

impl BankApi {
    /// Of the bank `who`, with the key in its file.
    ///
    /// # Errors
    /// The key can't be read.
    pub fn new(origin: &str, who: &StageClient) -> Result<BankApi, Failure> {
        let key = KeyId::parse(&who.key_id).doing("key id of the stage")?;
        let signer = Signer::from_seed(key, &seed(&who.seed_file)?).doing("the bank's key")?;
        Ok(BankApi {
            origin: origin.trim_end_matches('/').to_owned(),
            signer,
            client: client(false)?,
            sent: Cell::new(0),
        })
    }

    /// The bank's key, for what it signs beside requests.
    #[must_use]
    pub const fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Asks for something.
    ///
    /// # Errors
    /// No answer; [`Failure::Refused`] for a problem.
    pub fn get(&self, path: &str) -> Result<Value, Failure> {
        self.send(Method::GET, path, None)
    }

    /// Has something done, once.
    ///
    /// # Errors
    /// No answer; [`Failure::Refused`] for a problem.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.send(Method::POST, path, Some(body))
    }

    /// Text that no request before had: the moment and a count.
    fn unique(&self) -> String {
        let count = self.sent.get().saturating_add(1);
        self.sent.set(count);
        let now = wall_clock::now();
        format!(
            "story-{:x}-{:x}-{count:04}",
            now.timestamp_micros(),
            std::process::id()
        )
    }

    fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let target = format!("{}{path}", self.origin);
        let bytes = match body {
            Some(body) => serde_json::to_vec(body).doing(path)?,
            None => Vec::new(),
        };
        let nonce = self.unique();
        let key = body.map(|_body| self.unique());
        let fields = message_signature::sign(
            &self.signer,
            &Outgoing {
                method: method.as_str(),
                target_uri: &target,
                body: &bytes,
                idempotency_key: key.as_deref(),
                created: wall_clock::now().timestamp(),
                nonce: &nonce,
            },
        )
        .doing("signing the request")?;
        let mut request = self.client.request(method, &target).body(bytes);
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in fields {
            request = request.header(name, value);
        }
        let answer = request.send().doing(path)?;
        let status = answer.status();
        let text = answer.text().doing(path)?;
        if status.is_success() {
            return match text.as_str() {
                "" => Ok(Value::Null),
                _ => serde_json::from_str(&text).doing(path),
            };
        }
        Err(problem(status.as_u16(), &text))
    }
}

/// The refusal in a problem's JSON.
fn problem(status: u16, text: &str) -> Failure {
    let json: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    let member = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
    let errors = json.get("errors").and_then(Value::as_array);
    let fields = errors.into_iter().flatten();
    let named = |error: &Value, name: &str| Some(error.get(name)?.as_str()?.to_owned());
    let mut codes = vec![member("code").unwrap_or_else(|| format!("http_{status}"))];
    codes.extend(fields.clone().filter_map(|error| named(error, "code")));
    codes.dedup();
    Failure::Refused(Refusal {
        codes,
        fields: fields.filter_map(|error| named(error, "field")).collect(),
        words: member("detail")
            .or_else(|| member("title"))
            .unwrap_or_default(),
    })
}

fn seed(file: &Path) -> Result<[u8; 32], Failure> {
    let doing = file.display().to_string();
    let bytes = std::fs::read(file).doing(&doing)?;
    if let Ok(seed) = <[u8; 32]>::try_from(bytes.as_slice()) {
        return Ok(seed);
    }
    let text = String::from_utf8(bytes).doing(&doing)?;
    let seed = hex::decode(text.trim()).doing(&doing)?;
    <[u8; 32]>::try_from(seed.as_slice()).doing(&doing)
}

/// A text inside an answer, by its path of members: `figures.proceeds.amount`.
///
/// # Errors
/// There is none.
pub fn text<'a>(answer: &'a Value, path: &str) -> Result<&'a str, Failure> {
    let mut at = Some(answer);
    for member in path.split('.') {
        at = at.and_then(|value| value.get(member));
    }
    at.and_then(Value::as_str)
        .ok_or_else(|| Failure::unexpected(format!("{path} in the answer"), answer.to_string()))
}

/// A list inside an answer.
///
/// # Errors
/// There is none.
pub fn list<'a>(answer: &'a Value, member: &str) -> Result<&'a [Value], Failure> {
    answer
        .get(member)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .ok_or_else(|| Failure::unexpected(format!("{member} in the answer"), answer.to_string()))
}

/// Bytes in base 64 inside an answer.
///
/// # Errors
/// There are none.
pub fn bytes(answer: &Value, path: &str) -> Result<Vec<u8>, Failure> {
    BASE64_STANDARD.decode(text(answer, path)?).doing(path)
}

/// Bytes for a request.
#[must_use]
pub fn base64_of(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}
