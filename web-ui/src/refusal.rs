//! A no as people read it: what happened, what to do, and the stable code. The words stand in
//! `locales/*/refusals.ftl` under `refusal-<code>` and `refusal-<code>-do`.

use actix_web::http::StatusCode;
use ledger_app::error::AppError;

use crate::answer::Answer;
use crate::i18n::Lang;
use crate::layout::Banner;
use crate::layout::Shell;
use crate::layout::Tone;
use crate::pages::receipt::Problem;

/// Key of the sentence that says what happened.
#[must_use]
pub fn title_key(code: &str) -> String {
    format!("refusal-{}", code.replace('_', "-"))
}

/// Key of the sentence that says what to do.
#[must_use]
pub fn advice_key(code: &str) -> String {
    format!("{}-do", title_key(code))
}

/// The code under which an error is worded: faults of ours and of the database are one to a user; that no
/// connection is left under a crowd is no fault.
#[must_use]
pub const fn worded_code(error: &AppError) -> &'static str {
    match error {
        AppError::Store(_) if error.passes_with_time() => "busy",
        AppError::Store(_) | AppError::Internal(_) => "internal",
        other => other.code(),
    }
}

/// Whether the person can do something about it on the same page.
#[must_use]
pub const fn is_about_input(error: &AppError) -> bool {
    matches!(
        error,
        AppError::Refused(_)
            | AppError::Invalid { .. }
            | AppError::WrongPassphrase
            | AppError::KeyReused
            | AppError::Busy { .. }
    )
}

/// The status of an error's page.
#[must_use]
pub fn status(error: &AppError) -> StatusCode {
    match error {
        AppError::Invalid { code, .. } => match *code {
            "file_too_large" | "form_too_large" => StatusCode::PAYLOAD_TOO_LARGE,
            "form_outdated" => StatusCode::FORBIDDEN,
            "form_malformed" => StatusCode::BAD_REQUEST,
            "too_many_attempts" => StatusCode::TOO_MANY_REQUESTS,
            _other => StatusCode::UNPROCESSABLE_ENTITY,
        },
        AppError::Refused(_) | AppError::WrongPassphrase => StatusCode::UNPROCESSABLE_ENTITY,
        AppError::KeyReused => StatusCode::CONFLICT,
        AppError::NotFound => StatusCode::NOT_FOUND,
        AppError::Forbidden(_) => StatusCode::FORBIDDEN,
        AppError::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
        AppError::Store(_) if error.passes_with_time() => StatusCode::SERVICE_UNAVAILABLE,
        AppError::Store(_) | AppError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What to do, and, where a rule of the day refuses, the article it rests on.
fn advice(error: &AppError, code: &str, lang: Lang) -> String {
    let advice = lang.text(&advice_key(code));
    match error.article() {
        Some(article) => {
            let article = match lang {
                Lang::Zh => article.zh,
                Lang::En => article.en,
            };
            lang.text_with(
                "refusal-by-article",
                &[("advice", &advice), ("article", &article)],
            )
        }
        None => advice,
    }
}

/// The error over the page where it happened.
#[must_use]
pub fn banner(error: &AppError, lang: Lang) -> Banner {
    let code = worded_code(error);
    Banner {
        tone: Tone::Refused,
        title: lang.text(&title_key(code)),
        advice: advice(error, code, lang),
        code: code.to_owned(),
    }
}

/// The error as a page of its own. Faults of ours are logged here; the page doesn't show them.
#[must_use]
pub fn page(shell: Shell, error: &AppError) -> Answer {
    let code = worded_code(error);
    if code == "internal" {
        tracing::error!(%error, path = shell.path, "a page failed");
    } else if error.passes_with_time() {
        tracing::warn!(%error, path = shell.path, "no page at this moment");
    }
    let lang = shell.lang;
    let problem = Problem {
        title: lang.text(&title_key(code)),
        advice: advice(error, code, lang),
        code: code.to_owned(),
        // A page that can't be shown is no way back to itself.
        back: if code == "form_outdated" {
            shell.path.clone()
        } else {
            "/".to_owned()
        },
        shell,
    };
    Answer::page(status(error), &problem).unwrap_or_else(|failed| {
        tracing::error!(%failed, "no page for a problem");
        Answer::bare(status(error))
    })
}
