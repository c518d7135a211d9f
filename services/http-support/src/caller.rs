//! Who calls the API: a party's own system, known by the key that signed the request.

use std::fmt;
use std::future::Future;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::FromRequest;
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::http::header::HeaderMap;
use actix_web::web;
use actix_web::web::Bytes;
use futures_util::StreamExt as _;
use ledger_app::app::App;
use ledger_app::enrol_key::principal_of_key;
use ledger_app::idempotency::IdempotencyKey;
use ledger_app::principal::Principal;
use ledger_core::id::KeyId;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;

use crate::blocking;
use crate::input;
use crate::message_signature::Claim;
use crate::message_signature::Message;
use crate::message_signature::SignatureFault;
use crate::message_signature::WINDOW_SECONDS;
use crate::problem::Problem;
use crate::rate_limit::RateLimit;
use crate::rate_limit::source;
use crate::seen_nonces::Seen;
use crate::seen_nonces::SeenNonces;

/// Nonces remembered at once: some 160 requests a second for the whole window.
const NONCES: usize = 100_000;

/// Bodies longer than this are large: who sends one may be anybody until it has been read.
const LARGE_BODY: usize = 256 * 1024;

/// Large bodies read at once; together they stay far below the platform's memory budget.
const LARGE_BODIES: usize = 8;

/// What a door needs to believe signed requests; goes in as `web::Data<SignedRequests>`.
pub struct SignedRequests {
    app: App,
    public_urls: Vec<String>,
    largest_body: usize,
    nonces: Arc<SeenNonces>,
    limit: RateLimit,
    large: Semaphore,
}

impl fmt::Debug for SignedRequests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequests")
            .field("public_urls", &self.public_urls)
            .finish_non_exhaustive()
    }
}

impl SignedRequests {
    /// `public_urls` are the addresses under which callers know this server, such as
    /// `https://ledger.example.com`, without a path: a signature speaks of one of them, so that a
    /// request to another server is none to this. `a_minute` is what each key may ask.
    #[must_use]
    pub fn new(
        app: App,
        public_urls: &[String],
        largest_body: usize,
        a_minute: NonZeroU32,
        behind_proxy: bool,
    ) -> SignedRequests {
        SignedRequests {
            app,
            public_urls: public_urls
                .iter()
                .map(|url| url.trim_end_matches('/').to_owned())
                .collect(),
            largest_body,
            nonces: Arc::new(SeenNonces::new(NONCES)),
            limit: RateLimit::per_minute(a_minute, behind_proxy),
            large: Semaphore::new(LARGE_BODIES),
        }
    }

    /// Reads the claim under each address this server is known by; the key decides which fits.
    fn claims(&self, received: &Received, now: i64) -> Result<Vec<Claim>, SignatureFault> {
        let mut claims = Vec::new();
        for base in &self.public_urls {
            let message = At {
                received,
                target: format!("{base}{}", received.path_and_query),
            };
            claims.push(Claim::read(&message, &received.body, now)?);
        }
        Ok(claims)
    }

    /// Believes a request or says why not. Blocks on the store.
    fn identify(&self, received: &Received) -> Result<Principal, Problem> {
        self.signer_of(received, |key| {
            let holder = principal_of_key(&self.app, key)?;
            Ok(holder.map(|h| (h.public_key, h.principal.subject(), h.principal)))
        })
    }

    /// Who signed a request: `known` gives a key's public half, the name under which it is counted,
    /// and who it is.
    pub(crate) fn signer_of<T>(
        &self,
        received: &Received,
        known: impl FnOnce(KeyId) -> Result<Option<([u8; 32], String, T)>, Problem>,
    ) -> Result<T, Problem> {
        let now = self.app.clock.now().timestamp();
        let claims = self.claims(received, now).map_err(of_fault)?;
        let Some(claim) = claims.first() else {
            return Err(of_fault(SignatureFault::Wrong));
        };
        let (public_key, subject, who) =
            known(claim.key)?.ok_or_else(|| of_fault(SignatureFault::UnknownKey))?;
        if !claims.iter().any(|c| c.verify(&public_key).is_ok()) {
            return Err(of_fault(SignatureFault::Wrong));
        }
        self.limit.check(&subject)?;
        let until = claim.created.saturating_add(WINDOW_SECONDS);
        match self.nonces.remember(claim.key, &claim.nonce, now, until) {
            Seen::New => Ok(who),
            Seen::Before => Err(of_fault(SignatureFault::Replayed)),
            Seen::Full => Err(busy()),
        }
    }

    /// The whole body, no more than the largest that is taken; a large one only while few others
    /// are being read.
    pub(crate) async fn body(&self, mut payload: Payload) -> Result<Bytes, Problem> {
        let mut whole = Vec::new();
        let mut place = None;
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|error| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "body_unreadable",
                    error.to_string(),
                )
            })?;
            let size = whole.len().saturating_add(chunk.len());
            if size > self.largest_body {
                return Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE));
            }
            if size > LARGE_BODY && place.is_none() {
                place = Some(self.large.try_acquire().map_err(|_full| busy())?);
            }
            whole.extend_from_slice(&chunk);
        }
        drop(place);
        Ok(whole.into())
    }
}

fn busy() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "busy",
        "too many signed requests at once; try again shortly",
    )
    .retry_after(10)
}

pub(crate) fn of_fault(fault: SignatureFault) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, fault.code(), fault.to_string())
}

/// A request as it came, with its whole body.
pub(crate) struct Received {
    method: String,
    path_and_query: String,
    headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    /// Puts it together.
    pub(crate) fn of(request: &HttpRequest, body: Bytes) -> Received {
        Received {
            method: request.method().as_str().to_owned(),
            path_and_query: request
                .uri()
                .path_and_query()
                .map_or_else(|| request.path().to_owned(), ToString::to_string),
            headers: request.headers().clone(),
            body,
        }
    }
}

/// The same at one of the server's addresses.
struct At<'a> {
    received: &'a Received,
    target: String,
}

impl Message for At<'_> {
    fn method(&self) -> &str {
        &self.received.method
    }
    fn target_uri(&self) -> &str {
        &self.target
    }
    fn field(&self, name: &str) -> Option<&str> {
        let mut values = self.received.headers.get_all(name);
        let first = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(first)
    }
}

/// A caller with the exact bytes it signed.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who calls; handed to the use cases.
    pub principal: Principal,
    /// The exact body.
    pub body: Bytes,
    /// From where, for the access log.
    pub source: String,
    method: String,
    path_and_query: String,
    json: bool,
    key: Option<String>,
}

impl Caller {
    /// The body as JSON.
    ///
    /// # Errors
    /// 415 `media_type_not_taken`, 400 `json_malformed`, 422 `json_not_as_expected`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        if !self.json {
            return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        input::json(&self.body)
    }

    /// The caller's idempotency key, bound to who asks and to exactly this request.
    ///
    /// # Errors
    /// 400 `idempotency_key_missing`; 422 `idempotency_key_invalid`.
    pub fn idempotency_key(&self) -> Result<IdempotencyKey, Problem> {
        let Some(key) = &self.key else {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "idempotency_key_missing",
                "send an Idempotency-Key: what moves value is done once, however often it is asked",
            ));
        };
        let parts: [&[u8]; 5] = [
            self.method.as_bytes(),
            b"\0",
            self.path_and_query.as_bytes(),
            b"\0",
            &self.body,
        ];
        Ok(IdempotencyKey::new(&self.principal, key, &parts)?)
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Caller, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let door = request
                .app_data::<web::Data<SignedRequests>>()
                .cloned()
                .ok_or_else(|| Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR))?;
            // Cheap first: who doesn't sign at all is not listened to.
            if !request.headers().contains_key("signature") {
                return Err(of_fault(SignatureFault::Missing));
            }
            let received = Received::of(&request, door.body(payload).await?);
            let source = source(&request, door.limit.is_behind_proxy());
            blocking::on_pool(move || {
                let principal = door.identify(&received)?;
                Ok(Caller::new(principal, received, source))
            })
            .await
            .unwrap_or_else(|| Err(Problem::stopping()))
        })
    }
}

impl Caller {
    fn new(principal: Principal, received: Received, source: String) -> Caller {
        let text = |name| received.headers.get(name).and_then(|v| v.to_str().ok());
        let json = text(header::CONTENT_TYPE.as_str())
            .map(|kind| kind.split(';').next().unwrap_or_default().trim())
            .is_some_and(|kind| {
                kind.eq_ignore_ascii_case("application/json") || kind.ends_with("+json")
            });
        Caller {
            principal,
            source,
            json,
            key: text("idempotency-key").map(str::to_owned),
            method: received.method,
            path_and_query: received.path_and_query,
            body: received.body,
        }
    }
}
