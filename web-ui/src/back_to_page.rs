//! After a form: back to the page it stands on, by its address if what was asked is done, and with the
//! reason over it if not.

use actix_web::HttpResponse;
use actix_web::web;
use askama::Template;
use ledger_app::app::App;
use ledger_app::error::AppError;
use ledger_app::principal::Principal;
use uuid::Uuid;

use crate::answer::Answer;
use crate::asked::id_in_path;
use crate::blame::blame;
use crate::forms::Form;
use crate::posted::Posted;
use crate::session::Signed;

/// Back to the page at `here`. `others` says which fields the refusals are about that name none
/// ([`blame`]); `page` shows it again with what was typed.
///
/// # Errors
/// The error that kept it, unless it is about what the person did; the page's own.
pub(crate) fn back<P: Template>(
    who: &Signed,
    mut form: Form,
    (here, others): (&str, &[(&str, &str)]),
    done: Result<(), AppError>,
    page: impl FnOnce(&Signed, Form) -> Result<P, AppError>,
) -> Result<Answer, AppError> {
    let Err(error) = done else {
        return Ok(Answer::see_other(here));
    };
    blame(&mut form, &error, others);
    let who = who.at(here).refused(error)?;
    who.page_again(&page(&who, form)?)
}

/// A use case that takes a word, and no signature.
pub(crate) type WithWord = fn(&App, &Principal, Uuid, &str) -> Result<(), AppError>;

/// How a page goes on after a form about one thing of its list.
pub(crate) type After = fn(&Signed, Form, Uuid, Result<(), AppError>) -> Result<Answer, AppError>;

/// Does it to what the address names.
pub(crate) async fn with_word(
    posted: Posted,
    at: web::Path<String>,
    act: WithWord,
    after: After,
) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let of = id_in_path(&at)?;
            let done = act(&who.portal.app, &who.principal, of, form.text("word"));
            after(who, form, of, done)
        })
        .await
}
