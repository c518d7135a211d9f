//! What is taken from a request before anybody is looked up: cookies, language, from where.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use actix_web::cookie::SameSite;
use actix_web::cookie::time::Duration;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web;
use http_support::rate_limit;
use ledger_app::error::AppError;
use uuid::Uuid;

use crate::answer::Answer;
use crate::answer::TurnedAway;
use crate::portal::Portal;

/// What is taken from a request before anything else, to be carried into the blocking pool.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) portal: Portal,
    pub(crate) session: Option<String>,
    pub(crate) visit: Option<String>,
    pub(crate) accept_language: String,
    pub(crate) path: String,
    pub(crate) source: String,
    pub(crate) part_only: bool,
    pub(crate) foreign: bool,
    pub(crate) safe_method: bool,
}

/// An id in a page's address: what is no id is nobody's.
pub(crate) fn id_in_path(text: &str) -> Result<Uuid, AppError> {
    text.parse().map_err(|_not_an_id| AppError::NotFound)
}

impl Asked {
    pub(crate) fn of(request: &HttpRequest) -> Result<Asked, TurnedAway> {
        let Some(portal) = request.app_data::<web::Data<Portal>>() else {
            tracing::error!("the portal was mounted without its settings");
            return Err(TurnedAway(Answer::bare(StatusCode::INTERNAL_SERVER_ERROR)));
        };
        let portal = portal.get_ref().clone();
        let header = |name: &str| {
            let value = request.headers().get(name);
            value
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        let cookie = |name: &str| request.cookie(name).map(|c| c.value().to_owned());
        let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
        // Browsers that send it tell where a request comes from; the token is checked all the same.
        let site = header("sec-fetch-site");
        Ok(Asked {
            session: cookie(session_cookie_name(portal.secure_cookies)),
            visit: cookie(visit_cookie_name(portal.secure_cookies)),
            accept_language: header(header::ACCEPT_LANGUAGE.as_str()),
            path: path.to_owned(),
            source: rate_limit::source(request, portal.behind_proxy),
            part_only: header("hx-request") == "true",
            foreign: !matches!(site.as_str(), "" | "same-origin" | "none"),
            safe_method: request.method().is_safe(),
            portal,
        })
    }

    /// The way to the sign-in page and back.
    pub(crate) fn to_sign_in(&self) -> TurnedAway {
        let next = if self.safe_method {
            self.path.as_str()
        } else {
            "/"
        };
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("next", next)
            .finish();
        TurnedAway(Answer::see_other(format!("/sign-in?{query}")))
    }
}

/// Name of the session's cookie. The prefix binds it to host and path, but needs TLS.
#[must_use]
pub const fn session_cookie_name(secure: bool) -> &'static str {
    if secure {
        "__Host-tallystick"
    } else {
        "tallystick"
    }
}

pub(crate) const fn visit_cookie_name(secure: bool) -> &'static str {
    if secure {
        "__Host-tallystick-visit"
    } else {
        "tallystick-visit"
    }
}

/// A cookie that ends with the browser, unseen by scripts, not sent along from other sites' forms.
pub(crate) fn cookie(name: &'static str, value: String, secure: bool) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .finish()
}

/// The same, gone.
pub(crate) fn cookie_gone(name: &'static str, secure: bool) -> Cookie<'static> {
    let mut gone = cookie(name, String::new(), secure);
    gone.set_max_age(Duration::ZERO);
    gone
}
