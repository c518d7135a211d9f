//! Asks one peer over HTTP, blocking: never call it on a thread that drives async tasks.
//!
//! The answer is believed only if it is one: status 200 and `fits` true or false. Whatever else
//! comes back, or nothing, is unknown, and the caller does not use the invoice.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use chrono::SecondsFormat;
use http_support::message_signature;
use http_support::message_signature::Outgoing;
use ledger_app::circle::Peer;
use ledger_app::circle::PeerAct;
use ledger_app::circle::PeerAnswer;
use ledger_app::circle::PeerMessage;
use ledger_app::clock::Clock;
use ledger_core::signature::Signer;
use reqwest::Url;
use reqwest::blocking::Client;
use ring::rand::SecureRandom as _;
use serde::Deserialize;
use serde::Serialize;

/// Where every platform of a circle answers.
pub const PATH: &str = "/v1/peers/invoice-capacity";

/// How long a peer may take.
const TIMEOUT: Duration = Duration::from_secs(8);

/// Longest answer that is read.
const LONGEST_ANSWER: u64 = 4 * 1024;

/// Why there is no way to a peer.
#[derive(Debug, thiserror::Error)]
pub enum PeerClientError {
    /// Not an https address; plain http is for loopback only.
    #[error("{0:?} is not the https address of a platform")]
    Address(String),
    /// The HTTP client could not be made.
    #[error("the connection to a peer could not be prepared")]
    Client(#[source] reqwest::Error),
}

/// The way to one peer.
pub struct PeerClient {
    name: String,
    target: String,
    signer: Arc<Signer>,
    http: Client,
}

impl std::fmt::Debug for PeerClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PeerClient({} at {})", self.name, self.target)
    }
}

#[derive(Serialize)]
struct Asked<'a> {
    act: &'a str,
    #[serde(rename = "use")]
    id: String,
    token: String,
    kin: String,
    amount: Money,
    expires_at: String,
}

#[derive(Serialize)]
struct Money {
    amount: String,
    currency: String,
}

#[derive(Deserialize)]
struct Told {
    fits: bool,
}

impl PeerClient {
    /// The way to the platform at `url` (`https://ledger.example.com`), asked with our own key.
    ///
    /// # Errors
    /// [`PeerClientError`].
    pub fn new(name: &str, url: &str, signer: Arc<Signer>) -> Result<PeerClient, PeerClientError> {
        let address = || PeerClientError::Address(url.to_owned());
        let parsed = Url::parse(url).map_err(|_not_a_url| address())?;
        let loopback = matches!(parsed.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if parsed.scheme() != "https" && !(parsed.scheme() == "http" && loopback) {
            return Err(address());
        }
        // The second to come finds a provider installed, which is as good.
        let _already_there = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(PeerClientError::Client)?;
        Ok(PeerClient {
            name: name.to_owned(),
            target: format!("{}{PATH}", url.trim_end_matches('/')),
            signer,
            http,
        })
    }

    fn ask(&self, message: &PeerMessage) -> Result<bool, String> {
        let body = serde_json::to_vec(&asked(message)).map_err(|e| e.to_string())?;
        let mut nonce = [0_u8; 16];
        ring::rand::SystemRandom::new()
            .fill(&mut nonce)
            .map_err(|_unspecified| "no randomness".to_owned())?;
        let fields = message_signature::sign(
            &self.signer,
            &Outgoing {
                method: "POST",
                target_uri: &self.target,
                body: &body,
                idempotency_key: None,
                created: Clock.now().timestamp(),
                nonce: &hex::encode(nonce),
            },
        )
        .map_err(|e| e.to_string())?;
        let mut request = self
            .http
            .post(&self.target)
            .header("content-type", "application/json");
        for (name, value) in fields {
            request = request.header(name, value);
        }
        let response = request.body(body).send().map_err(|e| e.to_string())?;
        let status = response.status();
        let mut answer = Vec::new();
        response
            .take(LONGEST_ANSWER)
            .read_to_end(&mut answer)
            .map_err(|e| e.to_string())?;
        if status != 200 {
            return Err(format!("status {status}"));
        }
        let told: Told = serde_json::from_slice(&answer).map_err(|e| e.to_string())?;
        Ok(told.fits)
    }
}

fn asked(message: &PeerMessage) -> Asked<'static> {
    Asked {
        act: match message.act {
            PeerAct::Ask => "ask",
            PeerAct::Reserve => "reserve",
            PeerAct::Commit => "commit",
            PeerAct::Cancel => "cancel",
        },
        id: message.id.to_string(),
        token: message.token.to_string(),
        kin: message.kin.to_string(),
        amount: Money {
            amount: message.amount.to_plain(message.currency),
            currency: message.currency.to_string(),
        },
        expires_at: message
            .expires_at
            .to_rfc3339_opts(SecondsFormat::Secs, true),
    }
}

impl Peer for PeerClient {
    fn name(&self) -> &str {
        &self.name
    }

    fn say(&self, message: &PeerMessage) -> PeerAnswer {
        match self.ask(message) {
            Ok(true) => PeerAnswer::Fits,
            Ok(false) => PeerAnswer::DoesNotFit,
            Err(cause) => PeerAnswer::Unknown(cause),
        }
    }
}
