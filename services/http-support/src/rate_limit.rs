//! Limits how often somebody may ask: per key or per network address, in bounded memory.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use actix_web::HttpRequest;
use actix_web::ResponseError as _;
use actix_web::body::BoxBody;
use actix_web::body::MessageBody;
use actix_web::dev::ServiceRequest;
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::web;
use governor::DefaultKeyedRateLimiter;
use governor::Quota;
use governor::RateLimiter;
use governor::clock::Clock as _;
use governor::clock::DefaultClock;

use crate::problem::Problem;

/// After so many checks the memory is tidied.
const TIDIED_EVERY: usize = 1_000;

/// Most askers remembered; beyond, all others share one allowance, which can't be used to fill
/// the memory.
const MOST_ASKERS: usize = 50_000;

/// The name under which those others go.
const OTHERS: &str = "*";

/// An allowance for each asker.
pub struct RateLimit {
    limiter: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
    checks: AtomicUsize,
    behind_proxy: bool,
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RateLimit({} askers)", self.limiter.len())
    }
}

impl RateLimit {
    /// So many requests a minute, of which all may come at once. `behind_proxy` only where a proxy
    /// of ours writes the caller's address: then that is taken instead of the peer's.
    #[must_use]
    pub fn per_minute(requests: NonZeroU32, behind_proxy: bool) -> RateLimit {
        RateLimit {
            limiter: RateLimiter::keyed(Quota::per_minute(requests)),
            clock: DefaultClock::default(),
            checks: AtomicUsize::new(0),
            behind_proxy,
        }
    }

    /// Counts one request of `asker`.
    ///
    /// # Errors
    /// 429 `too_many_requests` with Retry-After.
    pub fn check(&self, asker: &str) -> Result<(), Problem> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % TIDIED_EVERY == TIDIED_EVERY - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        let full = self.limiter.len() >= MOST_ASKERS;
        let asker = if full { OTHERS } else { asker };
        let Err(not_until) = self.limiter.check_key(&asker.to_owned()) else {
            return Ok(());
        };
        let wait = not_until.wait_time_from(self.clock.now()).as_secs();
        let seconds = u32::try_from(wait).unwrap_or(u32::MAX).saturating_add(1);
        Err(Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            format!("try again in {seconds} s"),
        )
        .retry_after(seconds))
    }

    /// How many askers are remembered.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.limiter.len()
    }

    /// Whether a proxy of ours says where a request comes from.
    #[must_use]
    pub const fn is_behind_proxy(&self) -> bool {
        self.behind_proxy
    }

    /// The network address that asks, as a name: one house with IPv6 is one asker (its /64).
    #[must_use]
    pub fn asker(&self, request: &HttpRequest) -> String {
        source(request, self.behind_proxy)
    }
}

/// The network address a request comes from, an IPv6 one by its /64.
#[must_use]
pub fn source(request: &HttpRequest, behind_proxy: bool) -> String {
    let address = if behind_proxy {
        request
            .connection_info()
            .realip_remote_addr()
            .and_then(|text| text.parse::<IpAddr>().ok())
    } else {
        request.peer_addr().map(|peer| peer.ip())
    };
    match address {
        Some(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_none() => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Some(address) => address.to_canonical().to_string(),
        None => "unknown".to_owned(),
    }
}

/// Middleware (`actix_web::middleware::from_fn`) that counts by network address; the limit is a
/// `web::Data<RateLimit>` of the door.
///
/// # Errors
/// Those of the inside, as they are.
pub async fn by_address<B: MessageBody + 'static>(
    limit: web::Data<RateLimit>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let asker = limit.asker(request.request());
    match limit.check(&asker) {
        Ok(()) => next
            .call(request)
            .await
            .map(ServiceResponse::map_into_boxed_body),
        Err(problem) => Ok(request.into_response(problem.error_response())),
    }
}
