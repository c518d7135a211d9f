//! A person's own passphrase: changed here, with the old one; the signing key is sealed anew and
//! every other session ends.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::change_passphrase;
use ledger_app::error::AppError;

use crate::answer::Answer;
use crate::asked::cookie;
use crate::asked::session_cookie_name;
use crate::forms::Form;
use crate::layout::Banner;
use crate::layout::Tone;
use crate::pages::sign_in::OwnPassphrase;
use crate::posted::Posted;
use crate::session::Signed;

const HERE: &str = "/account";

/// Mounts the page.
pub(crate) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/account", web::get().to(page))
        .route("/account", web::post().to(change));
}

async fn page(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let who = match who.path.contains("changed=") {
            true => who.with_banner(Banner {
                tone: Tone::Done,
                title: who.lang.text("passphrase-changed"),
                advice: who.lang.text("passphrase-changed-do"),
                code: String::new(),
            }),
            false => who.clone(),
        };
        who.page(&view(&who, Form::default())?)
    })
    .await
}

fn view(who: &Signed, form: Form) -> Result<OwnPassphrase, AppError> {
    Ok(OwnPassphrase {
        shell: who.at(HERE).shell()?,
        form,
    })
}

async fn change(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, mut form| match changed(who, &mut form) {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => who.page_again(&view(who, form)?),
            Err(error) => {
                let who = who.refused(error)?;
                who.page_again(&view(&who, form)?)
            }
        })
        .await
}

fn changed(who: &Signed, form: &mut Form) -> Result<Option<Answer>, AppError> {
    let Some(new) = form.new_passphrase("passphrase_new", "passphrase_again") else {
        return Ok(None);
    };
    let old = form.passphrase("passphrase");
    let app = &who.portal.app;
    let token = change_passphrase::run(app, &who.principal, old, &new, &who.source)?;
    let secure = who.portal.secure_cookies;
    let session = cookie(
        session_cookie_name(secure),
        token.reveal().to_owned(),
        secure,
    );
    let to = format!("{HERE}?changed=1");
    Ok(Some(Answer::see_other(to).with_cookie(session)))
}
