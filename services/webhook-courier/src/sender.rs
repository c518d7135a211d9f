//! Sends one message over HTTP, blocking: never call it on a thread that drives async tasks.
//!
//! A receiver says by its status alone whether it took the message; nothing else of its answer is
//! read, and nothing it says sends us elsewhere.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use ledger_app::deliver_webhooks::DueMessage;
use ledger_app::deliver_webhooks::Outcome;
use ledger_app::webhook_target;
use reqwest::blocking::Client;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;

use crate::public_names::PublicNames;

/// How long a receiver may take, from the look-up of its name to its status.
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// Who we say we are.
const AGENT: &str = "Tallystick-Webhooks/1";

/// The HTTP client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the way to parties' systems could not be prepared")]
pub struct SenderError(#[source] reqwest::Error);

/// Sends messages. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sender {
    http: Client,
    private: bool,
}

impl Sender {
    /// To public https addresses only, or, with `private`, to any.
    ///
    /// # Errors
    /// [`SenderError`].
    pub fn new(private: bool) -> Result<Sender, SenderError> {
        Sender::with_timeout(private, TIMEOUT)
    }

    /// The same with another patience.
    ///
    /// # Errors
    /// [`SenderError`].
    pub fn with_timeout(private: bool, timeout: Duration) -> Result<Sender, SenderError> {
        // The second to come finds a provider installed, which is as good.
        let _already_there = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder()
            .timeout(timeout)
            .redirect(Policy::none())
            .no_proxy()
            .user_agent(AGENT)
            .https_only(!private);
        let builder = if private {
            builder
        } else {
            builder.dns_resolver(Arc::new(PublicNames))
        };
        Ok(Sender {
            http: builder.build().map_err(SenderError)?,
            private,
        })
    }

    /// Sends a message at `timestamp`, seconds since 1970.
    #[must_use]
    pub fn send(&self, message: &DueMessage, timestamp: i64) -> Outcome {
        // What was allowed when it was made may not be any more.
        let url = match webhook_target::check(&message.url, self.private) {
            Ok(url) => url,
            Err(error) => {
                return Outcome::Failed {
                    status: None,
                    why: error.to_string(),
                };
            }
        };
        let sent = self
            .http
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", message.id())
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", message.signature(timestamp))
            .body(message.body.clone())
            .send();
        match sent {
            Ok(answer) => outcome(answer.status().as_u16()),
            Err(error) => Outcome::Failed {
                status: None,
                why: in_words(error),
            },
        }
    }
}

fn outcome(status: u16) -> Outcome {
    match status {
        200..=299 => Outcome::Taken { status },
        410 => Outcome::Gone,
        // No status of HTTP, and none that the record takes.
        600.. => Outcome::Failed {
            status: None,
            why: format!("status {status}"),
        },
        _other => Outcome::Failed {
            status: Some(status),
            why: format!("status {status}"),
        },
    }
}

/// Why nothing came back: the innermost cause says it. The address, which may hold a secret, is left
/// out.
fn in_words(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let error = error.without_url();
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        words = inner.to_string();
        cause = inner.source();
    }
    words
}
