//! In and out: sign-in, sign-out, the first visit, the language.

use std::future::Future;
use std::pin::Pin;

use actix_web::FromRequest;
use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web;
use http_support::blocking::on_pool;
use ledger_app::choose_language;
use ledger_app::error::AppError;
use ledger_app::first_visit;
use ledger_app::sessions;
use ledger_app::sign_in;

use crate::answer::Answer;
use crate::answer::TurnedAway;
use crate::asked::Asked;
use crate::asked::cookie;
use crate::asked::cookie_gone;
use crate::asked::session_cookie_name;
use crate::forms::CSRF_FIELD;
use crate::forms::Form;
use crate::guest::Guest;
use crate::guest::GuestPosted;
use crate::i18n::Lang;
use crate::layout::Banner;
use crate::layout::Tone;
use crate::pages::sign_in::FirstVisit;
use crate::pages::sign_in::SignIn;
use crate::posted::Posted;
use crate::posted::form_outdated;
use crate::posted::read_form;
use crate::refusal;
use crate::session::Signed;

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/sign-in", web::get().to(sign_in_page))
        .route("/sign-in", web::post().to(sign_in))
        .route("/sign-out", web::post().to(sign_out))
        .route("/first-visit/{invitation}", web::get().to(first_visit_page))
        .route("/first-visit/{invitation}", web::post().to(first_visit))
        .route("/language", web::post().to(language));
}

/// A path of ours, or the front page: never a way out of the site.
fn own_path(text: &str) -> String {
    let ours = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains(['\\', '\r', '\n'])
        && !text.starts_with("/sign-in");
    if ours {
        text.to_owned()
    } else {
        "/".to_owned()
    }
}

async fn sign_in_page(guest: Guest, query: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let next = query
        .into_inner()
        .into_iter()
        .find(|(name, _)| name == "next");
    let next = own_path(&next.map(|(_, value)| value).unwrap_or_default());
    guest
        .answer(move |guest| {
            let mut guest = guest.clone();
            if guest.path.contains("welcome=") {
                guest.banner = Some(welcome(guest.lang));
            }
            guest.page(
                StatusCode::OK,
                &sign_in_view(&guest, Form::default(), next)?,
            )
        })
        .await
}

fn welcome(lang: Lang) -> Banner {
    Banner {
        tone: Tone::Done,
        title: lang.text("first-visit-done"),
        advice: lang.text("first-visit-done-do"),
        code: String::new(),
    }
}

fn sign_in_view(guest: &Guest, form: Form, next: String) -> Result<SignIn, AppError> {
    let mut shell = guest.shell()?;
    shell.path = "/sign-in".to_owned();
    Ok(SignIn { shell, form, next })
}

async fn sign_in(posted: GuestPosted) -> HttpResponse {
    let GuestPosted { guest, form } = posted;
    guest.answer(move |guest| try_sign_in(guest, form)).await
}

fn try_sign_in(guest: &Guest, form: Form) -> Result<Answer, AppError> {
    if !guest.portal.memory.may_try_sign_in(&guest.source) {
        let many = AppError::invalid("too_many_attempts", "too many sign-ins; wait a minute");
        return sign_in_refused(guest, form, &many);
    }
    let (login, passphrase) = (form.text("login"), form.passphrase("passphrase"));
    match sign_in::run(&guest.portal.app, login, passphrase, &guest.source) {
        Ok(signed_in) => {
            let secure = guest.portal.secure_cookies;
            let token = signed_in.token.reveal().to_owned();
            Ok(
                Answer::see_other(own_path(form.text("next"))).with_cookie(cookie(
                    session_cookie_name(secure),
                    token,
                    secure,
                )),
            )
        }
        Err(error @ AppError::Invalid { .. }) => sign_in_refused(guest, form, &error),
        Err(other) => Err(other),
    }
}

fn sign_in_refused(guest: &Guest, form: Form, error: &AppError) -> Result<Answer, AppError> {
    let guest = Guest {
        banner: Some(refusal::banner(error, guest.lang)),
        ..guest.clone()
    };
    let next = own_path(form.text("next"));
    let status = match error.code() {
        "sign_in_failed" => StatusCode::UNAUTHORIZED,
        _other => refusal::status(error),
    };
    guest.page(status, &sign_in_view(&guest, form, next)?)
}

async fn sign_out(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, _form| {
            sessions::sign_out(&who.portal.app, &who.token, &who.source)?;
            let secure = who.portal.secure_cookies;
            let gone = cookie_gone(session_cookie_name(secure), secure);
            Ok(Answer::see_other("/sign-in").with_cookie(gone))
        })
        .await
}

async fn first_visit_page(guest: Guest, invitation: web::Path<String>) -> HttpResponse {
    guest
        .answer(move |guest| first_visit_view(guest, &invitation, Form::default(), StatusCode::OK))
        .await
}

fn first_visit_view(
    guest: &Guest,
    invitation: &str,
    form: Form,
    status: StatusCode,
) -> Result<Answer, AppError> {
    let greeting = first_visit::greet(&guest.portal.app, invitation)?;
    let view = FirstVisit {
        shell: guest.shell()?,
        form,
        invitation: invitation.to_owned(),
        person: greeting.display_name,
        party: greeting.party_name,
        login: greeting.email,
    };
    guest.page(status, &view)
}

async fn first_visit(posted: GuestPosted, invitation: web::Path<String>) -> HttpResponse {
    let GuestPosted { guest, form } = posted;
    guest
        .answer(move |guest| try_first_visit(guest, &invitation, form))
        .await
}

fn try_first_visit(guest: &Guest, invitation: &str, mut form: Form) -> Result<Answer, AppError> {
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(chosen) = form.new_passphrase("passphrase", "passphrase_again") else {
        return first_visit_view(guest, invitation, form, unprocessable);
    };
    match first_visit::run(&guest.portal.app, invitation, &chosen, &guest.source) {
        Ok(()) => Ok(Answer::see_other("/sign-in?welcome=1")),
        Err(error @ AppError::Invalid { field: Some(_), .. }) => {
            let guest = Guest {
                banner: Some(refusal::banner(&error, guest.lang)),
                ..guest.clone()
            };
            first_visit_view(&guest, invitation, form, unprocessable)
        }
        Err(other) => Err(other),
    }
}

/// Somebody's choice of language, signed in or not, its token checked.
struct LanguageChosen {
    signed: Option<Signed>,
    guest: Guest,
    form: Form,
}

impl FromRequest for LanguageChosen {
    type Error = TurnedAway;
    type Future = Pin<Box<dyn Future<Output = Result<LanguageChosen, TurnedAway>>>>;

    fn from_request(request: &HttpRequest, body: &mut Payload) -> Self::Future {
        let asked = Asked::of(request);
        let body = body.take();
        Box::pin(async move {
            let asked = asked?;
            let internal = |error: AppError| TurnedAway(Answer::bare(refusal::status(&error)));
            let guest = Guest::of(&asked).map_err(internal)?;
            let foreign = asked.foreign;
            let signed = on_pool(move || Signed::resume(&asked))
                .await
                .ok_or_else(|| TurnedAway(Answer::bare(StatusCode::SERVICE_UNAVAILABLE)))?
                .map_err(internal)?;
            let form = read_form(body)
                .await
                .map_err(|error| TurnedAway(guest.problem(&error)))?;
            let token = form.text(CSRF_FIELD);
            let own = signed.as_ref().is_some_and(|who| who.owns(token)) || guest.owns(token);
            if foreign || !own {
                return Err(TurnedAway(guest.problem(&form_outdated())));
            }
            Ok(LanguageChosen {
                signed,
                guest,
                form,
            })
        })
    }
}

async fn language(chosen: LanguageChosen) -> HttpResponse {
    let LanguageChosen {
        signed,
        guest,
        form,
    } = chosen;
    let lang = Lang::from_tag(form.text("lang")).unwrap_or(guest.lang);
    let back = form.text("back").to_owned();
    let guest = Guest { lang, ..guest };
    guest
        .answer(move |_guest| {
            if let Some(who) = signed {
                choose_language::run(&who.portal.app, &who.principal, lang.language())?;
            }
            let back = if back.starts_with("/sign-in") {
                back
            } else {
                own_path(&back)
            };
            Ok(Answer::see_other(back))
        })
        .await
}
