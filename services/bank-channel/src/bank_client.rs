//! Talks to a bank over HTTP, one message at a time, blocking: never call it on a thread that
//! drives async tasks.
//!
//! The hard part of paying is not knowing. When an answer is lost the bank may or may not have
//! booked, so the outcome is [`Outcome::Unknown`] and the caller asks again **with the same ids**:
//! [`BankClient::ask_status`], or the same message once more, which a bank pays only once.

use std::io::Read;
use std::time::Duration;

use chrono::NaiveDate;
use reqwest::blocking::{Client, RequestBuilder, Response};
use reqwest::header::CONTENT_TYPE;
use reqwest::{StatusCode, Url};

use crate::messages::camt::{self, AccountReport};
use crate::messages::document::{MAX_DOCUMENT_BYTES, ReadError};
use crate::messages::pain001::{self, CreditTransferBatch};
use crate::messages::pain002::{self, StatusReport};
use crate::messages::pain013::{self, PaymentRequest};
use crate::messages::pain014;
use crate::messages::writing::WriteError;

/// The header in which the bank tells how far notifications have been read.
pub const CURSOR_HEADER: &str = "x-cursor";
/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How much of a refusal's text is kept, in characters.
const REASON_LIMIT: usize = 500;

/// A message as read, with the text it was read from: the text is the evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received<T> {
    /// What it says.
    pub message: T,
    /// Its exact text.
    pub xml: Vec<u8>,
}

impl<T> Received<T> {
    fn read(
        xml: Vec<u8>,
        read: impl FnOnce(&[u8]) -> Result<T, ReadError>,
    ) -> Result<Self, ReadError> {
        Ok(Received {
            message: read(&xml)?,
            xml,
        })
    }
}

/// What is known after a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    /// The bank answered.
    Answered(T),
    /// The bank refused the call itself; nothing has been booked by it.
    Refused {
        /// The HTTP status, 3xx or 4xx; never 401, 403, 408, 425 or 429.
        status: u16,
        /// What the bank says.
        text: String,
    },
    /// No answer, or one that can't be read: whether anything was booked is not known.
    Unknown {
        /// What happened on the wire.
        cause: String,
    },
}

impl<T> Outcome<T> {
    /// The answer, if there is one.
    #[must_use]
    pub fn answered(self) -> Option<T> {
        match self {
            Outcome::Answered(answer) => Some(answer),
            Outcome::Refused { .. } | Outcome::Unknown { .. } => None,
        }
    }

    /// Turns the answer into another; one that can't be read makes the outcome unknown.
    fn read<U>(self, read: impl FnOnce(T) -> Result<U, ReadError>) -> Outcome<U> {
        match self {
            Outcome::Answered(answer) => match read(answer) {
                Ok(answer) => Outcome::Answered(answer),
                Err(error) => Outcome::Unknown {
                    cause: format!("the bank's answer can't be read: {error}"),
                },
            },
            Outcome::Refused { status, text } => Outcome::Refused { status, text },
            Outcome::Unknown { cause } => Outcome::Unknown { cause },
        }
    }
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum BankClientError {
    /// The address of the bank is not an http or https URL.
    #[error("{0:?} is not the http(s) address of a bank")]
    Address(String),
    /// The HTTP client could not be made.
    #[error("the connection to the bank could not be prepared")]
    Client(#[source] reqwest::Error),
}

impl BankClientError {
    /// Stable code shown to users and machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            BankClientError::Address(_) => "bank_address_invalid",
            BankClientError::Client(_) => "bank_client_failed",
        }
    }
}

/// One camt.054 out of the bank's queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Where to go on from.
    pub cursor: u64,
    /// The accounts it tells of.
    pub reports: Vec<AccountReport>,
    /// The message as it came, to be kept as evidence.
    pub xml: Vec<u8>,
}

/// A way to one bank.
#[derive(Debug, Clone)]
pub struct BankClient {
    http: Client,
    base: Url,
}

impl BankClient {
    /// A client for the bank at `base_url` (`http://127.0.0.1:9100`); `timeout` bounds a whole
    /// call, connecting takes at most ten seconds of it. Goes straight to the bank: no proxy, no redirects.
    ///
    /// # Errors
    /// [`BankClientError`]: not an address, or no TLS set-up.
    pub fn new(base_url: &str, timeout: Duration) -> Result<BankClient, BankClientError> {
        let address = |_not_a_url| BankClientError::Address(base_url.to_owned());
        let mut base = Url::parse(base_url).map_err(address)?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(BankClientError::Address(base_url.to_owned()));
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        // reqwest is built without a crypto provider of its own; the second to come finds one
        // installed, which is as good.
        let _already_there = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder()
            .timeout(timeout)
            .connect_timeout(timeout.min(CONNECT_TIMEOUT))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(BankClientError::Client)?;
        Ok(BankClient { http, base })
    }

    /// Orders payments (pain.001 → pain.002). Nothing is sent if the message can't be written.
    ///
    /// # Errors
    /// [`WriteError`]: the batch is not a message a bank may get.
    pub fn pay(
        &self,
        batch: &CreditTransferBatch,
    ) -> Result<Outcome<Received<StatusReport>>, WriteError> {
        let outcome = self.post("iso20022/pain.001", pain001::write(batch)?);
        let id = &batch.message_id;
        Ok(outcome.read(|xml| Received::read(xml, |xml| answer_to(id, pain002::read(xml)?))))
    }

    /// Asks what became of a message. `None`: the bank has never seen it, so it may be sent again.
    #[must_use]
    pub fn ask_status(&self, message_id: &str) -> Outcome<Option<Received<StatusReport>>> {
        match self.get("iso20022/pain.002", &[("msg", message_id)]) {
            Outcome::Refused { status: 404, .. } => Outcome::Answered(None),
            outcome => {
                let read = |xml: &[u8]| answer_to(message_id, pain002::read(xml)?);
                outcome.read(|(_, xml)| Received::read(xml, read).map(Some))
            }
        }
    }

    /// Presents for payment (pain.013 → pain.014).
    ///
    /// # Errors
    /// [`WriteError`]: the request is not a message a bank may get.
    pub fn request_payment(
        &self,
        request: &PaymentRequest,
    ) -> Result<Outcome<Received<StatusReport>>, WriteError> {
        let outcome = self.post("iso20022/pain.013", pain013::write(request)?);
        let id = &request.message_id;
        Ok(outcome.read(|xml| Received::read(xml, |xml| answer_to(id, pain014::read(xml)?))))
    }

    /// The next notification after `cursor` (0 for the first), of one account or of all that this
    /// client may see; `None` when there is nothing new.
    #[must_use]
    pub fn notification_after(
        &self,
        account: Option<&str>,
        cursor: u64,
    ) -> Outcome<Option<Delivered>> {
        let after = cursor.to_string();
        let mut query = vec![("after", after.as_str())];
        query.extend(account.map(|account| ("account", account)));
        self.get("iso20022/camt.054", &query).read(|(next, xml)| {
            if xml.is_empty() {
                return Ok(None);
            }
            let cursor = next.ok_or_else(|| ReadError::Missing(CURSOR_HEADER.to_owned()))?;
            Ok(Some(Delivered {
                cursor,
                reports: camt::read(&xml)?,
                xml,
            }))
        })
    }

    /// The statement of an account and day (camt.053). A statement without
    /// [`AccountReport::closing`] is of a day that has not ended.
    #[must_use]
    pub fn statement(&self, account: &str, date: NaiveDate) -> Outcome<Received<AccountReport>> {
        let date = date.to_string();
        let own = |xml: &[u8]| {
            camt::read(xml)?
                .into_iter()
                .find(|report| report.account == account)
                .ok_or_else(|| ReadError::Missing(format!("the statement of {account}")))
        };
        self.get(
            "iso20022/camt.053",
            &[("account", account), ("date", &date)],
        )
        .read(|(_, xml)| Received::read(xml, own))
    }

    fn address(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path()));
        url
    }

    fn post(&self, path: &str, xml: String) -> Outcome<Vec<u8>> {
        let request = self
            .http
            .post(self.address(path))
            .header(CONTENT_TYPE, "application/xml")
            .body(xml);
        send(request).read(|(_, body)| Ok(body))
    }

    fn get(&self, path: &str, query: &[(&str, &str)]) -> Outcome<(Option<u64>, Vec<u8>)> {
        let mut url = self.address(path);
        url.query_pairs_mut().extend_pairs(query);
        send(self.http.get(url))
    }
}

/// A report that answers another message is no answer.
fn answer_to(message_id: &str, report: StatusReport) -> Result<StatusReport, ReadError> {
    if report.original_message_id == message_id {
        Ok(report)
    } else {
        Err(ReadError::bad_value(
            "OrgnlMsgId",
            &report.original_message_id,
            format!("the answer to {message_id}"),
        ))
    }
}

/// Sends and sorts what comes back.
fn send(request: RequestBuilder) -> Outcome<(Option<u64>, Vec<u8>)> {
    let response = match request.send() {
        Ok(response) => response,
        Err(error) => return unknown(&error),
    };
    let status = response.status();
    let cursor = response
        .headers()
        .get(CURSOR_HEADER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let body = match body(response) {
        Ok(body) => body,
        Err(error) => return unknown(&error),
    };
    // 401 and 403 say something about our key and nothing about the message; 408, 425 and 429 say
    // "not now"; 5xx says nothing about what was done before.
    let not_now = [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_EARLY,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    if status.is_success() {
        Outcome::Answered((cursor, body))
    } else if status.is_server_error() || not_now.contains(&status) {
        Outcome::Unknown {
            cause: format!("the bank answered {status}"),
        }
    } else {
        Outcome::Refused {
            status: status.as_u16(),
            text: String::from_utf8_lossy(&body)
                .chars()
                .take(REASON_LIMIT)
                .collect(),
        }
    }
}

/// The body, bounded: one byte above the limit is enough to know that it is too large.
fn body(response: Response) -> Result<Vec<u8>, std::io::Error> {
    let mut body = Vec::new();
    let limit = u64::try_from(MAX_DOCUMENT_BYTES).unwrap_or(u64::MAX);
    response
        .take(limit.saturating_add(1))
        .read_to_end(&mut body)?;
    Ok(body)
}

/// Says the error with its causes: reqwest keeps the interesting part in the source.
fn unknown<T>(error: &dyn std::error::Error) -> Outcome<T> {
    let mut cause = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        cause = format!("{cause}: {source}");
        next = source.source();
    }
    Outcome::Unknown { cause }
}
