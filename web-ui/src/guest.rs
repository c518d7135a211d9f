//! Somebody who isn't signed in: sign-in, first visit, language. Forms are guarded all the same, by
//! a token under a secret that only the browser's own cookie holds.

use std::future::Future;
use std::pin::Pin;

use actix_web::FromRequest;
use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use askama::Template;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http_support::blocking::on_pool;
use ledger_app::error::AppError;
use ledger_app::random;

use crate::answer::Answer;
use crate::answer::TurnedAway;
use crate::asked::Asked;
use crate::asked::cookie;
use crate::asked::visit_cookie_name;
use crate::form_token;
use crate::forms::CSRF_FIELD;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::layout::Banner;
use crate::layout::Shell;
use crate::portal::Portal;
use crate::posted::form_outdated;
use crate::posted::read_form;
use crate::refusal;

/// A visitor with one request.
#[derive(Debug, Clone)]
pub struct Guest {
    /// The portal.
    pub portal: Portal,
    /// Language of the page: chosen before, or the browser's.
    pub lang: Lang,
    /// Path and query.
    pub path: String,
    /// From where, for the access log and the rate limit.
    pub source: String,
    /// Message over the page.
    pub banner: Option<Banner>,
    pub(crate) secret: [u8; 32],
}

impl Guest {
    pub(crate) fn of(asked: &Asked) -> Result<Guest, AppError> {
        let known = asked.visit.as_deref().and_then(read_visit);
        let (secret, lang) = match known {
            Some(known) => known,
            None => (random::bytes()?, Lang::from_accept(&asked.accept_language)),
        };
        Ok(Guest {
            portal: asked.portal.clone(),
            lang,
            path: asked.path.clone(),
            source: asked.source.clone(),
            banner: None,
            secret,
        })
    }

    /// As [`crate::session::Signed::answer`].
    pub async fn answer<F>(self, work: F) -> HttpResponse
    where
        F: FnOnce(&Guest) -> Result<Answer, AppError> + Send + 'static,
    {
        let done = on_pool(move || {
            let answer = work(&self).unwrap_or_else(|error| self.problem(&error));
            answer.with_cookie(self.visit_cookie())
        });
        done.await
            .unwrap_or_else(|| Answer::bare(StatusCode::SERVICE_UNAVAILABLE))
            .into_response()
    }

    /// What surrounds a page before sign-in.
    ///
    /// # Errors
    /// [`AppError::Internal`] without randomness for the form's token.
    pub fn shell(&self) -> Result<Shell, AppError> {
        Ok(Shell {
            lang: self.lang,
            user: None,
            path: self.path.clone(),
            banner: self.banner.clone(),
            business_date: String::new(),
            csrf: form_token::make(&self.secret)?,
            demo: self.portal.demo,
        })
    }

    /// A page with the status that says how it came to be shown.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the template fails.
    pub fn page(&self, status: StatusCode, view: &impl Template) -> Result<Answer, AppError> {
        Answer::page(status, view)
    }

    /// The error as a page of its own.
    #[must_use]
    pub fn problem(&self, error: &AppError) -> Answer {
        match self.shell() {
            Ok(shell) => refusal::page(shell, error),
            Err(_no_randomness) => Answer::bare(refusal::status(error)),
        }
    }

    pub(crate) fn owns(&self, token: &str) -> bool {
        form_token::fits(&self.secret, token)
    }

    pub(crate) fn visit_cookie(&self) -> actix_web::cookie::Cookie<'static> {
        let secure = self.portal.secure_cookies;
        let value = format!(
            "{}.{}",
            BASE64_URL_SAFE_NO_PAD.encode(self.secret),
            self.lang.tag()
        );
        cookie(visit_cookie_name(secure), value, secure)
    }
}

/// Secret and language of a visit.
fn read_visit(value: &str) -> Option<([u8; 32], Lang)> {
    let (secret, tag) = value.split_once('.')?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(secret).ok()?;
    Some((bytes.try_into().ok()?, Lang::from_tag(tag)?))
}

impl FromRequest for Guest {
    type Error = TurnedAway;
    type Future = Pin<Box<dyn Future<Output = Result<Guest, TurnedAway>>>>;

    fn from_request(request: &HttpRequest, _body: &mut Payload) -> Self::Future {
        let asked = Asked::of(request);
        Box::pin(async move {
            let asked = asked?;
            if !asked.safe_method {
                tracing::error!(
                    path = asked.path,
                    "a handler changes things without a token"
                );
                return Err(TurnedAway(Answer::bare(StatusCode::FORBIDDEN)));
            }
            Guest::of(&asked).map_err(internal)
        })
    }
}

fn internal(error: AppError) -> TurnedAway {
    tracing::error!(%error, "no page for a visitor");
    TurnedAway(Answer::bare(StatusCode::INTERNAL_SERVER_ERROR))
}

/// A visitor's form, its token checked.
#[derive(Debug)]
pub struct GuestPosted {
    /// Who posted it.
    pub guest: Guest,
    /// What.
    pub form: Form,
}

impl FromRequest for GuestPosted {
    type Error = TurnedAway;
    type Future = Pin<Box<dyn Future<Output = Result<GuestPosted, TurnedAway>>>>;

    fn from_request(request: &HttpRequest, body: &mut Payload) -> Self::Future {
        let asked = Asked::of(request);
        let body = body.take();
        Box::pin(async move {
            let asked = asked?;
            let guest = Guest::of(&asked).map_err(internal)?;
            let form = read_form(body)
                .await
                .map_err(|error| TurnedAway(guest.problem(&error)))?;
            if asked.foreign || !guest.owns(form.text(CSRF_FIELD)) {
                let page = guest.problem(&form_outdated());
                return Err(TurnedAway(page.with_cookie(guest.visit_cookie())));
            }
            Ok(GuestPosted { guest, form })
        })
    }
}
