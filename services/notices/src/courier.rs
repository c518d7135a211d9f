//! Hands letters to a mail server over SMTP (RFC 5321) and says what became of them.
//!
//! Blocking: call it from the blocking pool or a thread of its own. Delivery is at least once; a
//! repeat carries the same Message-ID, by which a receiver (and a reader of logs) knows it.

use std::time::Duration;

use ledger_app::recipient::Recipient;
use lettre::Address;
use lettre::Message;
use lettre::SmtpTransport;
use lettre::Transport;
use lettre::message::Mailbox;
use lettre::message::MultiPart;
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::Certificate;
use lettre::transport::smtp::client::Tls;
use lettre::transport::smtp::client::TlsParameters;
use secrecy::ExposeSecret;
use secrecy::SecretString;

use crate::letters::Letter;
use crate::mail_headers::AutoSubmitted;
use crate::mail_headers::ContentLanguage;
use crate::texts::one_line;

/// How the connection to the mail server is kept from listeners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// Not at all: for a server on the same machine only.
    None,
    /// Starts in the clear and must switch to TLS before anything is said (usually port 587).
    StartTls,
    /// TLS from the first byte (usually port 465).
    Tls,
}

/// Where the mail server is and how to sign in there.
#[derive(Debug, Clone)]
pub struct CourierSettings {
    /// Name or address of the mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: TlsMode,
    /// A certificate (PEM) to trust beside the system's own, for a mail server of the house.
    pub extra_root: Option<Vec<u8>>,
    /// User name and password, if the server asks for them.
    pub credentials: Option<(String, SecretString)>,
    /// The address letters come from.
    pub from_email: String,
    /// The name shown beside it.
    pub from_name: String,
    /// How long to wait for the server at each step.
    pub timeout: Duration,
}

/// The server took the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The Message-ID it went under, in angle brackets.
    pub message_id: String,
    /// The server's own words, first line, for the record.
    pub reply: String,
}

/// Why a letter was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum CourierError {
    /// The settings can't be used; found when the courier is made.
    #[error("mail settings: {0}")]
    Settings(String),
    /// The outbox id can't stand in a Message-ID.
    #[error("`{0}` can't stand in a Message-ID: letters, digits and hyphens only")]
    OutboxId(String),
    /// The recipient's address is none.
    #[error("`{0}` is not a mail address")]
    Address(String),
    /// The letter could not be put into the form of a message.
    #[error("the message could not be built")]
    Message(#[source] lettre::error::Error),
    /// The server refused this letter for good (5xx).
    #[error("the mail server refused the letter: {code} {reply}")]
    Refused {
        /// The reply code, 500 to 599.
        code: u16,
        /// What the server said.
        reply: String,
    },
    /// The server asks to try later (4xx).
    #[error("the mail server asks to try later: {code} {reply}")]
    Deferred {
        /// The reply code, 400 to 499.
        code: u16,
        /// What the server said.
        reply: String,
    },
    /// The server doesn't accept our sign-in (530, 534, 535, 538): a fault of the settings and not
    /// of the letter, which therefore waits.
    #[error("the mail server does not accept the sign-in: {code} {reply}")]
    SignIn {
        /// The reply code.
        code: u16,
        /// What the server said.
        reply: String,
    },
    /// No connection, a broken one, no TLS, or no answer in time.
    #[error("the mail server can't be reached")]
    Unreachable(#[source] lettre::transport::smtp::Error),
}

impl CourierError {
    /// Whether trying again is useless: the letter itself or its address is at fault.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        match self {
            CourierError::Settings(_)
            | CourierError::OutboxId(_)
            | CourierError::Address(_)
            | CourierError::Message(_)
            | CourierError::Refused { .. } => true,
            CourierError::Deferred { .. }
            | CourierError::SignIn { .. }
            | CourierError::Unreachable(_) => false,
        }
    }

    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            CourierError::Settings(_) => "mail_settings_invalid",
            CourierError::OutboxId(_) => "mail_outbox_id_invalid",
            CourierError::Address(_) => "mail_address_invalid",
            CourierError::Message(_) => "mail_message_invalid",
            CourierError::Refused { .. } => "mail_refused",
            CourierError::Deferred { .. } => "mail_deferred",
            CourierError::SignIn { .. } => "mail_sign_in_refused",
            CourierError::Unreachable(_) => "mail_server_unreachable",
        }
    }

    fn from_smtp(error: lettre::transport::smtp::Error) -> Self {
        let Some(status) = error.status() else {
            return CourierError::Unreachable(error);
        };
        let code = u16::from(status);
        let reply = one_line(
            &std::error::Error::source(&error)
                .map_or_else(String::new, std::string::ToString::to_string),
        );
        match code {
            530 | 534 | 535 | 538 => CourierError::SignIn { code, reply },
            500.. => CourierError::Refused { code, reply },
            _ => CourierError::Deferred { code, reply },
        }
    }
}

/// A pool of connections to one mail server.
#[derive(Debug, Clone)]
pub struct Courier {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Courier {
    /// Makes a courier. Nothing is connected before the first letter.
    ///
    /// # Errors
    /// [`CourierError::Settings`]: the from address is none, the extra root is no certificate, or
    /// the host can't be named in TLS.
    pub fn new(settings: &CourierSettings) -> Result<Self, CourierError> {
        let address: Address = settings
            .from_email
            .parse()
            .map_err(|error| bad_settings("from address", &error))?;
        let tls = match settings.tls {
            TlsMode::None => Tls::None,
            TlsMode::StartTls => Tls::Required(tls_parameters(settings)?),
            TlsMode::Tls => Tls::Wrapper(tls_parameters(settings)?),
        };
        let mut builder = SmtpTransport::builder_dangerous(settings.host.clone())
            .port(settings.port)
            .tls(tls)
            .timeout(Some(settings.timeout))
            .pool_config(PoolConfig::new().max_size(4));
        if let Some((user, password)) = &settings.credentials {
            let password = password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self {
            transport: builder.build(),
            from: Mailbox::new(display_name(&settings.from_name), address),
        })
    }

    /// Sends one letter to one person. `outbox_id` names the row the notice rests in (one row, one
    /// person): letters, digits and hyphens; the Message-ID is made of it, so that a second
    /// delivery of the same row is recognisable.
    ///
    /// # Errors
    /// See [`CourierError`]; [`CourierError::is_permanent`] tells whether to try again.
    pub fn deliver(
        &self,
        letter: &Letter,
        recipient: &Recipient,
        outbox_id: &str,
    ) -> Result<Delivered, CourierError> {
        let message_id = self.message_id(outbox_id)?;
        let message = self.message(letter, recipient, &message_id)?;
        let response = self
            .transport
            .send(&message)
            .map_err(CourierError::from_smtp)?;
        let reply = one_line(response.first_line().unwrap_or_default());
        tracing::info!(message_id, reply, "letter delivered");
        Ok(Delivered { message_id, reply })
    }

    fn message_id(&self, outbox_id: &str) -> Result<String, CourierError> {
        let fits = !outbox_id.is_empty()
            && outbox_id.len() <= 64
            && outbox_id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if fits {
            Ok(format!("<notice-{outbox_id}@{}>", self.from.email.domain()))
        } else {
            Err(CourierError::OutboxId(one_line(outbox_id)))
        }
    }

    fn message(
        &self,
        letter: &Letter,
        recipient: &Recipient,
        message_id: &str,
    ) -> Result<Message, CourierError> {
        // The cause of a parse failure adds nothing to the address itself.
        let Ok(address) = recipient.email.parse::<Address>() else {
            return Err(CourierError::Address(one_line(&recipient.email)));
        };
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(display_name(&recipient.name), address))
            .subject(one_line(&letter.subject))
            .message_id(Some(message_id.to_owned()))
            .header(AutoSubmitted)
            .header(ContentLanguage(letter.language.tag()))
            .multipart(MultiPart::alternative_plain_html(
                letter.text.clone(),
                letter.html.clone(),
            ))
            .map_err(CourierError::Message)
    }
}

fn tls_parameters(settings: &CourierSettings) -> Result<TlsParameters, CourierError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.extra_root {
        let root = Certificate::from_pem(pem)
            .map_err(|error| bad_settings("certificate to trust", &error))?;
        builder = builder.add_root_certificate(root);
    }
    builder
        .build_rustls()
        .map_err(|error| bad_settings("TLS", &error))
}

fn bad_settings(what: &str, error: &dyn std::fmt::Display) -> CourierError {
    CourierError::Settings(format!("{what}: {error}"))
}

/// A name on one line, or none if nothing is left of it.
fn display_name(name: &str) -> Option<String> {
    let name = one_line(name);
    (!name.is_empty()).then_some(name)
}
