//! Who asks. Handlers take a [`Signed`] person for reading; what changes something is taken by
//! [`crate::posted`], which has checked the form's token. Taking `Signed` alone on an unsafe method
//! is refused: the check can't be forgotten.

use std::future::Future;
use std::pin::Pin;

use actix_web::FromRequest;
use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::NaiveDate;
use http_support::blocking::on_pool;
use ledger_app::access;
use ledger_app::error::AppError;
use ledger_app::invite_user::Role as Duty;
use ledger_app::principal::Principal;
use ledger_app::sessions;
use ledger_app::sessions::BusinessDay;
use ledger_core::party::PartyKind;

use crate::answer::Answer;
use crate::answer::TurnedAway;
use crate::asked::Asked;
pub use crate::asked::session_cookie_name;
use crate::dates;
use crate::form_token;
use crate::i18n::Lang;
use crate::layout::Badge;
use crate::layout::Banner;
use crate::layout::Role;
use crate::layout::Shell;
use crate::portal::Portal;
use crate::refusal;

/// A signed-in person with one request.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The portal.
    pub portal: Portal,
    /// Who acts; handed to the use cases.
    pub principal: Principal,
    /// The address the person signs in with.
    pub login: String,
    /// Language of the page.
    pub lang: Lang,
    /// The ledger's today when the request came.
    pub business_date: NaiveDate,
    day: BusinessDay,
    /// Path and query of the request.
    pub path: String,
    /// From where, for the access log.
    pub source: String,
    /// Whether htmx asks for a part of a page.
    pub part_only: bool,
    /// Message over the page, if an act just happened.
    pub banner: Option<Banner>,
    pub(crate) token: String,
    csrf: [u8; 32],
    safe_method: bool,
}

impl Signed {
    /// Runs `work` in the blocking pool and answers with what it made; an error becomes a page in
    /// the person's language. Who only looks is shown the record as it stands at one moment.
    pub async fn answer<F>(mut self, work: F) -> HttpResponse
    where
        F: FnOnce(&Signed) -> Result<Answer, AppError> + Send + 'static,
    {
        if self.safe_method {
            self.portal.app = self.portal.app.at_one_moment(Some(self.day));
        }
        let done = on_pool(move || work(&self).unwrap_or_else(|error| self.problem(&error)));
        done.await
            .unwrap_or_else(|| Answer::bare(StatusCode::SERVICE_UNAVAILABLE))
            .into_response()
    }

    /// A page.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the template fails.
    pub fn page(&self, view: &impl Template) -> Result<Answer, AppError> {
        Answer::page(StatusCode::OK, view)
    }

    /// A page whose form has to be looked at again.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the template fails.
    pub fn page_again(&self, view: &impl Template) -> Result<Answer, AppError> {
        Answer::page(StatusCode::UNPROCESSABLE_ENTITY, view)
    }

    /// What surrounds a page of this person.
    ///
    /// # Errors
    /// [`AppError::Internal`] without randomness for the form's token.
    pub fn shell(&self) -> Result<Shell, AppError> {
        Ok(Shell {
            lang: self.lang,
            user: Some(self.badge()),
            path: self.path.clone(),
            banner: self.banner.clone(),
            business_date: dates::long(self.business_date, self.lang),
            csrf: form_token::make(&self.csrf)?,
            demo: self.portal.demo,
        })
    }

    /// The same person at another page: for showing the page a form came from.
    #[must_use]
    pub fn at(&self, path: &str) -> Signed {
        Signed {
            path: path.to_owned(),
            ..self.clone()
        }
    }

    /// The same with a message over the page.
    #[must_use]
    pub fn with_banner(&self, banner: Banner) -> Signed {
        Signed {
            banner: Some(banner),
            ..self.clone()
        }
    }

    /// The same with the refusal as the message over the page; faults that are nobody's input are
    /// handed on instead.
    ///
    /// # Errors
    /// The error itself unless it is about what the person did.
    pub fn refused(&self, error: AppError) -> Result<Signed, AppError> {
        if refusal::is_about_input(&error) {
            Ok(self.with_banner(refusal::banner(&error, self.lang)))
        } else {
            Err(error)
        }
    }

    /// The error as a page of its own.
    #[must_use]
    pub fn problem(&self, error: &AppError) -> Answer {
        if let AppError::Forbidden(action) = error {
            let noted = access::forbidden(&self.portal.app, &self.principal, *action, &self.source);
            if let Err(failed) = noted {
                tracing::error!(%failed, "a refused request could not be noted");
            }
        }
        match self.shell() {
            Ok(shell) => refusal::page(shell, error),
            Err(failed) => {
                tracing::error!(%failed, "no page for a problem");
                Answer::bare(refusal::status(error))
            }
        }
    }

    /// In which role the navigation is drawn.
    #[must_use]
    pub fn role(&self) -> Role {
        match (self.principal.kind, self.principal.role) {
            (PartyKind::Obligor, Duty::Maker) => Role::TreasuryMaker,
            (PartyKind::Obligor, _) => Role::TreasuryChecker,
            (PartyKind::Supplier, _) => Role::Supplier,
            (PartyKind::FinanceProvider, _) => Role::Bank,
            (PartyKind::Operator, _) => Role::Operator,
            (PartyKind::Auditor, _) => Role::Auditor,
        }
    }

    fn badge(&self) -> Badge {
        Badge {
            name: self.principal.name.clone(),
            login: self.login.clone(),
            party: self.principal.party_name.clone(),
            role: self.role(),
        }
    }

    /// Whether a posted token belongs to this session.
    pub(crate) fn owns(&self, token: &str) -> bool {
        form_token::fits(&self.csrf, token)
    }

    /// The person behind the request's cookie, whatever its method. Blocks.
    pub(crate) fn resume(asked: &Asked) -> Result<Option<Signed>, AppError> {
        let Some(token) = &asked.session else {
            return Ok(None);
        };
        let Some(found) = sessions::resume(&asked.portal.app, token)? else {
            return Ok(None);
        };
        Ok(Some(Signed {
            portal: asked.portal.clone(),
            lang: Lang::of(found.principal.language),
            principal: found.principal,
            login: found.login,
            business_date: found.day.today,
            day: found.day,
            path: asked.path.clone(),
            source: asked.source.clone(),
            part_only: asked.part_only,
            banner: None,
            token: token.clone(),
            csrf: found.csrf,
            safe_method: asked.safe_method,
        }))
    }
}

/// Runs the look-up of a session in the blocking pool.
pub(crate) async fn signed(asked: Asked) -> Result<Signed, TurnedAway> {
    let away = asked.to_sign_in();
    let found = on_pool(move || Signed::resume(&asked)).await;
    match found {
        Some(Ok(Some(signed))) => Ok(signed),
        Some(Ok(None)) => Err(away),
        Some(Err(error)) => {
            tracing::error!(%error, "nobody could be signed in");
            Err(TurnedAway(Answer::bare(refusal::status(&error))))
        }
        None => Err(TurnedAway(Answer::bare(StatusCode::SERVICE_UNAVAILABLE))),
    }
}

impl FromRequest for Signed {
    type Error = TurnedAway;
    type Future = Pin<Box<dyn Future<Output = Result<Signed, TurnedAway>>>>;

    fn from_request(request: &HttpRequest, _body: &mut Payload) -> Self::Future {
        let asked = Asked::of(request);
        Box::pin(async move {
            let asked = asked?;
            if asked.safe_method {
                signed(asked).await
            } else {
                tracing::error!(
                    path = asked.path,
                    "a handler changes things without a token"
                );
                Err(TurnedAway(Answer::bare(StatusCode::FORBIDDEN)))
            }
        })
    }
}

/// The signed-in auditor behind a request with a token for the portal's forms, for pages mounted beside the portal's. Blocks: call it
/// in the blocking pool, with the value of the cookie [`session_cookie_name`].
///
/// # Errors
/// [`AppError::NotFound`] before the first business date; the store's.
pub fn auditor_of(
    app: &ledger_app::app::App,
    session: &str,
) -> Result<Option<(Principal, String)>, AppError> {
    let Some(found) = sessions::resume(app, session)? else {
        return Ok(None);
    };
    if found
        .principal
        .may(ledger_app::policy::Action::Audit)
        .is_err()
    {
        return Ok(None);
    }
    let token = form_token::make(&found.csrf)?;
    Ok(Some((found.principal, token)))
}
